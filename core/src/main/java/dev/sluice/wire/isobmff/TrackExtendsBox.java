package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code trex}: what the fragments of a track need not say (ISO/IEC 14496-12, section 8.8.3).
 *
 * @param trackId 1 to 2³² − 1
 * @param sampleDescriptionIndex from 1
 * @param sampleDuration in the track's timescale
 * @param sampleSize bytes
 * @param sampleFlags {@link SampleFlags}
 */
public record TrackExtendsBox(
    long trackId,
    long sampleDescriptionIndex,
    long sampleDuration,
    long sampleSize,
    int sampleFlags)
    implements Box {

  public TrackExtendsBox {
    checkRange("trackId", trackId, 0, 0xFFFF_FFFFL);
    checkRange("sampleDescriptionIndex", sampleDescriptionIndex, 0, 0xFFFF_FFFFL);
    checkRange("sampleDuration", sampleDuration, 0, 0xFFFF_FFFFL);
    checkRange("sampleSize", sampleSize, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static TrackExtendsBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.TREX, 0);
    return new TrackExtendsBox(body.u32(), body.u32(), body.u32(), body.u32(), body.i32());
  }

  @Override
  public int type() {
    return BoxType.TREX;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, 0, out);
    out.writeInt((int) trackId).writeInt((int) sampleDescriptionIndex);
    out.writeInt((int) sampleDuration).writeInt((int) sampleSize).writeInt(sampleFlags);
  }
}
