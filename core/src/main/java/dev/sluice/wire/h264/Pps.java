package dev.sluice.wire.h264;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.Rbsp;
import io.netty.buffer.ByteBuf;

/**
 * What a server needs of a picture parameter set (section 7.3.2.2).
 *
 * @param id pic_parameter_set_id, 0 to 255
 * @param spsId seq_parameter_set_id, 0 to 31
 * @param fieldOrderPresent bottom_field_pic_order_in_frame_present_flag
 */
public record Pps(int id, int spsId, boolean fieldOrderPresent) {
  static final int MAX_ID = 255;

  /** Bytes enough for what is read. */
  private static final int PREFIX_BYTES = 16;

  /**
   * Reads a whole NAL unit of type 8, emulation prevention still in it.
   *
   * @param nalUnit its indexes stay as they are
   * @throws MalformedException when it is no PPS, ends too early or an ID is out of range
   */
  public static Pps read(ByteBuf nalUnit) {
    int size = nalUnit.readableBytes();
    int start = nalUnit.readerIndex();
    if (size < 2 || NalUnits.type(nalUnit.getByte(start)) != NalUnits.PPS) {
      throw new MalformedException(
          "NAL unit of %d bytes read as PPS, allowed are 2 or more of type 8".formatted(size));
    }
    byte[] rbsp = Rbsp.copy(nalUnit, start + 1, start + Math.min(size, PREFIX_BYTES));
    BitReader bits = new BitReader(rbsp, "PPS");
    int id = bits.ue("pic_parameter_set_id", MAX_ID);
    int spsId = bits.ue("seq_parameter_set_id", Sps.MAX_ID);
    bits.skip(1); // entropy_coding_mode_flag
    return new Pps(id, spsId, bits.flag());
  }
}
