package dev.sluice.mux.mp4;

import dev.sluice.media.SourceClock;
import dev.sluice.media.Timescale;
import dev.sluice.wire.MalformedException;

/**
 * One clock for all tracks of a file. It ticks at the least common multiple of their time scales,
 * so that every time of every track is a whole number of ticks, and comes out exactly when it is
 * converted back: 12,800 and 44,100 give 5,644,800 a second.
 *
 * <p>Where that is more than {@value #MAX_RATE}, it ticks at {@value #FALLBACK_RATE}, and times are
 * rounded up: converting back rounds down and so comes to the tick that was meant, since every
 * track's tick is longer. Nanoseconds would do the same, but composition offsets, of 32 bits, would
 * end at 2.1 s, which slow pictures exceed; here they end at 53 s.
 */
final class CommonClock {
  /** Ticks a second at most. */
  static final int MAX_RATE = 40_000_000;

  /** Ticks a second where the common multiple is too high. */
  static final int FALLBACK_RATE = 10_000_000;

  private final Timescale scale;

  private CommonClock(Timescale scale) {
    this.scale = scale;
  }

  /** A clock for tracks of these time scales. */
  static CommonClock of(Iterable<Timescale> timescales) {
    long rate = 1;
    for (Timescale timescale : timescales) {
      rate = rate / gcd(rate, timescale.ticksPerSecond()) * timescale.ticksPerSecond();
      if (rate > MAX_RATE) {
        return new CommonClock(new Timescale(FALLBACK_RATE));
      }
    }
    return new CommonClock(new Timescale((int) rate));
  }

  /** The clock of the units. */
  SourceClock clock() {
    return new SourceClock(scale, 63);
  }

  /** Ticks of this clock for a time of a track, rounded up. */
  long ticks(long time, Timescale of) {
    return -of.convert(-time, scale);
  }

  /** A time of a track for ticks of this clock, rounded down. */
  long time(long ticks, Timescale of) {
    return scale.convert(ticks, of);
  }

  /** Ticks of the longest time: more than that, in nanoseconds, may not fit 64 bits. */
  long longest() {
    return Mp4Limits.MAX_TIME_S * scale.ticksPerSecond();
  }

  /** Ticks for nanoseconds, rounded down. */
  long ofNs(long ns) {
    return Timescale.NANOS.convert(ns, scale);
  }

  /** Nanoseconds for ticks, rounded down. */
  long toNs(long ticks) {
    return scale.convert(ticks, Timescale.NANOS);
  }

  /**
   * A composition offset in ticks.
   *
   * @throws MalformedException when it has more than 32 bits
   */
  int offset(long dtsTicks, long ptsTicks) {
    long offset = ptsTicks - dtsTicks;
    if (offset != (int) offset) {
      throw new MalformedException(
          "composition offset of %d s, allowed are %d s"
              .formatted(
                  offset / scale.ticksPerSecond(), Integer.MAX_VALUE / scale.ticksPerSecond()));
    }
    return (int) offset;
  }

  private static long gcd(long one, long other) {
    return other == 0 ? one : gcd(other, one % other);
  }
}
