package dev.sluice.media;

/**
 * How much later than its time a source's media arrive: the least of the last minute, since a unit
 * can be late for many reasons and early for none. So neither jitter nor a burst after a stall is
 * seen, only what all units have in common: the distance of two clocks. All in 90 kHz.
 */
final class Lateness {
  /** The least is kept for each 10 s of arrival. */
  static final long BUCKET_90K = 10 * 90_000;

  /** So many of them are looked at: the current one and those before it. */
  static final int BUCKETS = 6;

  private final long[] least = new long[BUCKETS];
  private int filled;
  private long bucket = Long.MIN_VALUE;

  /** A unit that belongs at {@code at90k} has come. */
  void observe(long at90k, long arrival90k) {
    long now = Math.floorDiv(arrival90k, BUCKET_90K);
    if (now > bucket) {
      // minutes without anything leave what was seen last: there is nothing better
      System.arraycopy(least, 0, least, 1, BUCKETS - 1);
      least[0] = Long.MAX_VALUE;
      bucket = now;
      filled = Math.min(filled + 1, BUCKETS);
    }
    least[0] = Math.min(least[0], arrival90k - at90k);
  }

  /** Whether anything was seen. */
  boolean known() {
    return filled > 0;
  }

  /** The number of the current bucket: more is later. */
  long bucket() {
    return bucket;
  }

  /** Whether a bucket, or {@code count} of them, are complete. */
  boolean complete(int count) {
    return filled > count;
  }

  /** The least lateness; negative where media come before their time. Something must be known. */
  long least90k() {
    long value = Long.MAX_VALUE;
    for (int i = 0; i < filled; i++) {
      value = Math.min(value, least[i]);
    }
    return value;
  }

  /** All media were moved by {@code by90k}: they come that much less late. */
  void moved(long by90k) {
    for (int i = 0; i < filled; i++) {
      least[i] -= by90k;
    }
  }

  /** What was seen says nothing of what comes. */
  void forget() {
    filled = 0;
    bucket = Long.MIN_VALUE;
  }
}
