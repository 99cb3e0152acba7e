package dev.sluice.mux.packager;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A line of a stream's ledger, as it stands on disk and goes over the link: type and length of the
 * body, a byte each, the body, and a CRC-32 of all that, big-endian.
 */
public sealed interface LedgerRecord {
  /** The version of the packager that this program has; what it makes changes with it. */
  int VERSION = 1;

  /** Bytes around a body. */
  int FRAME_SIZE = 6;

  /** Bytes of a digest: half a SHA-256. */
  int DIGEST_SIZE = 16;

  /** Encodings of a period that fit into a line. */
  int MAX_ENCODINGS = 50;

  /**
   * The first line: what the ledger is about.
   *
   * @param version of the packager, {@link #VERSION} or one before it
   * @param incarnationMs when the stream began, UTC
   */
  record Begin(int version, long incarnationMs) implements LedgerRecord {
    public Begin {
      checkRange("version", version, 1, 0xFFFF);
    }
  }

  /** The longest that a segment's duration may be when it is rounded to seconds. */
  record Target(int seconds) implements LedgerRecord {
    public Target {
      checkRange("seconds", seconds, 1, 0xFFFF);
    }
  }

  /**
   * How long the parts of a track are.
   *
   * @param trackId 0 to 255
   * @param target90k the longest that a part may be, 90 kHz
   */
  record PartTarget(int trackId, long target90k) implements LedgerRecord {
    public PartTarget {
      checkRange("trackId", trackId, 0, 255);
      checkRange("target90k", target90k, 1, 0xFFFF_FFFFL);
    }
  }

  /**
   * What a track is from the next cut on.
   *
   * @param trackId 0 to 255
   * @param digest of all that its decoder has to know, {@link #DIGEST_SIZE} bytes
   */
  record Configured(int trackId, Bytes digest) implements LedgerRecord {
    public Configured {
      checkRange("trackId", trackId, 0, 255);
      checkRange("size of digest", digest.size(), DIGEST_SIZE, DIGEST_SIZE);
    }
  }

  /**
   * What a description has said of the period that began last, and has to go on saying.
   *
   * @param start90k where it begins, 90 kHz; 0 for the epoch
   * @param digest of all that its encodings are, {@link #DIGEST_SIZE} bytes
   * @param kilobits a second of each, in their order; {@link #MAX_ENCODINGS} at most
   */
  record Period(long start90k, Bytes digest, List<Long> kilobits) implements LedgerRecord {
    public Period {
      checkRange("start90k", start90k, 0, Long.MAX_VALUE);
      checkRange("size of digest", digest.size(), DIGEST_SIZE, DIGEST_SIZE);
      checkRange("encodings", kilobits.size(), 0, MAX_ENCODINGS);
      kilobits = List.copyOf(kilobits);
      kilobits.forEach(each -> checkRange("kilobits", each, 0, 0xFFFF_FFFFL));
    }
  }

  /** A segment begins; the one before it, if it was open, ends here. */
  record Begun(Cut cut) implements LedgerRecord {}

  /** The open segment has ended and none begins: there is a hole, or nobody delivers any more. */
  record Ended(long end90k) implements LedgerRecord {
    public Ended {
      checkRange("end90k", end90k, 0, Long.MAX_VALUE);
    }
  }

  /** Appends it. */
  default void write(ByteBuf out) {
    int start = out.writerIndex();
    out.writeByte(type()).writeByte(0);
    switch (this) {
      case Begin(int version, long incarnationMs) ->
          out.writeShort(version).writeLong(incarnationMs);
      case Target(int seconds) -> out.writeShort(seconds);
      case PartTarget(int trackId, long target90k) ->
          out.writeByte(trackId).writeInt((int) target90k);
      case Configured(int trackId, Bytes digest) -> {
        out.writeByte(trackId);
        digest.writeTo(out);
      }
      case Begun(Cut cut) ->
          out.writeLong(cut.number())
              .writeLong(cut.start90k())
              .writeLong(cut.dts90k())
              .writeByte(cut.opening().ordinal() << 1 | (cut.discontinuity() ? 1 : 0))
              .writeLong(cut.discontinuitySequence());
      case Ended(long end90k) -> out.writeLong(end90k);
      case Period(long start90k, Bytes digest, List<Long> kilobits) -> {
        out.writeLong(start90k);
        digest.writeTo(out);
        kilobits.forEach(each -> out.writeInt(each.intValue()));
      }
    }
    out.setByte(start + 1, out.writerIndex() - start - 2);
    out.writeInt(crc(out, start, out.writerIndex() - start));
  }

