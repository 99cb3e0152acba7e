package dev.sluice.media;

import static dev.sluice.wire.Checks.checkRange;

/**
 * Ticks per second of a clock. All conversion between clocks goes through {@link #convert}.
 *
 * @param ticksPerSecond 1 to 1 000 000 000
 */
public record Timescale(int ticksPerSecond) {
  /** Milliseconds: RTMP and FLV. */
  public static final Timescale MILLIS = new Timescale(1_000);

  /** 90 kHz: video everywhere, MPEG-TS, and our common measure. */
  public static final Timescale VIDEO = new Timescale(90_000);

  /** Nanoseconds: the clocks of this host. */
  public static final Timescale NANOS = new Timescale(1_000_000_000);

  public Timescale {
    checkRange("ticksPerSecond", ticksPerSecond, 1, 1_000_000_000);
  }

  /**
   * Converts {@code ticks} of this clock to ticks of {@code target}, rounded towards negative
   * infinity, exactly.
   *
   * @throws ArithmeticException when the result does not fit 64 bits
   */
  public long convert(long ticks, Timescale target) {
    if (target.ticksPerSecond % ticksPerSecond == 0) {
      return Math.multiplyExact(ticks, (long) target.ticksPerSecond / ticksPerSecond);
    }
    long seconds = Math.floorDiv(ticks, (long) ticksPerSecond);
    long rest = Math.floorMod(ticks, (long) ticksPerSecond);
    // rest < 10^9 and the target rate <= 10^9: the product stays below 2^60
    return Math.addExact(
        Math.multiplyExact(seconds, (long) target.ticksPerSecond),
        rest * target.ticksPerSecond / ticksPerSecond);
  }

  /** As {@link #convert}, rounded to the nearest tick, halves upwards. */
  public long convertRounded(long ticks, Timescale target) {
    if (target.ticksPerSecond % ticksPerSecond == 0) {
      return convert(ticks, target);
    }
    long seconds = Math.floorDiv(ticks, (long) ticksPerSecond);
    long rest = Math.floorMod(ticks, (long) ticksPerSecond);
    return Math.addExact(
        Math.multiplyExact(seconds, (long) target.ticksPerSecond),
        (2 * rest * target.ticksPerSecond + ticksPerSecond) / (2L * ticksPerSecond));
  }
}
