package dev.sluice.mux.packager;

import static dev.sluice.wire.Checks.checkRange;

/**
 * How a stream is cut.
 *
 * @param period90k the segment period <i>P</i>, 90 kHz
 * @param segmentMax90k the longest that a segment may become for want of a random access point, 90
 *     kHz
 * @param part90k about how long a part is, 90 kHz: the nearest whole number of frames is taken
 */
public record PackagerSettings(long period90k, long segmentMax90k, long part90k) {
  /** The default: 2 s, 10 s, 200 ms. */
  public static final PackagerSettings DEFAULT = new PackagerSettings(180_000, 900_000, 18_000);

  /** The shortest period: half a second. */
  public static final long MIN_PERIOD_90K = 45_000;

  /** The longest segment: a minute. */
  public static final long MAX_SEGMENT_90K = 5_400_000;

  /** The shortest part: 50 ms. */
  public static final long MIN_PART_90K = 4_500;

  public PackagerSettings {
    checkRange("period90k", period90k, MIN_PERIOD_90K, MAX_SEGMENT_90K);
    checkRange("segmentMax90k", segmentMax90k, period90k, MAX_SEGMENT_90K);
    checkRange("part90k", part90k, MIN_PART_90K, period90k);
  }

  /**
   * The slot that a time falls into: {@code t / P}, rounded to the nearest, halves up. A random
   * access point opens a segment when its slot is not that of the one before it.
   */
  public long slot(long time90k) {
    return Math.floorDiv(2 * time90k + period90k, 2 * period90k);
  }
}