  private int type() {
    return switch (this) {
      case Begin _ -> 1;
      case Target _ -> 2;
      case PartTarget _ -> 3;
      case Configured _ -> 4;
      case Begun _ -> 5;
      case Ended _ -> 6;
      case Period _ -> 7;
    };
  }

  /**
   * Reads one; returns null and consumes nothing when {@code in} ends too early, or with a line
   * that was torn: its CRC is wrong and nothing comes behind it.
   *
   * @throws MalformedException when a line in the middle is damaged
   * @throws UnsupportedException when a later version wrote it
   */
  static @Nullable LedgerRecord read(ByteBuf in) {
    int start = in.readerIndex();
    if (in.readableBytes() < FRAME_SIZE) {
      return null;
    }
    int bodySize = in.getUnsignedByte(start + 1);
    int size = FRAME_SIZE + bodySize;
    if (in.readableBytes() < size) {
      return null;
    }
    if (in.getInt(start + size - 4) != crc(in, start, size - 4)) {
      if (in.readableBytes() == size) {
        return null;
      }
      throw new MalformedException("a ledger whose line at byte %d is damaged".formatted(start));
    }
    ByteBuf body = in.slice(start + 2, bodySize);
    LedgerRecord read = readBody(in.getUnsignedByte(start), body);
    if (body.isReadable()) {
      throw new MalformedException("a ledger whose line at byte %d is too long".formatted(start));
    }
    in.skipBytes(size);
    return read;
  }

  private static LedgerRecord readBody(int type, ByteBuf body) {
    try {
      return switch (type) {
        case 1 -> begin(body.readUnsignedShort(), body.readLong());
        case 2 -> new Target(body.readUnsignedShort());
        case 3 -> new PartTarget(body.readUnsignedByte(), body.readUnsignedInt());
        case 4 ->
            new Configured(body.readUnsignedByte(), Bytes.copyOf(body.readSlice(DIGEST_SIZE)));
        case 5 -> new Begun(cut(body));
        case 6 -> new Ended(body.readLong());
        case 7 -> period(body);
        default -> throw new UnsupportedException("a ledger with a line of type " + type);
      };
    } catch (IndexOutOfBoundsException | IllegalArgumentException wrong) {
      throw new MalformedException(
          "a ledger's line of type %d: %s".formatted(type, wrong.getMessage()));
    }
  }

  private static Begin begin(int version, long incarnationMs) {
    if (version > VERSION) {
      throw new UnsupportedException(
          "a ledger of packager version %d; this program knows %d".formatted(version, VERSION));
    }
    return new Begin(version, incarnationMs);
  }

  private static Cut cut(ByteBuf body) {
    long number = body.readLong();
    long start90k = body.readLong();
    long dts90k = body.readLong();
    int flags = body.readUnsignedByte();
    Cut.Opening[] openings = Cut.Opening.values();
    checkRange("opening", flags >> 1, 0, openings.length - 1);
    return new Cut(
        number, start90k, dts90k, openings[flags >> 1], (flags & 1) != 0, body.readLong());
  }

  private static Period period(ByteBuf body) {
    long start90k = body.readLong();
    Bytes digest = Bytes.copyOf(body.readSlice(DIGEST_SIZE));
    List<Long> kilobits = new ArrayList<>();
    while (body.isReadable()) {
      kilobits.add(body.readUnsignedInt());
    }
    return new Period(start90k, digest, kilobits);
  }

  private static int crc(ByteBuf bytes, int index, int length) {
    CRC32 crc = new CRC32();
    for (int i = 0; i < length; i++) {
      crc.update(bytes.getByte(index + i));
    }
    return (int) crc.getValue();
  }
}
