package dev.sluice.wire.h265;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.nal.VuiStart;
import org.jspecify.annotations.Nullable;

/**
 * Video usability information (annex E.2.1).
 *
 * @param start sample aspect ratio and colour
 * @param fields field_seq_flag: pictures are fields
 * @param display default display window, beside the conformance window
 * @param timing null where it gives none
 * @param minSpatialSegmentation min_spatial_segmentation_idc, 0 where it gives none
 */
public record HevcVui(
    VuiStart start,
    boolean fields,
    Window display,
    @Nullable HevcTiming timing,
    int minSpatialSegmentation) {

  /** There is none. */
  public static final HevcVui NONE = new HevcVui(VuiStart.NONE, false, Window.NONE, null, 0);

  /** Offsets from the sides of a picture in units of chroma samples. */
  public record Window(long left, long right, long top, long bottom) {
    /** The whole picture. */
    public static final Window NONE = new Window(0, 0, 0, 0);

    static Window read(BitReader bits) {
      return new Window(
          bits.ue("win_left_offset", HevcSps.MAX_SIDE),
          bits.ue("win_right_offset", HevcSps.MAX_SIDE),
          bits.ue("win_top_offset", HevcSps.MAX_SIDE),
          bits.ue("win_bottom_offset", HevcSps.MAX_SIDE));
    }
  }

  static HevcVui read(BitReader bits, int maxSubLayersMinus1) {
    VuiStart start = VuiStart.read(bits);
    bits.skip(1); // neutral_chroma_indication_flag
    boolean fields = bits.flag(); // field_seq_flag
    bits.skip(1); // frame_field_info_present_flag
    Window display = bits.flag() ? Window.read(bits) : Window.NONE; // default_display_window_flag
    HevcTiming timing = null;
    if (bits.flag()) { // vui_timing_info_present_flag
      timing = HevcTiming.read(bits);
      if (bits.flag()) { // vui_poc_proportional_to_timing_flag
        bits.ue("vui_num_ticks_poc_diff_one_minus1", Integer.MAX_VALUE);
      }
      if (bits.flag()) { // vui_hrd_parameters_present_flag
        skipHrd(bits, maxSubLayersMinus1);
      }
    }
    int minSpatialSegmentation = 0;
    if (bits.flag()) { // bitstream_restriction_flag
      bits.skip(3); // tiles_fixed_structure, motion_vectors_over_pic_boundaries, restricted_lists
      minSpatialSegmentation = bits.ue("min_spatial_segmentation_idc", 4_095);
      bits.ue("max_bytes_per_pic_denom", 16);
      bits.ue("max_bits_per_min_cu_denom", 16);
      bits.ue("log2_max_mv_length_horizontal", 16);
      bits.ue("log2_max_mv_length_vertical", 16);
    }
    return new HevcVui(start, fields, display, timing, minSpatialSegmentation);
  }

  /** Annex E.2.2, with commonInfPresentFlag 1. */
  private static void skipHrd(BitReader bits, int maxSubLayersMinus1) {
    boolean nal = bits.flag(); // nal_hrd_parameters_present_flag
    boolean vcl = bits.flag(); // vcl_hrd_parameters_present_flag
    boolean subPictures = false;
    if (nal || vcl) {
      subPictures = bits.flag(); // sub_pic_hrd_params_present_flag
      bits.skip(subPictures ? 19 : 0);
      bits.skip(8); // bit_rate_scale, cpb_size_scale
      bits.skip(subPictures ? 4 : 0); // cpb_size_du_scale
      bits.skip(15); // three lengths
    }
    for (int i = 0; i <= maxSubLayersMinus1; i++) {
      boolean fixedGeneral = bits.flag(); // fixed_pic_rate_general_flag
      boolean fixed = fixedGeneral || bits.flag(); // fixed_pic_rate_within_cvs_flag
      boolean lowDelay = false;
      if (fixed) {
        bits.ue("elemental_duration_in_tc_minus1", 2_047);
      } else {
        lowDelay = bits.flag(); // low_delay_hrd_flag
      }
      int count = lowDelay ? 1 : 1 + bits.ue("cpb_cnt_minus1", 31);
      for (int j = (nal ? count : 0) + (vcl ? count : 0); j > 0; j--) {
        skipSubLayerHrd(bits, subPictures);
      }
    }
  }

  /** One turn of the loop of annex E.2.3. */
  private static void skipSubLayerHrd(BitReader bits, boolean subPictures) {
    bits.ue("bit_rate_value_minus1", Integer.MAX_VALUE);
    bits.ue("cpb_size_value_minus1", Integer.MAX_VALUE);
    if (subPictures) {
      bits.ue("cpb_size_du_value_minus1", Integer.MAX_VALUE);
      bits.ue("bit_rate_du_value_minus1", Integer.MAX_VALUE);
    }
    bits.skip(1); // cbr_flag
  }
}
