package dev.sluice.bench.stream;

import java.nio.ByteBuffer;

/**
 * The smallest real H.264 video: 640 × 360 at 25 fps, baseline profile, grey. A key frame predicts
 * each macroblock from nothing; all other pictures skip each macroblock.
 */
final class GreyPicture {
  private static final int WIDTH_MBS = 40;
  private static final int HEIGHT_MBS = 23; // 368 lines, 8 of them cropped
  private static final int MACROBLOCKS = WIDTH_MBS * HEIGHT_MBS;
  private static final int SPS_NAL = 0x67;
  private static final int PPS_NAL = 0x68;
  private static final int IDR_NAL = 0x65;
  private static final int SLICE_NAL = 0x41;

  private GreyPicture() {}

  private static byte[] sps() {
    return new BitWriter()
        .u(8, 66) // profile_idc: baseline
        .u(8, 0xC0) // constraint_set0 and 1
        .u(8, 30) // level_idc: 3
        .ue(0) // seq_parameter_set_id
        .ue(4) // log2_max_frame_num_minus4: frame_num has 8 bits
        .ue(2) // pic_order_cnt_type: output order is decoding order
        .ue(1) // max_num_ref_frames
        .u(1, 0) // gaps_in_frame_num_value_allowed_flag
        .ue(WIDTH_MBS - 1)
        .ue(HEIGHT_MBS - 1)
        .u(1, 1) // frame_mbs_only_flag
        .u(1, 1) // direct_8x8_inference_flag
        .u(1, 1) // frame_cropping_flag
        .ue(0)
        .ue(0)
        .ue(0)
        .ue(4) // bottom, in units of 2 lines
        .u(1, 1) // vui_parameters_present_flag
        .u(4, 0) // aspect ratio, overscan, video signal, chroma location: absent
        .u(1, 1) // timing_info_present_flag
        .u(32, 1) // num_units_in_tick
        .u(32, 50) // time_scale: two ticks a frame
        .u(1, 1) // fixed_frame_rate_flag
        .u(4, 0) // NAL HRD, VCL HRD, pic_struct, bitstream restriction: absent
        .toNalUnit(SPS_NAL);
  }

  private static byte[] pps() {
    return new BitWriter()
        .ue(0) // pic_parameter_set_id
        .ue(0) // seq_parameter_set_id
        .u(1, 0) // entropy_coding_mode_flag: CAVLC
        .u(1, 0) // bottom_field_pic_order_in_frame_present_flag
        .ue(0) // num_slice_groups_minus1
        .ue(0) // num_ref_idx_l0_default_active_minus1
        .ue(0) // num_ref_idx_l1_default_active_minus1
        .u(3, 0) // weighted_pred_flag, weighted_bipred_idc
        .ue(0) // pic_init_qp_minus26
        .ue(0) // pic_init_qs_minus26
        .ue(0) // chroma_qp_index_offset
        .u(1, 1) // deblocking_filter_control_present_flag
        .u(2, 0) // constrained_intra_pred_flag, redundant_pic_cnt_present_flag
        .toNalUnit(PPS_NAL);
  }

  /** AVCDecoderConfigurationRecord. */
  static byte[] configuration() {
    byte[] sps = sps();
    byte[] pps = pps();
    return ByteBuffer.allocate(11 + sps.length + pps.length)
        .put((byte) 1) // configurationVersion
        .put(sps, 1, 3) // profile, compatibility, level
        .put((byte) 0xFF) // lengthSizeMinusOne = 3
        .put((byte) 0xE1) // one SPS
        .putShort((short) sps.length)
        .put(sps)
        .put((byte) 1) // one PPS
        .putShort((short) pps.length)
        .put(pps)
        .array();
  }

  /** An IDR picture; two in a row must differ in {@code idrPicId}. */
  static byte[] keyFrame(int idrPicId) {
    var bits =
        new BitWriter()
            .ue(0) // first_mb_in_slice
            .ue(7) // slice_type: all I
            .ue(0) // pic_parameter_set_id
            .u(8, 0) // frame_num
            .ue(idrPicId)
            .u(2, 0) // no_output_of_prior_pics_flag, long_term_reference_flag
            .ue(0) // slice_qp_delta
            .ue(1); // disable_deblocking_filter_idc
    for (int i = 0; i < MACROBLOCKS; i++) {
      bits.ue(3) // mb_type: I_16x16_2_0_0, DC prediction, no coefficients
          .ue(0) // intra_chroma_pred_mode: DC
          .ue(0) // mb_qp_delta
          .u(1, 1); // coeff_token: none
    }
    return bits.toNalUnit(IDR_NAL);
  }

  /** The picture before it once more. */
  static byte[] skippedFrame(int frameNum) {
    return new BitWriter()
        .ue(0) // first_mb_in_slice
        .ue(5) // slice_type: all P
        .ue(0) // pic_parameter_set_id
        .u(8, frameNum)
        .u(1, 0) // num_ref_idx_active_override_flag
        .u(1, 0) // ref_pic_list_modification_flag_l0
        .u(1, 0) // adaptive_ref_pic_marking_mode_flag
        .ue(0) // slice_qp_delta
        .ue(1) // disable_deblocking_filter_idc
        .ue(MACROBLOCKS) // mb_skip_run
        .toNalUnit(SLICE_NAL);
  }
}
