package dev.sluice.mux.store;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Cut;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The head of a stored record: one track's segment, or the CMAF header that segments need. Behind
 * it stand {@code size} bytes of media. Big-endian, {@value #SIZE} bytes with a CRC-32C of their
 * own, so that what is in a file can be found out without reading media.
 *
 * @param kind what stands behind it
 * @param trackKind what the track is
 * @param trackId 0 to 255
 * @param timescale of the track
 * @param cut of the segment; of a header, the cut from which on it is needed
 * @param startPts as {@link dev.sluice.mux.packager.TrackSegment} has it; 0 of a header
 * @param duration in the track's timescale; 0 of a header
 * @param initDigest the first {@value #DIGEST_SIZE} bytes of the SHA-256 of the CMAF header that is
 *     needed, or is here
 * @param size bytes behind the head; 0 of a gap
 * @param mediaCrc CRC-32C of them
 */
public record StoredHead(
    Kind kind,
    Track.Kind trackKind,
    int trackId,
    Timescale timescale,
    Cut cut,
    long startPts,
    long duration,
    Bytes initDigest,
    int size,
    int mediaCrc) {
  /** Bytes of a head. */
  public static final int SIZE = 88;

  /** Bytes of a digest. */
  public static final int DIGEST_SIZE = 6;

  /** The most that stands behind a head: 256 MiB. */
  public static final int MAX_MEDIA_SIZE = 1 << 28;

  private static final int MAGIC = 0x534C5347; // SLSG
  private static final int VERSION = 1;

  /** What a record holds. */
  public enum Kind {
    /** A CMAF header. */
    INIT,
    /** A whole segment. */
    SEGMENT,
    /** Nothing: a segment that is a gap. */
    GAP
  }

  public StoredHead {
    checkRange("trackId", trackId, 0, 255);
    checkRange("startPts", startPts, 0, Long.MAX_VALUE);
    checkRange("duration", duration, 0, Long.MAX_VALUE);
    checkRange("size of digest", initDigest.size(), DIGEST_SIZE, DIGEST_SIZE);
    checkRange("size", size, 0, kind == Kind.GAP ? 0 : MAX_MEDIA_SIZE);
  }

  /** The same with another checksum. */
  public StoredHead withMediaCrc(int crc) {
    return new StoredHead(
        kind, trackKind, trackId, timescale, cut, startPts, duration, initDigest, size, crc);
  }

  /** The head of the CMAF header that this segment needs. */
  public StoredHead asInit(Bytes init) {
    return new StoredHead(
        Kind.INIT,
        trackKind,
        trackId,
        timescale,
        cut,
        0,
        0,
        initDigest,
        init.size(),
        mediaCrc(init.buffer()));
  }

  /** Bytes of the record as a whole. */
  public int recordSize() {
    return SIZE + size;
  }

  /** Appends it. */
  public void write(ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(MAGIC);
    out.writeByte(VERSION);
    out.writeByte(kind.ordinal());
    out.writeByte(trackKind.ordinal());
    out.writeByte(trackId);
    out.writeInt(timescale.ticksPerSecond());
    out.writeByte(cut.opening().ordinal());
    out.writeByte(cut.discontinuity() ? 1 : 0);
    initDigest.writeTo(out);
    out.writeLong(cut.number());
    out.writeLong(cut.start90k());
    out.writeLong(cut.dts90k());
    out.writeLong(cut.discontinuitySequence());
    out.writeLong(startPts);
    out.writeLong(duration);
    out.writeInt(size);
    out.writeInt(mediaCrc);
    out.writeLong(0); // for later versions
    out.writeInt(crc(out, start, out.writerIndex() - start));
  }

  /**
   * Reads one.
   *
   * @param in borrowed; what is read is consumed
   * @return null when {@code in} ends before it does; nothing is consumed then
   * @throws MalformedException when it is none, or damaged
   * @throws UnsupportedException when a later version wrote it
   */
  public static @Nullable StoredHead read(ByteBuf in) {
    if (in.readableBytes() < SIZE) {
      return null;
    }
    int start = in.readerIndex();
    if (in.getInt(start) != MAGIC || in.getInt(start + SIZE - 4) != crc(in, start, SIZE - 4)) {
      throw new MalformedException("no head of a stored segment, or a damaged one");
    }
    int version = in.getUnsignedByte(start + 4);
    if (version != VERSION) {
      throw new UnsupportedException(
          "a stored segment of version %d; this program knows %d".formatted(version, VERSION));
    }
    ByteBuf body = in.slice(start + 5, SIZE - 9);
    try {
      StoredHead head = readBody(body);
      in.skipBytes(SIZE);
      return head;
    } catch (IllegalArgumentException wrong) {
      throw new MalformedException("a stored segment: " + wrong.getMessage());
    }
  }

  private static StoredHead readBody(ByteBuf body) {
    Kind kind = constant("kind", Kind.values(), body.readUnsignedByte());
    Track.Kind trackKind = constant("kind of track", Track.Kind.values(), body.readUnsignedByte());
    int trackId = body.readUnsignedByte();
    var timescale = new Timescale(body.readInt());
    Cut.Opening opening = constant("opening", Cut.Opening.values(), body.readUnsignedByte());
    boolean discontinuity = checkRange("discontinuity", body.readUnsignedByte(), 0, 1) == 1;
    Bytes digest = Bytes.copyOf(body.readSlice(DIGEST_SIZE));
    var cut =
        new Cut(
            body.readLong(),
            body.readLong(),
            body.readLong(),
            opening,
            discontinuity,
            body.readLong());
    return new StoredHead(
        kind,
        trackKind,
        trackId,
        timescale,
        cut,
        body.readLong(),
        body.readLong(),
        digest,
        body.readInt(),
        body.readInt());
  }

  private static <T> T constant(String name, T[] all, int ordinal) {
    return all[checkRange(name, ordinal, 0, all.length - 1)];
  }

  /** Whether these are the bytes that stood behind the head when it was written. */
  public boolean matches(ByteBuf media) {
    return media.readableBytes() == size && mediaCrc(media) == mediaCrc;
  }

  /** CRC-32C of all readable bytes. */
  public static int mediaCrc(ByteBuf media) {
    return crc(media, media.readerIndex(), media.readableBytes());
  }

  private static int crc(ByteBuf bytes, int index, int length) {
    var crc = new CRC32C();
    for (ByteBuffer each : bytes.nioBuffers(index, length)) {
      crc.update(each);
    }
    return (int) crc.getValue();
  }
}
