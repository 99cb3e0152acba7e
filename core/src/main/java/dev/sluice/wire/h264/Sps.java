package dev.sluice.wire.h264;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.Rbsp;
import dev.sluice.wire.nal.VuiStart;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a server needs of a sequence parameter set (section 7.3.2.1.1 and annex E.1.1).
 *
 * @param profile profile_idc
 * @param constraints constraint_set flags, the byte as it stands
 * @param level level_idc, ten times the level
 * @param id seq_parameter_set_id
 * @param chromaFormat chroma_format_idc: 1 is 4:2:0
 * @param bitDepth of luma, 8 to 14
 * @param chromaBitDepth of chroma, 8 to 14
 * @param maxReferenceFrames max_num_ref_frames
 * @param width in luma samples, cropping applied
 * @param height in luma samples, cropping applied
 * @param progressive frame_mbs_only_flag
 * @param slices what is needed to read slice headers
 * @param usability sample aspect ratio and colour
 * @param timing null where the VUI gives none
 * @param maxReorderFrames max_num_reorder_frames; 0 also where pic_order_cnt_type is 2, which
 *     allows none; −1 where nothing is said
 */
public record Sps(
    int profile,
    int constraints,
    int level,
    int id,
    int chromaFormat,
    int bitDepth,
    int chromaBitDepth,
    int maxReferenceFrames,
    int width,
    int height,
    boolean progressive,
    SliceSyntax slices,
    VuiStart usability,
    @Nullable Timing timing,
    int maxReorderFrames) {

  /**
   * What the syntax of a slice header depends on.
   *
   * @param separatePlanes separate_colour_plane_flag
   * @param frameNumBits of frame_num, 4 to 16
   * @param orderCountType pic_order_cnt_type, 0 to 2
   * @param orderCountBits of pic_order_cnt_lsb, 4 to 16; 0 where it does not stand
   * @param deltaAlwaysZero delta_pic_order_always_zero_flag
   */
  public record SliceSyntax(
      boolean separatePlanes,
      int frameNumBits,
      int orderCountType,
      int orderCountBits,
      boolean deltaAlwaysZero) {}

  /** Luma samples of a picture's side: level 6.2 ends at 16 880. */
  static final int MAX_SIDE = 16_880;

  /** Bytes of an SPS that are read; the longest legal one with scaling lists is under 1 kB. */
  static final int MAX_BYTES = 4_096;

  /** Highest seq_parameter_set_id. */
  static final int MAX_ID = 31;

  /**
   * Tick of the VUI. A frame is two ticks.
   *
   * @param unitsInTick num_units_in_tick, 1 to 2³² − 1
   * @param timeScale time_scale, 1 to 2³² − 1
   * @param fixedFrameRate fixed_frame_rate_flag
   */
  public record Timing(long unitsInTick, long timeScale, boolean fixedFrameRate) {
    /** Frames a second. */
    public double framesPerSecond() {
      return timeScale / (2.0 * unitsInTick);
    }
  }

  /**
   * Reads a whole NAL unit of type 7, emulation prevention still in it.
   *
   * @param nalUnit its indexes stay as they are
   * @throws MalformedException when it is no SPS, ends too early or a value is out of range
   */
  public static Sps read(ByteBuf nalUnit) {
    int size = nalUnit.readableBytes();
    if (size < 4 || size > MAX_BYTES) {
      throw new MalformedException(
          "SPS of %d bytes, allowed are 4 to %d".formatted(size, MAX_BYTES));
    }
    int type = NalUnits.type(nalUnit.getByte(nalUnit.readerIndex()));
    if (type != NalUnits.SPS) {
      throw new MalformedException("NAL unit of type " + type + " read as SPS, allowed is 7");
    }
    return parse(
        new BitReader(Rbsp.copy(nalUnit, nalUnit.readerIndex() + 1, nalUnit.writerIndex()), "SPS"));
  }

  private static Sps parse(BitReader bits) {
    int profile = bits.small(8);
    int constraints = bits.small(8);
    int level = bits.small(8);
    int id = bits.ue("seq_parameter_set_id", MAX_ID);
    int chromaFormat = 1;
    int bitDepth = 8;
    int chromaBitDepth = 8;
    boolean separatePlanes = false;
    if (hasChromaFormat(profile)) {
      chromaFormat = bits.ue("chroma_format_idc", 3);
      separatePlanes = chromaFormat == 3 && bits.flag(); // separate_colour_plane_flag
      bitDepth = 8 + bits.ue("bit_depth_luma_minus8", 6);
      chromaBitDepth = 8 + bits.ue("bit_depth_chroma_minus8", 6);
      bits.skip(1); // qpprime_y_zero_transform_bypass_flag
      if (bits.flag()) { // seq_scaling_matrix_present_flag
        skipScalingLists(bits, chromaFormat == 3 ? 12 : 8);
      }
    }
    int frameNumBits = 4 + bits.ue("log2_max_frame_num_minus4", 12);
    SliceSyntax slices = orderCount(bits, separatePlanes, frameNumBits);
    int maxReferenceFrames = bits.ue("max_num_ref_frames", 16);
    bits.skip(1); // gaps_in_frame_num_value_allowed_flag
    int widthInMacroblocks = bits.ue("pic_width_in_mbs_minus1", MAX_SIDE / 16) + 1;
    int heightInMapUnits = bits.ue("pic_height_in_map_units_minus1", MAX_SIDE / 16) + 1;
    boolean progressive = bits.flag(); // frame_mbs_only_flag
    if (!progressive) {
      bits.skip(1); // mb_adaptive_frame_field_flag
    }
    bits.skip(1); // direct_8x8_inference_flag
    int width = 16 * widthInMacroblocks;
    int height = 16 * heightInMapUnits * (progressive ? 1 : 2);
    if (bits.flag()) { // frame_cropping_flag
      boolean planar = chromaFormat == 0 || separatePlanes; // ChromaArrayType is 0
      int unitX = planar || chromaFormat == 3 ? 1 : 2;
      int unitY = (planar || chromaFormat != 1 ? 1 : 2) * (progressive ? 1 : 2);
      width = cropped(bits, width, unitX, "left and right");
      height = cropped(bits, height, unitY, "top and bottom");
    }
    Vui vui = bits.flag() ? Vui.read(bits) : Vui.NONE; // vui_parameters_present_flag
    return new Sps(
        profile,
        constraints,
        level,
        id,
        chromaFormat,
        bitDepth,
        chromaBitDepth,
        maxReferenceFrames,
        width,
        height,
        progressive,
        slices,
        vui.start,
        vui.timing,
        slices.orderCountType() == 2 ? 0 : vui.maxReorderFrames);
  }

  private static boolean hasChromaFormat(int profile) {
    return switch (profile) {
      case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
      default -> false;
    };
  }

  /** Section 7.3.2.1.1.1; a list ends where its next scale becomes 0. */
  private static void skipScalingLists(BitReader bits, int lists) {
    for (int list = 0; list < lists; list++) {
      if (!bits.flag()) { // seq_scaling_list_present_flag
        continue;
      }
      int next = 8;
      for (int i = list < 6 ? 16 : 64; i > 0 && next != 0; i--) {
        next = (next + bits.se("delta_scale")) & 0xFF;
      }
    }
  }

  private static SliceSyntax orderCount(BitReader bits, boolean separatePlanes, int frameNumBits) {
    int type = bits.ue("pic_order_cnt_type", 2);
    int orderCountBits = 0;
    boolean deltaAlwaysZero = true;
    switch (type) {
      case 0 -> orderCountBits = 4 + bits.ue("log2_max_pic_order_cnt_lsb_minus4", 12);
      case 1 -> {
        deltaAlwaysZero = bits.flag(); // delta_pic_order_always_zero_flag
        bits.se("offset_for_non_ref_pic");
        bits.se("offset_for_top_to_bottom_field");
        for (int i = bits.ue("num_ref_frames_in_pic_order_cnt_cycle", 255); i > 0; i--) {
          bits.se("offset_for_ref_frame");
        }
      }
      default -> {} // type 2 has no parameters
    }
    return new SliceSyntax(separatePlanes, frameNumBits, type, orderCountBits, deltaAlwaysZero);
  }

  private static int cropped(BitReader bits, int side, int unit, String where) {
    long first = bits.ue("frame_crop offset", MAX_SIDE);
    long second = bits.ue("frame_crop offset", MAX_SIDE);
    long left = side - unit * (first + second);
    if (left < 1) {
      throw new MalformedException(
          "SPS: cropping %s takes %d of %d samples".formatted(where, side - left, side));
    }
    return (int) left;
  }

  /** Annex E.1.1; what is not kept is passed over. */
  private record Vui(VuiStart start, @Nullable Timing timing, int maxReorderFrames) {
    static final Vui NONE = new Vui(VuiStart.NONE, null, -1);

    static Vui read(BitReader bits) {
      VuiStart start = VuiStart.read(bits);
      Timing timing = bits.flag() ? timing(bits) : null; // timing_info_present_flag
      boolean nalHrd = bits.flag(); // nal_hrd_parameters_present_flag
      if (nalHrd) {
        skipHrd(bits);
      }
      boolean vclHrd = bits.flag(); // vcl_hrd_parameters_present_flag
      if (vclHrd) {
        skipHrd(bits);
      }
      if (nalHrd || vclHrd) {
        bits.skip(1); // low_delay_hrd_flag
      }
      bits.skip(1); // pic_struct_present_flag
      if (!bits.flag()) { // bitstream_restriction_flag
        return new Vui(start, timing, -1);
      }
      bits.skip(1); // motion_vectors_over_pic_boundaries_flag
      bits.ue("max_bytes_per_pic_denom", 16);
      bits.ue("max_bits_per_mb_denom", 16);
      bits.ue("log2_max_mv_length_horizontal", 32);
      bits.ue("log2_max_mv_length_vertical", 32);
      return new Vui(start, timing, bits.ue("max_num_reorder_frames", 16));
    }

    /** Zeros, which say nothing, count as no timing. */
    private static @Nullable Timing timing(BitReader bits) {
      long unitsInTick = bits.bits(32);
      long timeScale = bits.bits(32);
      boolean fixed = bits.flag();
      return unitsInTick == 0 || timeScale == 0 ? null : new Timing(unitsInTick, timeScale, fixed);
    }

    /** Annex E.1.2. */
    private static void skipHrd(BitReader bits) {
      int count = bits.ue("cpb_cnt_minus1", 31) + 1;
      bits.skip(8); // bit_rate_scale, cpb_size_scale
      for (int i = 0; i < count; i++) {
        bits.ue("bit_rate_value_minus1", Integer.MAX_VALUE);
        bits.ue("cpb_size_value_minus1", Integer.MAX_VALUE);
        bits.skip(1); // cbr_flag
      }
      bits.skip(20); // three lengths of delays, time_offset_length
    }
  }
}
