package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code mvhd} (ISO/IEC 14496-12, section 8.2.2). Rate, volume and matrix are written as 1, 1 and
 * the identity, and not looked at.
 *
 * @param creation seconds since 1904, UTC
 * @param modification seconds since 1904, UTC
 * @param timescale ticks per second of {@code duration} and of edit lists, 1 to 10⁹
 * @param duration of the longest track; −1 when it is not known
 * @param nextTrackId larger than every track ID in use
 */
public record MovieHeaderBox(
    long creation, long modification, int timescale, long duration, long nextTrackId)
    implements Box {

  public MovieHeaderBox {
    checkRange("creation", creation, 0, Long.MAX_VALUE);
    checkRange("modification", modification, 0, Long.MAX_VALUE);
    checkRange("timescale", timescale, 1, 1_000_000_000);
    checkRange("duration", duration, -1, Long.MAX_VALUE);
    checkRange("nextTrackId", nextTrackId, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early or has a timescale of 0
   */
  public static MovieHeaderBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.MVHD, 1);
    long creation = body.u32or64("creation_time");
    long modification = body.u32or64("modification_time");
    int timescale = body.timescale();
    long duration = body.duration();
    body.skip(4 + 2 + 2 + 8 + Times.MATRIX_SIZE + 24); // rate, volume, reserved, pre_defined
    return new MovieHeaderBox(creation, modification, timescale, duration, body.u32());
  }

  @Override
  public int type() {
    return BoxType.MVHD;
  }

  @Override
  public void writeBody(ByteBuf out) {
    int version = Times.version(creation, modification, duration);
    Boxes.full(version, 0, out);
    Times.write(version, creation, out);
    Times.write(version, modification, out);
    out.writeInt(timescale);
    Times.write(version, duration, out);
    out.writeInt(0x1_0000).writeShort(0x100).writeZero(2 + 8); // rate 1, volume 1
    Times.writeIdentity(out);
    out.writeZero(24).writeInt((int) nextTrackId);
  }
}
