package dev.sluice.session.link;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment of one track that is whole.
 *
 * @param track what it is of, as it was then
 * @param startPts when it begins, in the track's ticks
 * @param duration up to where it ends, in the track's ticks
 * @param sha256 of all its bytes; nothing of it, when it holds no media
 * @param parts of which it is made, in order; none when it holds no media
 */
public record LinkSegment(
    LinkTrack track, long startPts, long duration, Bytes sha256, List<LinkPart> parts) {
  /** Parts of a segment: a minute of the shortest. */
  public static final int MAX_PARTS = 2_048;

  /** Bytes of a hash. */
  public static final int HASH_SIZE = 32;

  public LinkSegment {
    parts = List.copyOf(parts);
    checkRange("startPts", startPts, 0, Long.MAX_VALUE);
    checkRange("duration", duration, 1, Long.MAX_VALUE);
    checkRange("size of sha256", sha256.size(), HASH_SIZE, HASH_SIZE);
    checkRange("parts", parts.size(), 0, MAX_PARTS);
  }

  /** Bytes of it. */
  public long sizeBytes() {
    return parts.stream().mapToLong(LinkPart::sizeBytes).sum();
  }

  void write(ByteBuf out) {
    track.write(out);
    out.writeLong(startPts).writeLong(duration);
    sha256.writeTo(out);
    out.writeShort(parts.size());
    parts.forEach(part -> part.write(out));
  }

  static LinkSegment read(ByteBuf in) {
    LinkTrack track = LinkTrack.read(in);
    long startPts = in.readLong();
    long duration = in.readLong();
    Bytes sha256 = Bytes.copyOf(in.readSlice(HASH_SIZE));
    int count = checkRange("parts", in.readUnsignedShort(), 0, MAX_PARTS);
    List<LinkPart> parts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      parts.add(LinkPart.read(in));
    }
    return new LinkSegment(track, startPts, duration, sha256, parts);
  }

  /**
   * A part of a segment.
   *
   * @param sizeBytes bytes of it
   * @param startDts of its first unit, in the track's ticks
   * @param duration as playlists give it, in the track's ticks
   * @param units how many it holds; 0 when it is a stretch of which there is nothing
   * @param independent whether decoding can begin in it
   */
  public record LinkPart(
      int sizeBytes, long startDts, long duration, int units, boolean independent) {
    /** Bytes of a part. */
    public static final int MAX_SIZE = 64 << 20;

    public LinkPart {
      checkRange("sizeBytes", sizeBytes, 0, MAX_SIZE);
      checkRange("startDts", startDts, 0, Long.MAX_VALUE);
      checkRange("duration", duration, 0, Long.MAX_VALUE);
      checkRange("units", units, 0, 0xFFFF);
    }

    void write(ByteBuf out) {
      out.writeInt(sizeBytes).writeLong(startDts).writeLong(duration).writeShort(units);
      out.writeByte(independent ? 1 : 0);
    }

    static LinkPart read(ByteBuf in) {
      return new LinkPart(
          in.readInt(),
          in.readLong(),
          in.readLong(),
          in.readUnsignedShort(),
          in.readUnsignedByte() != 0);
    }
  }
}
