package dev.sluice.mux.mkv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class DecodingTimesTest {
  @Test
  void picturesInOrderAreDecodedWhenTheyAreShown() {
    assertThat(times(0, 40, 0, 40, 80, 120)).containsExactly(0, 40, 80, 120);
  }

  @Test
  void picturesThatWaitForOthersAreDecodedEarlier() {
    // I P B B P B B, two B-frames that nobody refers to
    long[] pts = {0, 120, 40, 80, 240, 160, 200};
    assertThat(DecodingTimes.reorderFrames(pts, pts.length)).isEqualTo(1);
    assertThat(times(1, 40, pts)).containsExactly(-40, 0, 40, 80, 120, 160, 200);
  }

  @Test
  void aPyramidReordersByTwo() {
    long[] pts = {0, 160, 80, 40, 120, 320, 240, 200, 280};
    assertThat(DecodingTimes.reorderFrames(pts, pts.length)).isEqualTo(2);
    assertThat(times(2, 40, pts)).containsExactly(-80, -40, 0, 40, 80, 120, 160, 200, 240);
  }

  @Test
  void picturesBeforeTheFirstOneAreNotLate() {
    // an open GOP: what follows its I picture is shown before it
    assertThat(times(1, 40, 120, 0, 40, 80, 240, 160)).containsExactly(-40, 0, 40, 80, 120, 160);
  }

  @Test
  void aPictureReorderedFurtherThanWasKnownKeepsItsTime() {
    assertThat(times(0, 40, 0, 120, 40, 80, 160)).containsExactly(0, 120, 121, 122, 160);
  }

  /** Domain: GOPs of random B-pyramids, at most 4 reordered, frames of 33 or 34 ms. */
  @RepeatedTest(100)
  void timesGrowAndNoneIsLate(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    long[] pts = new long[200];
    for (int i = 0; i < pts.length; ) {
      int group = Math.min(random.nextInt(1, 6), pts.length - i);
      pts[i] = (i + group - 1) * 100L / 3; // the last of the group first
      for (int b = 1; b < group; b++) {
        pts[i + b] = (i + b - 1) * 100L / 3;
      }
      i += group;
    }
    int reorder = DecodingTimes.reorderFrames(pts, pts.length);
    assertThat(reorder).isLessThanOrEqualTo(4);
    long[] dts = times(reorder, 33, pts);
    for (int i = 0; i < pts.length; i++) {
      assertThat(dts[i]).isLessThanOrEqualTo(pts[i]);
      assertThat(i == 0 || dts[i] > dts[i - 1]).isTrue();
    }
  }

  private static long[] times(int reorder, long frame, long... pts) {
    long earliest = Arrays.stream(pts).limit(reorder + 1).min().orElseThrow();
    var times = new DecodingTimes(reorder, earliest, frame);
    return Arrays.stream(pts).map(times::next).toArray();
  }
}
