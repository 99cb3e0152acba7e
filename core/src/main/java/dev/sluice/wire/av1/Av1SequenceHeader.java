package dev.sluice.wire.av1;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sequence header (section 5.5).
 *
 * @param profile seq_profile: 0 Main, 1 High, 2 Professional
 * @param stillPicture still_picture
 * @param reducedStillPicture reduced_still_picture_header: frame headers are shorter, too
 * @param timing null where it gives none
 * @param operatingPoints at least one, the first is the best quality
 * @param maxWidth max_frame_width_minus_1 + 1
 * @param maxHeight max_frame_height_minus_1 + 1
 * @param colour samples
 * @param filmGrain film_grain_params_present
 */
public record Av1SequenceHeader(
    int profile,
    boolean stillPicture,
    boolean reducedStillPicture,
    @Nullable Timing timing,
    List<OperatingPoint> operatingPoints,
    int maxWidth,
    int maxHeight,
    Samples colour,
    boolean filmGrain) {

  /** Bytes of a payload that are read; the longest with 32 operating points is under 500. */
  static final int MAX_BYTES = 1_024;

  private static final int SELECT = 2; // SELECT_SCREEN_CONTENT_TOOLS
  private static final int BT709 = 1;
  private static final int SRGB = 13;
  private static final int IDENTITY = 0;

  /**
   * timing_info.
   *
   * @param unitsInTick num_units_in_display_tick, 1 to 2³² − 1
   * @param timeScale time_scale, 1 to 2³² − 1
   * @param ticksPerPicture 0 where pictures are not of equal duration
   */
  public record Timing(long unitsInTick, long timeScale, long ticksPerPicture) {}

  /**
   * An operating point.
   *
   * @param layers operating_point_idc
   * @param level seq_level_idx: 8 is level 4.0
   * @param highTier seq_tier
   */
  public record OperatingPoint(int layers, int level, boolean highTier) {}

  /**
   * color_config.
   *
   * @param bitDepth 8, 10 or 12
   * @param monochrome mono_chrome
   * @param subsamplingX chroma has half the width
   * @param subsamplingY chroma has half the height
   * @param chromaPosition chroma_sample_position: 0 unknown, 1 vertical, 2 colocated
   * @param codes code points
   */
  public record Samples(
      int bitDepth,
      boolean monochrome,
      boolean subsamplingX,
      boolean subsamplingY,
      int chromaPosition,
      ColourCodes codes) {}

  /**
   * Reads the payload of an OBU of type 1.
   *
   * @param payload its indexes stay as they are
   * @throws MalformedException when it ends too early, is larger than 1 024 bytes, or of a profile
   *     that is reserved
   */
  public static Av1SequenceHeader read(ByteBuf payload) {
    if (payload.readableBytes() > MAX_BYTES) {
      throw new MalformedException(
          "AV1 sequence header of %d bytes, allowed are %d"
              .formatted(payload.readableBytes(), MAX_BYTES));
    }
    return parse(new BitReader(ByteBufUtil.getBytes(payload), "AV1 sequence header"));
  }

  private static Av1SequenceHeader parse(BitReader bits) {
    int profile = bits.small(3);
    if (profile > 2) {
      throw new MalformedException(
          "AV1 sequence header: seq_profile is %d, allowed is 0 to 2".formatted(profile));
    }
    boolean still = bits.flag();
    boolean reduced = bits.flag();
    Timing timing = null;
    List<OperatingPoint> points = new ArrayList<>();
    if (reduced) {
      points.add(new OperatingPoint(0, bits.small(5), false));
    } else {
      int delayBits = 0; // 0: no decoder model
      if (bits.flag()) { // timing_info_present_flag
        timing = timing(bits);
        if (bits.flag()) { // decoder_model_info_present_flag
          delayBits = 1 + bits.small(5); // buffer_delay_length_minus_1
          bits.skip(32 + 5 + 5); // num_units_in_decoding_tick, two lengths
        }
      }
      operatingPoints(bits, delayBits, points);
    }
    int widthBits = 1 + bits.small(4);
    int heightBits = 1 + bits.small(4);
    int width = 1 + bits.small(widthBits);
    int height = 1 + bits.small(heightBits);
    if (!reduced && bits.flag()) { // frame_id_numbers_present_flag
      bits.skip(4 + 3); // two lengths
    }
    bits.skip(3); // use_128x128_superblock, enable_filter_intra, enable_intra_edge_filter
    if (!reduced) {
      skipTools(bits);
    }
    bits.skip(3); // enable_superres, enable_cdef, enable_restoration
    Samples samples = samples(bits, profile);
    boolean filmGrain = bits.flag();
    return new Av1SequenceHeader(
        profile, still, reduced, timing, List.copyOf(points), width, height, samples, filmGrain);
  }

  /** Zeros, which are not allowed, count as no timing. */
  private static @Nullable Timing timing(BitReader bits) {
    long unitsInTick = bits.bits(32);
    long timeScale = bits.bits(32);
    long ticks = bits.flag() ? 1 + uvlc(bits) : 0; // equal_picture_interval
    return unitsInTick == 0 || timeScale == 0 ? null : new Timing(unitsInTick, timeScale, ticks);
  }

  /** Section 4.10.3. */
  private static long uvlc(BitReader bits) {
    int zeros = 0;
    while (!bits.flag()) {
      zeros++;
      if (zeros == 32) {
        return (1L << 32) - 1;
      }
    }
    return bits.bits(zeros) + (1L << zeros) - 1;
  }

  private static void operatingPoints(BitReader bits, int delayBits, List<OperatingPoint> points) {
    boolean displayDelays = bits.flag(); // initial_display_delay_present_flag
    for (int left = 1 + bits.small(5); left > 0; left--) { // operating_points_cnt_minus_1
      int layers = bits.small(12);
      int level = bits.small(5);
      boolean highTier = level > 7 && bits.flag();
      points.add(new OperatingPoint(layers, level, highTier));
      if (delayBits > 0 && bits.flag()) { // decoder_model_present_for_this_op
        bits.skip(2 * delayBits + 1); // two delays, low_delay_mode_flag
      }
      if (displayDelays && bits.flag()) { // initial_display_delay_present_for_this_op
        bits.skip(4);
      }
    }
  }

  private static void skipTools(BitReader bits) {
    bits.skip(4); // enable_interintra_compound … enable_dual_filter
    boolean orderHints = bits.flag(); // enable_order_hint
    if (orderHints) {
      bits.skip(2); // enable_jnt_comp, enable_ref_frame_mvs
    }
    int screenContent = bits.flag() ? SELECT : bits.small(1); // seq_choose_screen_content_tools
    if (screenContent > 0 && !bits.flag()) { // seq_choose_integer_mv
      bits.skip(1); // seq_force_integer_mv
    }
    if (orderHints) {
      bits.skip(3); // order_hint_bits_minus_1
    }
  }

  /** Section 5.5.2. */
  private static Samples samples(BitReader bits, int profile) {
    boolean high = bits.flag(); // high_bitdepth
    boolean twelve = profile == 2 && high && bits.flag(); // twelve_bit
    int bitDepth = twelve ? 12 : high ? 10 : 8;
    boolean monochrome = profile != 1 && bits.flag();
    int primaries = 2;
    int transfer = 2;
    int matrix = 2;
    if (bits.flag()) { // color_description_present_flag
      primaries = bits.small(8);
      transfer = bits.small(8);
      matrix = bits.small(8);
    }
    if (monochrome) {
      return new Samples(
          bitDepth, true, true, true, 0, new ColourCodes(primaries, transfer, matrix, bits.flag()));
    }
    boolean fullRange = true;
    boolean halfX = false;
    boolean halfY = false;
    if (primaries != BT709 || transfer != SRGB || matrix != IDENTITY) {
      fullRange = bits.flag(); // color_range
      halfX = profile == 0 || profile == 2 && (!twelve || bits.flag()); // subsampling_x
      halfY = profile == 0 || twelve && halfX && bits.flag(); // subsampling_y
    }
    int position = halfX && halfY ? bits.small(2) : 0; // chroma_sample_position
    bits.skip(1); // separate_uv_delta_q
    return new Samples(
        bitDepth,
        false,
        halfX,
        halfY,
        position,
        new ColourCodes(primaries, transfer, matrix, fullRange));
  }
}
