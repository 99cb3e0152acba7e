package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Backoff BACKOFF = new Backoff(1_000, 30_000);

  @RepeatedTest(50)
  void doublesUpToItsBoundAndWaitsHalfOfThatAtLeast(RepetitionInfo run) {
    var random = Seeds.random(run);
    long whole = 1_000;
    for (int failures = 1; failures <= 100; failures++) {
      assertThat(BACKOFF.delayNs(failures, random)).isBetween(whole / 2, whole);
      whole = Math.min(30_000, 2 * whole);
    }
    assertThat(BACKOFF.delayNs(Integer.MAX_VALUE, random)).isBetween(15_000L, 30_000L);
  }

  @RepeatedTest(5)
  void thoseWhoFailTogetherDoNotComeBackTogether(RepetitionInfo run) {
    var random = Seeds.random(run);
    assertThat(java.util.stream.LongStream.range(0, 20).map(_ -> BACKOFF.delayNs(9, random)))
        .doesNotHaveDuplicates();
  }

  @Test
  void hasLimits() {
    assertThatThrownBy(() -> new Backoff(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(2, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BACKOFF.delayNs(0, new java.util.SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
