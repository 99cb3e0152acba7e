package dev.sluice.wire.h265;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.Rbsp;
import io.netty.buffer.ByteBuf;

/**
 * What a server needs of a sequence parameter set (section 7.3.2.2 and annex E).
 *
 * @param id sps_seq_parameter_set_id, 0 to 15
 * @param vpsId sps_video_parameter_set_id, 0 to 15
 * @param temporalLayers sps_max_sub_layers_minus1 + 1, 1 to 7
 * @param temporalIdNested sps_temporal_id_nesting_flag
 * @param profile profile, tier and level
 * @param chromaFormat chroma_format_idc: 1 is 4:2:0
 * @param bitDepth of luma, 8 to 16
 * @param chromaBitDepth of chroma, 8 to 16
 * @param width in luma samples, conformance window applied
 * @param height in luma samples, conformance window applied
 * @param maxReorderPictures sps_max_num_reorder_pics of the highest sub-layer
 * @param vui {@link HevcVui#NONE} where there is none
 */
public record HevcSps(
    int id,
    int vpsId,
    int temporalLayers,
    boolean temporalIdNested,
    ProfileTierLevel profile,
    int chromaFormat,
    int bitDepth,
    int chromaBitDepth,
    int width,
    int height,
    int maxReorderPictures,
    HevcVui vui) {

  /** Highest sps_seq_parameter_set_id. */
  static final int MAX_ID = 15;

  /** Luma samples of a picture's side: √(8 × MaxLumaPs) of level 7.2. */
  static final int MAX_SIDE = 33_776;

  /** Bytes of a parameter set that are read; with scaling lists and 64 sets under 4 kB. */
  static final int MAX_BYTES = 8_192;

  private static final int MAX_SHORT_TERM_SETS = 64;
  private static final int MAX_LONG_TERM = 32;

  /**
   * Reads a whole NAL unit of type 33, emulation prevention still in it.
   *
   * @param nalUnit its indexes stay as they are
   * @throws MalformedException when it is no SPS, ends too early or a value is out of range
   */
  public static HevcSps read(ByteBuf nalUnit) {
    BitReader bits = open(nalUnit, HevcNalUnit.SPS, "SPS");
    int vpsId = bits.small(4);
    int maxSubLayersMinus1 = bits.small(3);
    if (maxSubLayersMinus1 == 7) {
      throw new MalformedException("SPS: sps_max_sub_layers_minus1 is 7, allowed is 0 to 6");
    }
    boolean temporalIdNested = bits.flag();
    ProfileTierLevel profile = ProfileTierLevel.read(bits);
    ProfileTierLevel.skipSubLayers(bits, maxSubLayersMinus1);
    int id = bits.ue("sps_seq_parameter_set_id", MAX_ID);
    int chromaFormat = bits.ue("chroma_format_idc", 3);
    boolean separatePlanes = chromaFormat == 3 && bits.flag(); // separate_colour_plane_flag
    int unitX = separatePlanes || chromaFormat == 0 || chromaFormat == 3 ? 1 : 2;
    int unitY = chromaFormat == 1 ? 2 : 1;
    int width = bits.ue("pic_width_in_luma_samples", MAX_SIDE);
    int height = bits.ue("pic_height_in_luma_samples", MAX_SIDE);
    HevcVui.Window window = bits.flag() ? HevcVui.Window.read(bits) : HevcVui.Window.NONE;
    width = cropped(width, unitX * (window.left() + window.right()), "width");
    height = cropped(height, unitY * (window.top() + window.bottom()), "height");
    int bitDepth = 8 + bits.ue("bit_depth_luma_minus8", 8);
    int chromaBitDepth = 8 + bits.ue("bit_depth_chroma_minus8", 8);
    int orderCountBits = 4 + bits.ue("log2_max_pic_order_cnt_lsb_minus4", 12);
    int maxReorderPictures = readOrdering(bits, maxSubLayersMinus1);
    skipBlocksAndLists(bits);
    if (bits.flag()) { // pcm_enabled_flag
      bits.skip(8); // pcm_sample_bit_depth_luma_minus1, pcm_sample_bit_depth_chroma_minus1
      bits.ue("log2_min_pcm_luma_coding_block_size_minus3", 2);
      bits.ue("log2_diff_max_min_pcm_luma_coding_block_size", 3);
      bits.skip(1); // pcm_loop_filter_disabled_flag
    }
    ShortTermSets.skip(bits, bits.ue("num_short_term_ref_pic_sets", MAX_SHORT_TERM_SETS));
    if (bits.flag()) { // long_term_ref_pics_present_flag
      int count = bits.ue("num_long_term_ref_pics_sps", MAX_LONG_TERM);
      bits.skip(count * (orderCountBits + 1)); // lt_ref_pic_poc_lsb_sps, used_by_curr_pic_lt
    }
    bits.skip(2); // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
    HevcVui vui =
        bits.flag() ? HevcVui.read(bits, maxSubLayersMinus1) : HevcVui.NONE; // vui_parameters
    return new HevcSps(
        id,
        vpsId,
        maxSubLayersMinus1 + 1,
        temporalIdNested,
        profile,
        chromaFormat,
        bitDepth,
        chromaBitDepth,
        width,
        height,
        maxReorderPictures,
        vui);
  }

  /** What follows the header of a parameter set. */
  static BitReader open(ByteBuf nalUnit, int type, String what) {
    int size = nalUnit.readableBytes();
    int start = nalUnit.readerIndex();
    if (size < 3 || size > MAX_BYTES) {
      throw new MalformedException(
          "%s of %d bytes, allowed are 3 to %d".formatted(what, size, MAX_BYTES));
    }
    HevcNalUnit header = HevcNalUnit.read(nalUnit, start, size);
    if (header.type() != type || header.layer() != 0) {
      throw new MalformedException(
          "NAL unit of type %d, layer %d read as %s, allowed are %d and 0"
              .formatted(header.type(), header.layer(), what, type));
    }
    return new BitReader(Rbsp.copy(nalUnit, start + HevcNalUnit.HEADER_BYTES, start + size), what);
  }

  private static int cropped(int side, long taken, String what) {
    if (side - taken < 1) {
      throw new MalformedException(
          "SPS: conformance window takes %d of %d samples of %s".formatted(taken, side, what));
    }
    return (int) (side - taken);
  }

  /** The value of the highest sub-layer, which comes last. */
  private static int readOrdering(BitReader bits, int maxSubLayersMinus1) {
    boolean all = bits.flag(); // sps_sub_layer_ordering_info_present_flag
    int reorder = 0;
    for (int i = all ? 0 : maxSubLayersMinus1; i <= maxSubLayersMinus1; i++) {
      bits.ue("sps_max_dec_pic_buffering_minus1", 15);
      reorder = bits.ue("sps_max_num_reorder_pics", 15);
      bits.ue("sps_max_latency_increase_plus1", Integer.MAX_VALUE);
    }
    return reorder;
  }

  private static void skipBlocksAndLists(BitReader bits) {
    bits.ue("log2_min_luma_coding_block_size_minus3", 3);
    bits.ue("log2_diff_max_min_luma_coding_block_size", 3);
    bits.ue("log2_min_luma_transform_block_size_minus2", 3);
    bits.ue("log2_diff_max_min_luma_transform_block_size", 3);
    bits.ue("max_transform_hierarchy_depth_inter", 4);
    bits.ue("max_transform_hierarchy_depth_intra", 4);
    if (bits.flag()) { // scaling_list_enabled_flag
      if (bits.flag()) { // sps_scaling_list_data_present_flag
        skipScalingLists(bits);
      }
    }
    bits.skip(2); // amp_enabled_flag, sample_adaptive_offset_enabled_flag
  }

  /** Section 7.3.4. */
  private static void skipScalingLists(BitReader bits) {
    for (int size = 0; size < 4; size++) {
      for (int matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1) {
        if (!bits.flag()) { // scaling_list_pred_mode_flag
          bits.ue("scaling_list_pred_matrix_id_delta", 5);
          continue;
        }
        if (size > 1) {
          bits.se("scaling_list_dc_coef_minus8");
        }
        for (int i = Math.min(64, 1 << 4 + 2 * size); i > 0; i--) {
          bits.se("scaling_list_delta_coef");
        }
      }
    }
  }
}
