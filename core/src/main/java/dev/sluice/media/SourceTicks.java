package dev.sluice.media;

/** The arithmetic of a source's clock that starts again at 0 after some bits. */
final class SourceTicks {
  /** Wrapping at 24 bits is believed when both sides are this near to it: 60 s. */
  private static final long WRAP_24_MARGIN_MS = 60_000;

  private static final long WRAP_24 = 1L << 24;

  private SourceTicks() {}

  /**
   * Ticks from {@code from} to {@code to}, by the shorter way round the wrap.
   *
   * <p>A clock of 32 bits is taken as one of 31, so that a wrap at either is understood. Encoders
   * are seen, too, that keep milliseconds in the 24 bits of the oldest FLV: in a clock of
   * milliseconds a step from the last minute before 2²⁴ into the first one after 0 is such a wrap.
   */
  static long difference(SourceClock clock, long from, long to) {
    int bits = bits(clock);
    if (bits >= 63) {
      return to - from;
    }
    if (bits == 31
        && clock.timescale().equals(Timescale.MILLIS)
        && from > WRAP_24 - WRAP_24_MARGIN_MS
        && from < WRAP_24
        && to < WRAP_24_MARGIN_MS) {
      return to + WRAP_24 - from;
    }
    long range = 1L << bits;
    long ahead = Math.floorMod(to - from, range);
    return ahead >= range / 2 ? ahead - range : ahead;
  }

  /** What a clock that never wraps would show, as {@code clock} shows it. */
  static long wrapped(SourceClock clock, long ticks) {
    int bits = bits(clock);
    return bits >= 63 ? ticks : Math.floorMod(ticks, 1L << bits);
  }

  private static int bits(SourceClock clock) {
    return clock.wrapBits() == 32 ? 31 : clock.wrapBits();
  }
}
