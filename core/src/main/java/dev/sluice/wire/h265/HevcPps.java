package dev.sluice.wire.h265;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * What a server needs of a picture parameter set (section 7.3.2.3).
 *
 * @param id pps_pic_parameter_set_id, 0 to 63
 * @param spsId pps_seq_parameter_set_id, 0 to 15
 * @param tiles tiles_enabled_flag
 * @param wavefront entropy_coding_sync_enabled_flag
 */
public record HevcPps(int id, int spsId, boolean tiles, boolean wavefront) {
  static final int MAX_ID = 63;

  /**
   * Reads a whole NAL unit of type 34, emulation prevention still in it.
   *
   * @param nalUnit its indexes stay as they are
   * @throws MalformedException when it is no PPS, ends too early or a value is out of range
   */
  public static HevcPps read(ByteBuf nalUnit) {
    BitReader bits = HevcSps.open(nalUnit, HevcNalUnit.PPS, "PPS");
    int id = bits.ue("pps_pic_parameter_set_id", MAX_ID);
    int spsId = bits.ue("pps_seq_parameter_set_id", HevcSps.MAX_ID);
    bits.skip(2); // dependent_slice_segments_enabled_flag, output_flag_present_flag
    bits.skip(3); // num_extra_slice_header_bits
    bits.skip(2); // sign_data_hiding_enabled_flag, cabac_init_present_flag
    bits.ue("num_ref_idx_l0_default_active_minus1", 14);
    bits.ue("num_ref_idx_l1_default_active_minus1", 14);
    bits.se("init_qp_minus26");
    bits.skip(2); // constrained_intra_pred_flag, transform_skip_enabled_flag
    if (bits.flag()) { // cu_qp_delta_enabled_flag
      bits.ue("diff_cu_qp_delta_depth", 3);
    }
    bits.se("pps_cb_qp_offset");
    bits.se("pps_cr_qp_offset");
    bits.skip(1); // pps_slice_chroma_qp_offsets_present_flag
    bits.skip(2); // weighted_pred_flag, weighted_bipred_flag
    bits.skip(1); // transquant_bypass_enabled_flag
    return new HevcPps(id, spsId, bits.flag(), bits.flag());
  }
}
