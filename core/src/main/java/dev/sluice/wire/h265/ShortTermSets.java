package dev.sluice.wire.h265;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import java.util.Arrays;

/**
 * The short-term reference picture sets of an SPS (section 7.3.7). Nobody here needs them, but how
 * many bits one has depends on what the one before it says, so they are worked out (7.4.8).
 */
final class ShortTermSets {
  private static final int MAX_PICTURES = 16;
  private static final int MAX_DELTA = 0x7FFF;

  private ShortTermSets() {}

  static void skip(BitReader bits, int count) {
    int[] deltas = {}; // order counts against the current picture, of the set before
    for (int i = 0; i < count; i++) {
      boolean predicted = i > 0 && bits.flag(); // inter_ref_pic_set_prediction_flag
      deltas = predicted ? predicted(bits, deltas) : explicit(bits);
      if (deltas.length > 2 * MAX_PICTURES) {
        throw new MalformedException(
            "SPS: short-term set of %d pictures, allowed are %d"
                .formatted(deltas.length, 2 * MAX_PICTURES));
      }
    }
  }

  /** Negative deltas first, each kind by growing distance: the order in which flags come. */
  private static int[] explicit(BitReader bits) {
    int negative = bits.ue("num_negative_pics", MAX_PICTURES);
    int positive = bits.ue("num_positive_pics", MAX_PICTURES);
    int[] deltas = new int[negative + positive];
    int delta = 0;
    for (int i = 0; i < negative; i++) {
      delta -= 1 + bits.ue("delta_poc_s0_minus1", MAX_DELTA);
      deltas[i] = delta;
      bits.skip(1); // used_by_curr_pic_s0_flag
    }
    delta = 0;
    for (int i = negative; i < deltas.length; i++) {
      delta += 1 + bits.ue("delta_poc_s1_minus1", MAX_DELTA);
      deltas[i] = delta;
      bits.skip(1); // used_by_curr_pic_s1_flag
    }
    return deltas;
  }

  /** As it stands in an SPS, the set that is predicted from is always the one before. */
  private static int[] predicted(BitReader bits, int[] reference) {
    boolean negative = bits.flag(); // delta_rps_sign
    int shift = 1 + bits.ue("abs_delta_rps_minus1", MAX_DELTA);
    shift = negative ? -shift : shift;
    int[] deltas = new int[reference.length + 1];
    int count = 0;
    for (int i = 0; i <= reference.length; i++) {
      boolean kept = bits.flag(); // used_by_curr_pic_flag
      if (!kept) {
        kept = bits.flag(); // use_delta_flag
      }
      int delta = (i < reference.length ? reference[i] : 0) + shift;
      if (kept && delta != 0) {
        deltas[count++] = delta;
      }
    }
    return ordered(Arrays.copyOf(deltas, count));
  }

  private static int[] ordered(int[] deltas) {
    int[] sorted = deltas.clone();
    Arrays.sort(sorted); // −4 −2 1 3
    int negative = 0;
    while (negative < sorted.length && sorted[negative] < 0) {
      negative++;
    }
    for (int i = 0; i < negative; i++) {
      deltas[i] = sorted[negative - 1 - i];
    }
    System.arraycopy(sorted, negative, deltas, negative, sorted.length - negative);
    return deltas;
  }
}
