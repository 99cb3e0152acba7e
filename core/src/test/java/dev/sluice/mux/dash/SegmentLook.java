package dev.sluice.mux.dash;

import dev.sluice.testkit.dash.SegmentFetch;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks into segments by itself: it shares no code with what made them. */
final class SegmentLook {
  private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;
  private static final int TFHD_DEFAULT_DURATION = 0x8;
  private static final int TRUN_OFFSET = 0x1;
  private static final int TRUN_FIRST_FLAGS = 0x4;
  private static final int TRUN_DURATION = 0x100;
  private static final int TRUN_SIZE = 0x200;
  private static final int TRUN_FLAGS = 0x400;
  private static final int TRUN_COMPOSITION = 0x800;

  private final long timescale;
  private long earliest = Long.MAX_VALUE;
  private long duration;
  private long producedUtcNs = -1;
  private long defaultDuration;
  private long dts;
  private final List<SegmentFetch.Event> events = new ArrayList<>();
  private boolean inFront = true;

  private SegmentLook(long timescale) {
    this.timescale = timescale;
  }

  static SegmentFetch.Media segment(ByteBuf bytes, long timescale) {
    SegmentLook look = new SegmentLook(timescale);
    look.boxes(bytes.duplicate());
    return new SegmentFetch.Media(
        look.earliest, look.duration, timescale, "", look.producedUtcNs, look.events);
  }

  /** Of a track of H.264 or AAC. */
  static SegmentFetch.Media init(ByteBuf bytes) {
    int mdhd = find(bytes, "mdhd");
    long timescale = bytes.getUnsignedInt(mdhd + (bytes.getByte(mdhd) == 0 ? 12 : 20));
    int avcc = find(bytes, "avcC");
    if (avcc >= 0) {
      String profile = "%06X".formatted(bytes.getUnsignedMedium(avcc + 1)).toUpperCase(Locale.ROOT);
      return SegmentFetch.Media.init("avc1." + profile, timescale);
    }
    // elementary stream, decoder configuration, and in it the AudioSpecificConfig
    int at = find(bytes, "esds") + 4;
    while (bytes.getByte(at) != 5) {
      int tag = bytes.getByte(at);
      at += sizeLength(bytes, at + 1) + 1 + (tag == 3 ? 3 : 13);
    }
    int config = bytes.getUnsignedByte(at + 1 + sizeLength(bytes, at + 1));
    return SegmentFetch.Media.init("mp4a.40." + (config >> 3), timescale);
  }

  private static int sizeLength(ByteBuf bytes, int at) {
    int length = 1;
    while (bytes.getByte(at + length - 1) < 0) {
      length++;
    }
    return length;
  }

  /** Where the content of the first box of a type begins; −1 when there is none. */
  private static int find(ByteBuf bytes, String type) {
    for (int i = bytes.readerIndex() + 4; i + 4 <= bytes.writerIndex(); i++) {
      if (bytes.toString(i, 4, StandardCharsets.ISO_8859_1).equals(type)) {
        return i + 4;
      }
    }
    return -1;
  }

  private void boxes(ByteBuf in) {
    while (in.isReadable()) {
      int size = in.readInt();
      String type = in.readCharSequence(4, StandardCharsets.ISO_8859_1).toString();
      ByteBuf content = in.readSlice(size - 8);
      switch (type) {
        case "moof", "traf" -> {
          inFront = false;
          boxes(content);
        }
        case "emsg" -> {
          // version 1: times and id come first, then texts that end with a zero
          content.skipBytes(20);
          long id = content.readUnsignedInt();
          int length = content.bytesBefore((byte) 0);
          String scheme = content.readCharSequence(length, StandardCharsets.UTF_8).toString();
          events.add(new SegmentFetch.Event(scheme, id, inFront));
        }
        case "prft" -> producer(content);
        case "tfhd" -> {
          int flags = content.readInt() & 0xFF_FFFF;
          content.skipBytes(4); // track
          defaultDuration = (flags & TFHD_DEFAULT_DURATION) == 0 ? 0 : content.readUnsignedInt();
        }
        case "tfdt" ->
            dts = content.readInt() >>> 24 == 0 ? content.readUnsignedInt() : content.readLong();
        case "trun" -> run(content);
        default -> {}
      }
    }
  }

  private void producer(ByteBuf in) {
    if (producedUtcNs < 0) {
      in.skipBytes(8); // version, flags, track
      long seconds = in.readUnsignedInt() - SECONDS_1900_TO_1970;
      producedUtcNs = seconds * 1_000_000_000L + (in.readUnsignedInt() * 1_000_000_000L >>> 32);
    }
  }

  private void run(ByteBuf in) {
    int flags = in.readInt() & 0xFF_FFFF;
    int count = in.readInt();
    in.skipBytes(((flags & TRUN_OFFSET) == 0 ? 0 : 4) + ((flags & TRUN_FIRST_FLAGS) == 0 ? 0 : 4));
    for (int i = 0; i < count; i++) {
      long length = (flags & TRUN_DURATION) == 0 ? defaultDuration : in.readUnsignedInt();
      in.skipBytes(((flags & TRUN_SIZE) == 0 ? 0 : 4) + ((flags & TRUN_FLAGS) == 0 ? 0 : 4));
      int later = (flags & TRUN_COMPOSITION) == 0 ? 0 : in.readInt();
      earliest = Math.min(earliest, dts + later);
      dts += length;
      duration += length;
    }
    if (timescale <= 0 || count == 0) {
      throw new AssertionError("a run of " + count + " samples at " + timescale);
    }
  }
}
