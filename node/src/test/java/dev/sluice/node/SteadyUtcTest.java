package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SteadyUtcTest {
  private static final long SECOND = 1_000_000_000;
  private static final long WALL = 1_800_000_000 * SECOND;

  @Test
  void followsTheMonotonicClockFromTheWallClocksFirstWord() {
    var utc = new SteadyUtc(5 * SECOND, WALL);
    assertThat(utc.utcNs(5 * SECOND)).isEqualTo(WALL);
    assertThat(utc.utcNs(3_605 * SECOND + 7)).isEqualTo(WALL + 3_600 * SECOND + 7);
  }

  @Test
  void followsAWallClockThatDriftsWithoutEverLaggingMuch() {
    var utc = new SteadyUtc(0, WALL);
    long wall = WALL;
    for (long now = 10 * SECOND; now < 3_600 * SECOND; now += 10 * SECOND) {
      wall += 10 * SECOND + 10 * SECOND / 20_000; // 50 ppm fast
      assertThat(utc.compare(now, wall, 10 * SECOND)).isZero();
    }
    assertThat(utc.utcNs(3_600 * SECOND)).isBetween(wall + 9 * SECOND, wall + 11 * SECOND);
  }

  @Test
  void doesNotFollowAStepButReportsItOnceAndSlews() {
    var utc = new SteadyUtc(0, WALL);
    long stepped = WALL - 5 * SECOND;
    assertThat(utc.compare(10 * SECOND, stepped + 10 * SECOND, 10 * SECOND)).isEqualTo(-5 * SECOND);
    assertThat(utc.utcNs(10 * SECOND)).isEqualTo(WALL + 10 * SECOND);
    assertThat(utc.behindNs()).isEqualTo(-5 * SECOND);
    assertThat(utc.compare(20 * SECOND, stepped + 20 * SECOND, 10 * SECOND)).isZero();
    assertThat(utc.utcNs(20 * SECOND)).isEqualTo(WALL + 20 * SECOND - 10 * SECOND / 2_000);
    assertThat(utc.behindNs()).isEqualTo(-5 * SECOND + 10 * SECOND / 2_000);
  }

  @Test
  void reportsEachStepWhileItIsStillFollowingTheLast() {
    var utc = new SteadyUtc(0, WALL);
    assertThat(utc.compare(10 * SECOND, WALL + 13 * SECOND, 10 * SECOND)).isEqualTo(3 * SECOND);
    assertThat(utc.compare(20 * SECOND, WALL + 23 * SECOND, 10 * SECOND)).isZero();
    assertThat(utc.compare(30 * SECOND, WALL + 31 * SECOND, 10 * SECOND)).isEqualTo(-2 * SECOND);
    assertThat(utc.compare(40 * SECOND, WALL + 40 * SECOND, 10 * SECOND)).isEqualTo(-1 * SECOND);
  }

  @ParameterizedTest(name = "{0} ms: reported {1}")
  @CsvSource({"99, 0", "100, 100", "-99, 0", "-100, -100"})
  void aTenthOfASecondIsAStep(long ms, long reportedMs) {
    var utc = new SteadyUtc(0, WALL);
    long wall = WALL + 10 * SECOND + ms * 1_000_000;
    assertThat(utc.compare(10 * SECOND, wall, 10 * SECOND)).isEqualTo(reportedMs * 1_000_000);
  }

  /** The monotonic clock stands still while a machine is suspended, the wall clock does not. */
  @Test
  void wakingUpIsAStep() {
    var utc = new SteadyUtc(0, WALL);
    long slept = 3_600 * SECOND;
    assertThat(utc.compare(10 * SECOND, WALL + 10 * SECOND + slept, 10 * SECOND)).isEqualTo(slept);
    assertThat(utc.utcNs(10 * SECOND)).isEqualTo(WALL + 10 * SECOND);
  }

  @Test
  void reachesASteppedWallClockAtTheRateThatIsStated() {
    var utc = new SteadyUtc(0, WALL);
    long now = 0;
    while (now < 3_600 * SECOND) {
      now += 10 * SECOND;
      utc.compare(now, WALL + now + SECOND, 10 * SECOND);
    }
    assertThat(utc.behindNs()).as("1 s in 2 000 s").isBetween(-1_000_000L, 1_000_000L);
    utc = new SteadyUtc(0, WALL);
    for (now = 10 * SECOND; now <= 1_000 * SECOND; now += 10 * SECOND) {
      utc.compare(now, WALL + now + SECOND, 10 * SECOND);
    }
    assertThat(utc.behindNs()).isBetween(SECOND / 2, SECOND / 2 + SECOND / 50);
  }

  @Test
  void neverRunsBackwards() {
    var utc = new SteadyUtc(0, WALL);
    long before = Long.MIN_VALUE;
    for (long now = 0; now < 100 * SECOND; now += SECOND / 10) {
      if (now % (10 * SECOND) == 0) {
        utc.compare(now, WALL - now, 10 * SECOND);
      }
      assertThat(utc.utcNs(now)).isGreaterThan(before);
      before = utc.utcNs(now);
    }
  }
}
