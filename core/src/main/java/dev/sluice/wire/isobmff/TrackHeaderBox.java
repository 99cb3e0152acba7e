package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * {@code tkhd} (ISO/IEC 14496-12, section 8.3.2).
 *
 * @param flags {@link #ENABLED}, {@link #IN_MOVIE} and others, 24 bits
 * @param creation seconds since 1904, UTC
 * @param modification seconds since 1904, UTC
 * @param trackId 1 to 2³² − 1
 * @param duration in the movie's timescale; −1 when it is not known
 * @param alternateGroup tracks of one group other than 0 are alternatives
 * @param volume 256 is 1; 0 for what makes no sound
 * @param matrix nine numbers of 32 bits: turning and mirroring
 * @param width of the picture as it is shown, 16.16
 * @param height of the picture as it is shown, 16.16
 */
public record TrackHeaderBox(
    int flags,
    long creation,
    long modification,
    long trackId,
    long duration,
    int alternateGroup,
    int volume,
    Bytes matrix,
    long width,
    long height)
    implements Box {

  /** The track is meant to be played. */
  public static final int ENABLED = 1;

  /** The track is part of the presentation. */
  public static final int IN_MOVIE = 2;

  /** The matrix that changes nothing. */
  public static final Bytes IDENTITY = identity();

  public TrackHeaderBox {
    checkRange("flags", flags, 0, 0xFF_FFFF);
    checkRange("creation", creation, 0, Long.MAX_VALUE);
    checkRange("modification", modification, 0, Long.MAX_VALUE);
    checkRange("trackId", trackId, 1, 0xFFFF_FFFFL);
    checkRange("duration", duration, -1, Long.MAX_VALUE);
    checkRange("alternateGroup", alternateGroup, Short.MIN_VALUE, Short.MAX_VALUE);
    checkRange("volume", volume, Short.MIN_VALUE, Short.MAX_VALUE);
    checkRange("size of matrix", matrix.size(), Times.MATRIX_SIZE, Times.MATRIX_SIZE);
    checkRange("width", width, 0, 0xFFFF_FFFFL);
    checkRange("height", height, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early or the track has ID 0
   */
  public static TrackHeaderBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.TKHD, 1);
    long creation = body.u32or64("creation_time");
    long modification = body.u32or64("modification_time");
    long trackId = body.u32();
    if (trackId == 0) {
      throw body.fault("track_ID", "0", "1 to 2^32 - 1");
    }
    body.skip(4); // reserved
    long duration = body.duration();
    body.skip(8 + 2); // reserved, layer
    int alternateGroup = body.i16();
    int volume = body.i16();
    body.skip(2); // reserved
    Bytes matrix = body.bytes(Times.MATRIX_SIZE);
    return new TrackHeaderBox(
        body.flags(),
        creation,
        modification,
        trackId,
        duration,
        alternateGroup,
        volume,
        matrix,
        body.u32(),
        body.u32());
  }

  @Override
  public int type() {
    return BoxType.TKHD;
  }

  @Override
  public void writeBody(ByteBuf out) {
    int version = Times.version(creation, modification, duration);
    Boxes.full(version, flags, out);
    Times.write(version, creation, out);
    Times.write(version, modification, out);
    out.writeInt((int) trackId).writeInt(0);
    Times.write(version, duration, out);
    out.writeZero(8 + 2).writeShort(alternateGroup).writeShort(volume).writeShort(0);
    matrix.writeTo(out);
    out.writeInt((int) width).writeInt((int) height);
  }

  private static Bytes identity() {
    ByteBuf out = Unpooled.buffer(Times.MATRIX_SIZE);
    Times.writeIdentity(out);
    return Bytes.copyOf(out);
  }
}
