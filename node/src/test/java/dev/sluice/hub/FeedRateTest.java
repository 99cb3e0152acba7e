package dev.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FeedRateTest {
  private static final long MAX_BYTES = 16 << 20;
  private static final long START_MS = 1_800_000_000_000L;
  private static final long BLOCK_MS = 100;

  private final FeedRate rate = new FeedRate(MAX_BYTES, 5_000);
  private long nowMs = START_MS;

  /** {@code seconds} of a stream of so many bytes a second. */
  private void run(int seconds, int bytesPerSecond) {
    for (int i = 0; i < seconds * 1_000L / BLOCK_MS; i++) {
      rate.add(nowMs, (int) (bytesPerSecond * BLOCK_MS / 1_000));
      nowMs += BLOCK_MS;
    }
  }

  private void assertLimits(long backlogBytes, long kernelBytes) {
    assertThat(rate.limits()).isEqualTo(new Block.Limits(backlogBytes, kernelBytes));
  }

  @Test
  void nothingIsKnownForTwoSeconds() {
    run(2, 1_000_000);
    assertLimits(MAX_BYTES, FeedRate.MIN_BYTES);
    run(1, 1_000_000);
    assertLimits(5_000_000, 500_000);
  }

  @Test
  void aThinStreamHasTheLeastAndAFatOneTheMost() {
    run(3, 13_100);
    assertLimits(65_536, 65_536);
    run(4, 131_000);
    assertLimits(655_000, 65_536);
    run(4, 132_000);
    assertLimits(660_000, 66_000);
    run(4, 10_000_000);
    assertLimits(MAX_BYTES, 5_000_000);
  }

  @Test
  void theKernelIsToldOnlyOfChangesThatMatter() {
    run(3, 1_000_000);
    run(4, 600_000);
    assertLimits(3_000_000, 500_000);
    run(4, 500_000);
    assertLimits(2_500_000, 250_000);
    run(4, 501_000);
    assertLimits(2_505_000, 250_500);
  }

  @Test
  void aHoleIsNoSlowStream() {
    run(3, 1_000_000);
    nowMs += 10_000;
    run(2, 1_000_000);
    assertLimits(5_000_000, 500_000);
    nowMs -= 60_000;
    run(2, 10);
    assertLimits(5_000_000, 500_000);
  }
}
