package dev.sluice.restream;

import static dev.sluice.wire.Checks.checkRange;

import java.util.random.RandomGenerator;

/**
 * How long to wait after failures: twice as long after each, up to a bound; of that a random part
 * between half and all, so that those who failed together do not come back together.
 *
 * @param firstNs after the first failure
 * @param mostNs never more
 */
public record Backoff(long firstNs, long mostNs) {
  private static final int MAX_DOUBLINGS = 20;

  public Backoff {
    checkRange("firstNs", firstNs, 1, Long.MAX_VALUE >> MAX_DOUBLINGS);
    checkRange("mostNs", mostNs, firstNs, Long.MAX_VALUE);
  }

  /** How long to wait after this many failures in a row, at least one. */
  public long delayNs(int failures, RandomGenerator random) {
    checkRange("failures", failures, 1, Integer.MAX_VALUE);
    long wholeNs = Math.min(mostNs, firstNs << Math.min(failures - 1, MAX_DOUBLINGS));
    return wholeNs - random.nextLong(wholeNs / 2 + 1);
  }
}
