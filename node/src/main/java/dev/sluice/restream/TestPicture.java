package dev.sluice.restream;

import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Pictures of H.264 (ITU-T H.264, 7.3), baseline profile, 640 × 352, drawn by macroblocks that are
 * each of one shade: the {@link ClockStrip} along the upper edge, grey, and along the lower edge a
 * strip of {@link #SQUARES} squares of 16 × 16, by which a machine can read which frame it is.
 *
 * <p>The lower strip, from the left: white, black, then {@link #BITS} bits of the frame's number in
 * Gray code, the highest first, white for 1. So from one frame to the next a single square changes.
 *
 * <p>A macroblock is predicted from the shades beside and above it, and what that lacks is one
 * coefficient, at the quantiser by which that is exact: every decoder shows just these shades, and
 * a picture is a few hundred bytes. One for each stream; a picture changes the one before.
 */
final class TestPicture {
  /** Frames in a second. */
  static final int FRAMES_PER_SECOND = 25;

  /** Bits of the frame's number; it starts again after 994 days. */
  static final int BITS = 31;

  /** Squares of the strip. */
  static final int SQUARES = 2 + BITS;

  /** Luma of a white square; the video range ends there. */
  static final int WHITE = 235;

  /** Luma of a black one. */
  static final int BLACK = 16;

  static final int WIDTH_MBS = 40;
  static final int HEIGHT_MBS = 22;

  private static final int NUMBER_ROW = HEIGHT_MBS - 1;
  private static final int CELL_MBS = WIDTH_MBS / ClockStrip.COLUMNS;
  private static final int MACROBLOCKS = WIDTH_MBS * HEIGHT_MBS;
  private static final int SPS_NAL = 0x67;
  private static final int PPS_NAL = 0x68;
  private static final int IDR_NAL = 0x65;
  private static final int SLICE_NAL = 0x41;

  /** Intra, 16 × 16, predicted by the mean, nothing but that has coefficients (Table 7-11). */
  private static final int I_16X16_DC = 3;

  /** In a picture of changes, types of intra macroblocks come behind the five others (7.4.5). */
  private static final int INTRA_IN_P = 5;

  /**
   * With QP 28 a level of n is n in each sample: 64 n after scaling by 16 · 16 << 4 (8.5.10), n
   * after the transform (8.5.12).
   */
  private static final int QP_DELTA = 28 - 26;

  private static final int NEUTRAL = 128;

  /** The shade of each macroblock, as it is shown now. */
  private final int[] shown = new int[MACROBLOCKS];

  /** AVCDecoderConfigurationRecord. */
  static Bytes configuration() {
    byte[] sps = sps();
    byte[] pps = pps();
    ByteBuf out = Unpooled.buffer();
    out.writeByte(1) // configurationVersion
        .writeBytes(sps, 1, 3) // profile, compatibility, level
        .writeByte(0xFF) // lengthSizeMinusOne = 3
        .writeByte(0xE1) // one SPS
        .writeShort(sps.length)
        .writeBytes(sps)
        .writeByte(1) // one PPS
        .writeShort(pps.length)
        .writeBytes(pps);
    return Bytes.copyOf(out);
  }

  private static byte[] sps() {
    var bits = new BitWriter();
    bits.bits(66, 8); // profile_idc: baseline
    bits.bits(0xC0, 8); // constraint_set0 and 1
    bits.bits(30, 8); // level_idc: 3
    ue(bits, 0); // seq_parameter_set_id
    ue(bits, 4); // log2_max_frame_num_minus4: frame_num has 8 bits
    ue(bits, 2); // pic_order_cnt_type: output order is decoding order
    ue(bits, 1); // max_num_ref_frames
    bits.flag(false); // gaps_in_frame_num_value_allowed_flag
    ue(bits, WIDTH_MBS - 1);
    ue(bits, HEIGHT_MBS - 1);
    bits.flag(true); // frame_mbs_only_flag
    bits.flag(true); // direct_8x8_inference_flag
    bits.flag(false); // frame_cropping_flag
    bits.flag(true); // vui_parameters_present_flag
    bits.bits(0, 4); // aspect ratio, overscan, video signal, chroma location: absent
    bits.flag(true); // timing_info_present_flag
    bits.bits(1, 32); // num_units_in_tick
    bits.bits(2 * FRAMES_PER_SECOND, 32); // time_scale: two ticks a frame
    bits.flag(true); // fixed_frame_rate_flag
    bits.bits(0, 4); // NAL HRD, VCL HRD, pic_struct, bitstream restriction: absent
    return nalUnit(SPS_NAL, bits);
  }

  private static byte[] pps() {
    var bits = new BitWriter();
    ue(bits, 0); // pic_parameter_set_id
    ue(bits, 0); // seq_parameter_set_id
    bits.flag(false); // entropy_coding_mode_flag: CAVLC
    bits.flag(false); // bottom_field_pic_order_in_frame_present_flag
    ue(bits, 0); // num_slice_groups_minus1
    ue(bits, 0); // num_ref_idx_l0_default_active_minus1
    ue(bits, 0); // num_ref_idx_l1_default_active_minus1
    bits.bits(0, 3); // weighted_pred_flag, weighted_bipred_idc
    ue(bits, 0); // pic_init_qp_minus26
    ue(bits, 0); // pic_init_qs_minus26
    ue(bits, 0); // chroma_qp_index_offset
    bits.flag(true); // deblocking_filter_control_present_flag
    bits.bits(0, 2); // constrained_intra_pred_flag, redundant_pic_cnt_present_flag
    return nalUnit(PPS_NAL, bits);
  }

  /**
   * The next picture, one NAL unit behind its length: a key frame each second, else the change from
   * the picture before.
   *
   * @param number of the picture, from 0, without a gap
   * @param utcMs its time
   */
  Bytes next(long number, long utcMs) {
    int[] wanted = shades(number, utcMs);
    byte[] slice =
        number % FRAMES_PER_SECOND == 0 ? keyFrame(number, wanted) : change(number, wanted);
    System.arraycopy(wanted, 0, shown, 0, MACROBLOCKS);
    ByteBuf out = Unpooled.buffer(4 + slice.length);
    out.writeInt(slice.length).writeBytes(slice);
    return Bytes.copyOf(out);
  }

  private static int[] shades(long number, long utcMs) {
    int[] shades = new int[MACROBLOCKS];
    Arrays.fill(shades, NEUTRAL);
    for (int mb = 0; mb < ClockStrip.ROWS * CELL_MBS * WIDTH_MBS; mb++) {
      int row = mb / WIDTH_MBS / CELL_MBS;
      int column = mb % WIDTH_MBS / CELL_MBS;
      shades[mb] = ClockStrip.isWhite(utcMs, row, column) ? WHITE : BLACK;
    }
    for (int square = 0; square < SQUARES; square++) {
      shades[NUMBER_ROW * WIDTH_MBS + square] = isWhite(number, square) ? WHITE : BLACK;
    }
    return shades;
  }

  /** Whether the square is white in the frame of this number. */
  static boolean isWhite(long number, int square) {
    if (square < 2) {
      return square == 0;
    }
    long gray = number ^ number >> 1;
    return (gray >> BITS - 1 - (square - 2) & 1) != 0;
  }

  private static byte[] keyFrame(long number, int[] shades) {
    var bits = new BitWriter();
    ue(bits, 0); // first_mb_in_slice
    ue(bits, 7); // slice_type: all I
    ue(bits, 0); // pic_parameter_set_id
    bits.bits(0, 8); // frame_num
    ue(bits, (int) (number / FRAMES_PER_SECOND % 2)); // idr_pic_id: two in a row must differ
    bits.bits(0, 2); // no_output_of_prior_pics_flag, long_term_reference_flag
    se(bits, QP_DELTA); // slice_qp_delta
    ue(bits, 1); // disable_deblocking_filter_idc
    for (int mb = 0; mb < MACROBLOCKS; mb++) {
      macroblock(bits, I_16X16_DC, shades, mb);
    }
    return nalUnit(IDR_NAL, bits);
  }

  /** The picture before it once more, with other shades where they are wanted. */
  private byte[] change(long number, int[] shades) {
    var bits = new BitWriter();
    ue(bits, 0); // first_mb_in_slice
    ue(bits, 5); // slice_type: all P
    ue(bits, 0); // pic_parameter_set_id
    bits.bits(number % FRAMES_PER_SECOND, 8); // frame_num
    bits.flag(false); // num_ref_idx_active_override_flag
    bits.flag(false); // ref_pic_list_modification_flag_l0
    bits.flag(false); // adaptive_ref_pic_marking_mode_flag
    se(bits, QP_DELTA); // slice_qp_delta
    ue(bits, 1); // disable_deblocking_filter_idc
    int skipped = 0;
    for (int mb = 0; mb < MACROBLOCKS; mb++) {
      if (shades[mb] == shown[mb]) {
        skipped++; // no motion: nothing around it has any
      } else {
        ue(bits, skipped); // mb_skip_run
        macroblock(bits, INTRA_IN_P + I_16X16_DC, shades, mb);
        skipped = 0;
      }
    }
    if (skipped > 0) {
      ue(bits, skipped);
    }
    return nalUnit(SLICE_NAL, bits);
  }

  /** A macroblock of one shade (7.3.5). */
  private static void macroblock(BitWriter bits, int type, int[] shades, int mb) {
    ue(bits, type);
    ue(bits, 0); // intra_chroma_pred_mode: DC, which is grey from the first on
    se(bits, 0); // mb_qp_delta
    level(bits, shades[mb] - predicted(shades, mb));
  }

  /** The mean of the samples beside and above (8.3.3.3). */
  private static int predicted(int[] shades, int mb) {
    boolean left = mb % WIDTH_MBS > 0;
    boolean above = mb >= WIDTH_MBS;
    if (left && above) {
      return shades[mb - 1] + shades[mb - WIDTH_MBS] + 1 >> 1;
    }
    return left ? shades[mb - 1] : above ? shades[mb - WIDTH_MBS] : NEUTRAL;
  }

  /**
   * The block of the luma means with its first coefficient alone, by CAVLC (9.2), where no block
   * beside it has any coefficient of its own.
   */
  static void level(BitWriter bits, int level) {
    int size = Math.abs(level);
    switch (size) {
      case 0 -> {
        bits.bits(1, 1); // coeff_token: none
        return;
      }
      case 1 -> bits.bits(0b01, 2).flag(level < 0); // coeff_token: one, that is ±1; its sign
      default -> {
        bits.bits(0b000101, 6); // coeff_token: one
        // levels of ±1 cannot come here, so their codes are those of ±2 (9.2.2.1)
        int code = 2 * size - (level < 0 ? 1 : 2) - 2;
        if (code < 14) {
          bits.bits(1, code + 1); // level_prefix
        } else if (code < 30) {
          bits.bits(1, 15).bits(code - 14, 4); // level_prefix 14, level_suffix
        } else {
          bits.bits(1, 16).bits(code - 30, 12); // level_prefix 15, level_suffix
        }
      }
    }
    bits.bits(1, 1); // total_zeros: 0
  }

  /** Exp-Golomb code (9.1). */
  private static void ue(BitWriter bits, int value) {
    int length = Integer.SIZE - Integer.numberOfLeadingZeros(value + 1);
    bits.bits(0, length - 1);
    bits.bits(value + 1, length);
  }

  /** The same for numbers with a sign (9.1.1). */
  private static void se(BitWriter bits, int value) {
    ue(bits, value > 0 ? 2 * value - 1 : -2 * value);
  }

  /** Ends the bits, and keeps start codes out of them (7.4.1). */
  private static byte[] nalUnit(int header, BitWriter bits) {
    bits.flag(true); // rbsp_stop_one_bit
    byte[] payload = bits.toBytes().toArray();
    ByteBuf out = Unpooled.buffer(payload.length + payload.length / 64 + 1);
    out.writeByte(header);
    int zeros = 0;
    for (byte each : payload) {
      if (zeros == 2 && (each & 0xFC) == 0) {
        out.writeByte(3); // emulation_prevention_three_byte
        zeros = 0;
      }
      out.writeByte(each);
      zeros = each == 0 ? zeros + 1 : 0;
    }
    return Bytes.copyOf(out).toArray();
  }
}
