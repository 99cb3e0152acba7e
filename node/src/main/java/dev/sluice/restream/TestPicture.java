package dev.sluice.restream;

import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Pictures of H.264 (ITU-T H.264, 7.3), baseline profile, 640 × 352: grey, and below that a strip
 * of {@link #SQUARES} squares of 16 × 16, by which a machine can read which frame it is.
 *
 * <p>From the left: white, black, then {@link #BITS} bits of the frame's number in Gray code, the
 * highest first, white for 1. So from one frame to the next a single square changes, which is all
 * that a picture between two key frames has to say. The grey is predicted from nothing, so the
 * strip stands below it, where nothing is predicted from it; its squares are samples as they are
 * (I_PCM), which no decoder can get wrong.
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

  private static final int STRIP = WIDTH_MBS * (HEIGHT_MBS - 1);
  private static final int MACROBLOCKS = WIDTH_MBS * HEIGHT_MBS;
  private static final int SPS_NAL = 0x67;
  private static final int PPS_NAL = 0x68;
  private static final int IDR_NAL = 0x65;
  private static final int SLICE_NAL = 0x41;
  private static final int I_PCM = 25;
  private static final int I_PCM_IN_P = 5 + I_PCM;
  private static final int NEUTRAL = 128;

  private TestPicture() {}

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
   * The picture of this number, from 0, one NAL unit behind its length: a key frame each second,
   * else the change from the frame before.
   */
  static Bytes frame(long number) {
    byte[] slice =
        number % FRAMES_PER_SECOND == 0 ? keyFrame(number) : change(number, change(number));
    ByteBuf out = Unpooled.buffer(4 + slice.length);
    out.writeInt(slice.length).writeBytes(slice);
    return Bytes.copyOf(out);
  }

  /** Whether the square is white in the frame of this number. */
  static boolean isWhite(long number, int square) {
    if (square < 2) {
      return square == 0;
    }
    long gray = number ^ number >> 1;
    return (gray >> BITS - 1 - (square - 2) & 1) != 0;
  }

  /** The square that is another than in the frame before; −1 when it is none. */
  private static int change(long number) {
    for (int square = 0; square < SQUARES; square++) {
      if (isWhite(number, square) != isWhite(number - 1, square)) {
        return square;
      }
    }
    return -1;
  }

  private static byte[] keyFrame(long number) {
    var bits = new BitWriter();
    ue(bits, 0); // first_mb_in_slice
    ue(bits, 7); // slice_type: all I
    ue(bits, 0); // pic_parameter_set_id
    bits.bits(0, 8); // frame_num
    ue(bits, (int) (number / FRAMES_PER_SECOND % 2)); // idr_pic_id: two in a row must differ
    bits.bits(0, 2); // no_output_of_prior_pics_flag, long_term_reference_flag
    ue(bits, 0); // slice_qp_delta
    ue(bits, 1); // disable_deblocking_filter_idc
    for (int i = 0; i < STRIP; i++) {
      ue(bits, 3); // mb_type: I_16x16_2_0_0, DC prediction, no coefficients
      ue(bits, 0); // intra_chroma_pred_mode: DC
      ue(bits, 0); // mb_qp_delta
      bits.flag(true); // coeff_token: none
    }
    for (int i = 0; i < MACROBLOCKS - STRIP; i++) {
      ue(bits, I_PCM);
      int luma = i >= SQUARES ? NEUTRAL : isWhite(number, i) ? WHITE : BLACK;
      samples(bits, luma);
    }
    return nalUnit(IDR_NAL, bits);
  }

  /** The picture before it once more, with another square. */
  private static byte[] change(long number, int square) {
    var bits = new BitWriter();
    ue(bits, 0); // first_mb_in_slice
    ue(bits, 5); // slice_type: all P
    ue(bits, 0); // pic_parameter_set_id
    bits.bits(number % FRAMES_PER_SECOND, 8); // frame_num
    bits.flag(false); // num_ref_idx_active_override_flag
    bits.flag(false); // ref_pic_list_modification_flag_l0
    bits.flag(false); // adaptive_ref_pic_marking_mode_flag
    ue(bits, 0); // slice_qp_delta
    ue(bits, 1); // disable_deblocking_filter_idc
    if (square < 0) {
      ue(bits, MACROBLOCKS); // mb_skip_run
    } else {
      ue(bits, STRIP + square); // mb_skip_run
      ue(bits, I_PCM_IN_P);
      samples(bits, isWhite(number, square) ? WHITE : BLACK);
      ue(bits, MACROBLOCKS - STRIP - square - 1); // mb_skip_run
    }
    return nalUnit(SLICE_NAL, bits);
  }

  private static void samples(BitWriter bits, int luma) {
    while (bits.position() % 8 != 0) {
      bits.flag(false); // pcm_alignment_zero_bit
    }
    for (int i = 0; i < 256; i++) {
      bits.bits(luma, 8);
    }
    for (int i = 0; i < 2 * 64; i++) {
      bits.bits(NEUTRAL, 8);
    }
  }

  /** Exp-Golomb code (9.1). */
  private static void ue(BitWriter bits, int value) {
    int length = Integer.SIZE - Integer.numberOfLeadingZeros(value + 1);
    bits.bits(0, length - 1);
    bits.bits(value + 1, length);
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
