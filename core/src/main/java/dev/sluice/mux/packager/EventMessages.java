package dev.sluice.mux.packager;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.isobmff.EventMessageBox;
import dev.sluice.wire.scte35.SpliceCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Data of a stream as messages in front of the chunks of its leading track. What tells one from
 * another is a digest, so that nobody counts: the same message is the same in all places, and when
 * it is sent again.
 */
final class EventMessages {
  /** ID3 tags (AOM, "Carriage of ID3 Timed Metadata in CMAF"). */
  static final String ID3 = "https://aomedia.org/emsg/ID3";

  /** Sections of SCTE 35 as they are (SCTE 214-3). */
  static final String SPLICE = "urn:scte:scte35:2013:bin";

  /** Messages in front of one chunk. */
  static final int MAX_MESSAGES = 64;

  /** Bytes of messages in front of one chunk. */
  static final int MAX_BYTES = 1 << 20;

  private static final int VERSION = 1;

  private EventMessages() {}

  /** As many as may stand in front of one chunk, each once; what is more is left out. */
  static final class Some {
    private final List<EventMessageBox> all = new ArrayList<>();
    private int bytes;

    void add(EventMessageBox message) {
      int size = message.message().size();
      if (all.size() < MAX_MESSAGES && bytes + size <= MAX_BYTES && !all.contains(message)) {
        all.add(message);
        bytes += size;
      }
    }

    boolean isEmpty() {
      return all.isEmpty();
    }

    /** All of them; then there are none. */
    List<EventMessageBox> take() {
      List<EventMessageBox> taken = List.copyOf(all);
      all.clear();
      bytes = 0;
      return taken;
    }
  }

  /** The scheme of messages that are made of a track; null when none are. */
  static @Nullable String scheme(Codec codec) {
    return switch (codec) {
      case ID3 -> ID3;
      case SCTE35 -> SPLICE;
      default -> null;
    };
  }

  /** An ID3 tag, which holds from a moment on; borrowed. */
  static EventMessageBox id3(AccessUnit unit, Timescale timescale) {
    Bytes tag = Bytes.copyOf(unit.payload());
    return box(ID3, Cutter.pts90k(unit), EventMessageBox.UNKNOWN_DURATION, tag, timescale);
  }

  /** Splice information, at the time of the splice. */
  static EventMessageBox splice(SpliceMessage message, Timescale timescale) {
    long said = message.duration90k();
    long duration =
        said == SpliceCommand.UNKNOWN
            ? EventMessageBox.UNKNOWN_DURATION
            : Math.min(EventMessageBox.UNKNOWN_DURATION, Timescale.VIDEO.convert(said, timescale));
    return box(SPLICE, message.time90k(), duration, message.section().bytes(), timescale);
  }

  private static EventMessageBox box(
      String scheme, long time90k, long duration, Bytes message, Timescale timescale) {
    ByteBuf all = Unpooled.buffer(Long.BYTES + message.size());
    all.writeLong(time90k);
    message.writeTo(all);
    long id = Bytes.copyOf(all).sha256(Integer.BYTES).buffer().readUnsignedInt();
    return new EventMessageBox(
        VERSION,
        scheme,
        "",
        timescale.ticksPerSecond(),
        Timescale.VIDEO.convert(time90k, timescale),
        duration,
        id,
        message);
  }
}
