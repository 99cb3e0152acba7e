package dev.sluice.mux.codec;

import dev.sluice.wire.h265.HevcNalUnit;
import io.netty.buffer.ByteBuf;

/** Access units of H.265 (section 7.4.2.4.4); a field is an access unit of its own. */
final class H265Boundaries implements PictureBoundaries {
  private static final int FIRST_SLICE_SEGMENT = 0x80; // first_slice_segment_in_pic_flag

  @Override
  public int neededBytes(int firstByte) {
    return HevcNalUnit.HEADER_BYTES + 1;
  }

  @Override
  public Verdict begin(ByteBuf in, int offset, int length) {
    if (length < HevcNalUnit.HEADER_BYTES + 1) {
      return Verdict.NEUTRAL;
    }
    int type = HevcNalUnit.type(in.getByte(offset));
    boolean baseLayer = (in.getUnsignedShort(offset) & 0x1F8) == 0; // nuh_layer_id
    if (!baseLayer) {
      return Verdict.NEUTRAL;
    }
    if (HevcNalUnit.isSlice(type)) {
      return (in.getByte(offset + HevcNalUnit.HEADER_BYTES) & FIRST_SLICE_SEGMENT) != 0
          ? Verdict.PICTURE
          : Verdict.CONTINUES;
    }
    return switch (type) {
      case HevcNalUnit.VPS,
          HevcNalUnit.SPS,
          HevcNalUnit.PPS,
          HevcNalUnit.AUD,
          HevcNalUnit.PREFIX_SEI ->
          Verdict.STARTS;
      case 41, 42, 43, 44, 48, 49, 50, 51, 52, 53, 54, 55 -> Verdict.STARTS; // reserved for that
      default -> Verdict.NEUTRAL;
    };
  }

  @Override
  public void end(ByteBuf in, int offset, int length) {}

  @Override
  public boolean awaitsSecondField() {
    return false;
  }

  @Override
  public void reset() {}
}
