package dev.sluice.mux.codec;

import dev.sluice.wire.BitsOut;

/** Writes parameter sets and slice headers of field pictures, which no encoder at hand makes. */
final class H264Fields {
  private static final int FRAME_NUM_BITS = 4;
  private static final int ORDER_BITS = 6;

  /** 720 × 576 Main, interlaced; pic_order_cnt_type 0. */
  String sps() {
    return new BitsOut()
        .u(24, 0x4D0028) // profile, constraints, level
        .ue(0) // seq_parameter_set_id
        .ue(FRAME_NUM_BITS - 4)
        .ue(0) // pic_order_cnt_type
        .ue(ORDER_BITS - 4)
        .ue(2) // max_num_ref_frames
        .flag(false) // gaps_in_frame_num_value_allowed_flag
        .ue(44) // pic_width_in_mbs_minus1
        .ue(17) // pic_height_in_map_units_minus1
        .flag(false) // frame_mbs_only_flag
        .flag(false) // mb_adaptive_frame_field_flag
        .flag(true) // direct_8x8_inference_flag
        .flag(false) // frame_cropping_flag
        .flag(false) // vui_parameters_present_flag
        .nalUnit(0x67)
        .toString();
  }

  /** IDs 0, CABAC, no bottom_field_pic_order_in_frame. */
  String pps() {
    return new BitsOut().ue(0).ue(0).u(2, 2).nalUnit(0x68).toString();
  }

  /** A P slice of a field behind its start code. */
  String slice(boolean reference, int frameNum, int order, boolean bottom) {
    return header(reference, frameNum, new BitsOut().flag(true).flag(bottom), order);
  }

  /** A P slice of a frame behind its start code. */
  String frame(int frameNum, int order) {
    return header(true, frameNum, new BitsOut().flag(false), order);
  }

  private static String header(boolean reference, int frameNum, BitsOut structure, int order) {
    return "000001"
        + new BitsOut()
            .ue(0) // first_mb_in_slice
            .ue(5) // slice_type
            .ue(0) // pic_parameter_set_id
            .u(FRAME_NUM_BITS, frameNum)
            .append(structure)
            .u(ORDER_BITS, order)
            .nalUnit(reference ? 0x41 : 0x01);
  }
}
