package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code tfdt} (ISO/IEC 14496-12, section 8.8.12). It is written with 64 bits, whatever the value.
 *
 * @param baseMediaDecodeTime DTS of the fragment's first sample, in the track's timescale
 */
public record TrackFragmentDecodeTimeBox(long baseMediaDecodeTime) implements Box {
  /** Bytes of the whole box as we write it. */
  public static final int SIZE = 20;

  public TrackFragmentDecodeTimeBox {
    checkRange("baseMediaDecodeTime", baseMediaDecodeTime, 0, Long.MAX_VALUE);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static TrackFragmentDecodeTimeBox read(ByteBuf in) {
    return new TrackFragmentDecodeTimeBox(
        Body.full(in, BoxType.TFDT, 1).u32or64("baseMediaDecodeTime"));
  }

  @Override
  public int type() {
    return BoxType.TFDT;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(1, 0, out);
    out.writeLong(baseMediaDecodeTime);
  }
}
