package dev.sluice.testkit.sim;

/**
 * What one direction between two hosts does to packets.
 *
 * @param delayNs time on the way, ns
 * @param jitterNs at most so much more, evenly distributed, ns; by itself it changes no order
 * @param loss share of packets that vanish, 0 to 1
 * @param duplication share of packets that arrive twice, 0 to 1
 * @param reordering share of packets that are held back by {@link #reorderNs} more, 0 to 1
 * @param reorderNs how long a reordered packet is held back, ns
 * @param rateBps bits per second; 0 is without limit
 * @param queueNs with a rate: a datagram that would wait longer than this is dropped, ns
 */
public record LinkConditions(
    long delayNs,
    long jitterNs,
    double loss,
    double duplication,
    double reordering,
    long reorderNs,
    long rateBps,
    long queueNs) {

  private static final long MS = 1_000_000;

  /** One millisecond of delay and nothing else. */
  public static final LinkConditions GOOD = new LinkConditions(MS, 0, 0, 0, 0, 5 * MS, 0, 200 * MS);

  /** Checks ranges. */
  public LinkConditions {
    checkShare("loss", loss);
    checkShare("duplication", duplication);
    checkShare("reordering", reordering);
    checkNotNegative("delayNs", delayNs);
    checkNotNegative("jitterNs", jitterNs);
    checkNotNegative("reorderNs", reorderNs);
    checkNotNegative("rateBps", rateBps);
    checkNotNegative("queueNs", queueNs);
  }

  /** The same with another delay and jitter, in ms. */
  public LinkConditions withDelayMs(long delayMs, long jitterMs) {
    return new LinkConditions(
        delayMs * MS, jitterMs * MS, loss, duplication, reordering, reorderNs, rateBps, queueNs);
  }

  /** The same with another share of loss. */
  public LinkConditions withLoss(double share) {
    return new LinkConditions(
        delayNs, jitterNs, share, duplication, reordering, reorderNs, rateBps, queueNs);
  }

  /** The same with another share of duplicates. */
  public LinkConditions withDuplication(double share) {
    return new LinkConditions(
        delayNs, jitterNs, loss, share, reordering, reorderNs, rateBps, queueNs);
  }

  /** The same with another share of reordered packets, held back by {@code byMs}. */
  public LinkConditions withReordering(double share, long byMs) {
    return new LinkConditions(
        delayNs, jitterNs, loss, duplication, share, byMs * MS, rateBps, queueNs);
  }

  /** The same with another bandwidth and queue. */
  public LinkConditions withRate(long bitsPerSecond, long queueMs) {
    return new LinkConditions(
        delayNs, jitterNs, loss, duplication, reordering, reorderNs, bitsPerSecond, queueMs * MS);
  }

  private static void checkShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is " + value + ", allowed: 0 to 1");
    }
  }

  private static void checkNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is " + value + ", must not be negative");
    }
  }
}
