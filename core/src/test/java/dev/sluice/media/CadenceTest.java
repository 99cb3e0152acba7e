package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pace of pictures, read off time stamps that were rounded to milliseconds: 90 ticks. */
class CadenceTest {
  private static final int MS = 90;
  private static final long UNKNOWN = -1;

  /** The time stamp of picture {@code i}, rounded down. */
  private static long stamp(double firstMs, double frameMs, int i) {
    return (long) Math.floor(firstMs + i * frameMs + 1e-9) * MS;
  }

  @ParameterizedTest(name = "{0}/{1} pictures a second, {2} of them")
  @CsvSource({
    "25, 1, 24",
    "25, 1, 1000",
    "50, 1, 100",
    "30000, 1001, 100",
    "30000, 1001, 255",
    "30000, 1001, 256",
    "30000, 1001, 257",
    "30000, 1001, 511",
    "30000, 1001, 512",
    "30000, 1001, 513",
    "24000, 1001, 3000",
    "60000, 1001, 300",
    "30, 1, 120",
    "15, 2, 60",
  })
  void theNextPictureIsDueWhereTheLineLeads(int perSecond, int per, int pictures) {
    double frameMs = 1_000.0 * per / perSecond;
    Seeds.run(
        10,
        random -> {
          double firstMs = random.nextDouble(1e6);
          var cadence = new Cadence();
          for (int i = 0; i < pictures; i++) {
            cadence.add(stamp(firstMs, frameMs, i));
          }
          long last90k = stamp(firstMs, frameMs, pictures - 1);
          double dueMs = (last90k + cadence.next90k(UNKNOWN)) / (double) MS;
          double roundedMs = firstMs + pictures * frameMs - dueMs;
          // in the middle of what rounding leaves open; whole frames leave anything open
          boolean whole = frameMs == Math.rint(frameMs);
          assertThat(roundedMs).isBetween(whole ? 0 : 0.3, whole ? 1.0 : 0.7);
        });
  }

  @Test
  void tooFewPicturesHaveNoPace() {
    var cadence = new Cadence();
    for (int i = 0; i < Cadence.LEAST; i++) {
      assertThat(cadence.next90k(UNKNOWN)).isEqualTo(UNKNOWN);
      cadence.add(i * 3_600L);
    }
    assertThat(cadence.next90k(UNKNOWN)).isEqualTo(3_600);
  }

  @ParameterizedTest(name = "a step of {0} ms among 40")
  @ValueSource(ints = {-40, 0, 20, 38, 42, 80, 1_040, 50_000})
  void anUnevenStepBeginsAnew(int stepMs) {
    var cadence = new Cadence();
    long at = 0;
    for (int i = 0; i < 100; i++) {
      cadence.add(at += 3_600);
    }
    cadence.add(at += (long) stepMs * MS);
    assertThat(cadence.next90k(UNKNOWN)).isEqualTo(UNKNOWN);
    for (int i = 0; i < Cadence.LEAST + 1; i++) {
      cadence.add(at += 3_600);
    }
    assertThat(cadence.next90k(UNKNOWN)).isEqualTo(3_600);
  }

  @Test
  void aPaceThatChangesSlowlyIsNone() {
    var cadence = new Cadence();
    long at = 0;
    for (int i = 0; i < 200; i++) {
      cadence.add(at += 3_600 + i);
    }
    assertThat(cadence.next90k(UNKNOWN)).isEqualTo(UNKNOWN);
  }

  @ParameterizedTest(name = "{0}/{1} pictures a second")
  @CsvSource({"25, 1", "30, 1", "30000, 1001", "24000, 1001", "60000, 1001", "60, 1"})
  void afterAJumpNoPictureIsFurtherFromTheLineThanBefore(int perSecond, int per) {
    double frameMs = 1_000.0 * per / perSecond;
    Seeds.run(20, random -> jump(frameMs, random));
  }

  private static void jump(double frameMs, RandomGenerator random) {
    double firstMs = random.nextDouble(1e6);
    var cadence = new Cadence();
    int before = 400;
    double error = 0;
    for (int i = 0; i < before; i++) {
      cadence.add(stamp(firstMs, frameMs, i));
      error = stamp(firstMs, frameMs, i) - (firstMs + i * frameMs) * MS;
      assertThat(error).isBetween(-90.001, 0.001);
    }
    long last90k = stamp(firstMs, frameMs, before - 1);
    double againMs = random.nextDouble(1e6);
    long zero90k = last90k + cadence.next90k(UNKNOWN) - stamp(againMs, frameMs, 0);
    // as the timeline does it
    int moves = 0;
    cadence.jumped(stamp(againMs, frameMs, 0));
    for (int i = 0; i < 1_000; i++) {
      long stamp90k = stamp(againMs, frameMs, i);
      if (i > 0) {
        long by90k = cadence.settle(stamp90k);
        zero90k += by90k;
        moves += by90k == 0 ? 0 : 1;
      }
      error = stamp90k + zero90k - (firstMs + (before + i) * frameMs) * MS;
      assertThat(error).as("picture %d", i).isBetween(-97.0, 7.0);
    }
    assertThat(moves).isLessThan(20);
  }

  @Test
  void whoHasNoPaceDoesNotSettle() {
    var cadence = new Cadence();
    cadence.add(0);
    cadence.add(3_600);
    cadence.jumped(900_000);
    assertThat(cadence.settle(903_600 + 60)).isZero();
  }

  @Test
  void settlingEndsWithThePaceAndByItself() {
    var cadence = new Cadence();
    for (int i = 0; i < 100; i++) {
      cadence.add(i * 3_600L);
    }
    cadence.jumped(900_000);
    assertThat(cadence.settle(903_600 + 60)).isEqualTo(-60);
    assertThat(cadence.settle(907_200 + 60)).isZero();
    assertThat(cadence.settle(910_800 + 400)).isZero(); // pictures are left out from here on
    assertThat(cadence.settle(914_400)).isZero();
    cadence.jumped(0);
    for (int i = 1; i <= Cadence.SETTLING; i++) {
      assertThat(cadence.settle(i * 3_600L)).isZero();
    }
    assertThat(cadence.settle((Cadence.SETTLING + 1) * 3_600L + 60)).isZero();
  }
}
