package dev.sluice.bench.stream;

import java.util.Arrays;

/**
 * Measured times, all of them, so that percentiles are exact. Past {@link #MAX} samples every
 * second one is kept, and so on. Not thread-safe.
 */
public final class Samples {
  /** Samples that are kept at most. */
  static final int MAX = 1 << 22;

  private long[] values = new long[1024];
  private int size;
  private int step = 1;
  private int skipped;

  /** Adds one sample. */
  public void add(long value) {
    if (++skipped < step) {
      return;
    }
    skipped = 0;
    if (size == MAX) {
      for (int i = 0; i < MAX / 2; i++) {
        values[i] = values[2 * i];
      }
      size = MAX / 2;
      step *= 2;
    } else if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  /** Adds all samples of {@code other}. */
  public void addAll(Samples other) {
    for (int i = 0; i < other.size; i++) {
      add(other.values[i]);
    }
  }

  /** Forgets everything. */
  public void clear() {
    size = 0;
    step = 1;
    skipped = 0;
  }

  /** Samples that are kept. */
  public int size() {
    return size;
  }

  /**
   * Percentiles by nearest rank: the smallest sample that at least this share of all samples does
   * not exceed.
   *
   * @param shares 0 to 1 each
   * @return one value each; zeros when there are no samples
   */
  public long[] percentiles(double... shares) {
    long[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    long[] found = new long[shares.length];
    for (int i = 0; i < shares.length && size > 0; i++) {
      int rank = (int) Math.ceil(shares[i] * size - 1e-9); // 0.99 * 100 is a little above 99
      found[i] = sorted[Math.clamp(rank - 1, 0, size - 1)];
    }
    return found;
  }
}
