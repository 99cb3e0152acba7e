package dev.sluice.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Seeded random sources for property tests and simulations. {@code -Dseed=N} replays one seed; a
 * {@link #run} that fails names the seed it failed with.
 */
public final class Seeds {
  private Seeds() {}

  /** The random source of one repetition: seed = the repetition's number, or {@code -Dseed}. */
  public static RandomGenerator random(RepetitionInfo run) {
    return new SplittableRandom(Long.getLong("seed", run.getCurrentRepetition()));
  }

  /** A test body that draws from a random source. */
  @FunctionalInterface
  public interface Body {
    void run(RandomGenerator random) throws Exception;
  }

  /**
   * Runs {@code body} once for each of the first {@code count} seeds, and first for the seeds in
   * {@code kept}, which failed once.
   *
   * @throws AssertionError naming the seed, with the failure as its cause
   */
  public static void run(int count, Body body, long... kept) {
    Long only = Long.getLong("seed");
    if (only != null) {
      runOne(only, body);
      return;
    }
    for (long seed : kept) {
      runOne(seed, body);
    }
    for (long seed = 1; seed <= count; seed++) {
      runOne(seed, body);
    }
  }

  private static void runOne(long seed, Body body) {
    try {
      body.run(new SplittableRandom(seed));
    } catch (Exception | AssertionError failure) {
      throw new AssertionError(
          "seed " + seed + " failed (replay with -Dseed=" + seed + "): " + failure.getMessage(),
          failure);
    }
  }
}
