package dev.sluice.media;

/** A source's clock as it was last read: the time stamp, and the same without wraps. */
final class ClockReading {
  private final SourceClock clock;
  private boolean read;
  private long stamp;
  private long ticks;

  /** A clock that nobody has read; its first time stamp will be 0 ticks. */
  ClockReading(SourceClock clock) {
    this.clock = clock;
  }

  /** The same, to go on by itself. */
  ClockReading copy() {
    var copy = new ClockReading(clock);
    copy.set(this);
    return copy;
  }

  /** Takes over what {@code other}, of the same clock, has read. */
  void set(ClockReading other) {
    read = other.read;
    stamp = other.stamp;
    ticks = other.ticks;
  }

  SourceClock clock() {
    return clock;
  }

  /** Reads the clock: what {@code next} is without wraps. */
  long read(long next) {
    ticks = ticksOf(next);
    stamp = next;
    read = true;
    return ticks;
  }

  /** Whether the clock was read at all. */
  boolean known() {
    return read;
  }

  /** The last reading in 90 kHz. */
  long now90k() {
    return to90k(ticks, 0);
  }

  /** What {@code other}, not far from the last time stamp, is without wraps. */
  long ticksOf(long other) {
    return read ? ticks + SourceTicks.difference(clock, stamp, other) : 0;
  }

  /** Ticks in 90 kHz, rounded, with {@code offsetNs} added. */
  long to90k(long clockTicks, int offsetNs) {
    long whole = clock.timescale().convertRounded(clockTicks, Timescale.VIDEO);
    return offsetNs == 0
        ? whole
        : whole + Timescale.NANOS.convertRounded(offsetNs, Timescale.VIDEO);
  }

  /**
   * The UTC that the last reading of a clock that tells it stands for: of all times with this time
   * stamp the one nearest to {@code near90k}. In 90 kHz.
   */
  long utc90k(long near90k) {
    long near = Timescale.VIDEO.convert(near90k, clock.timescale());
    long away = SourceTicks.difference(clock, SourceTicks.wrapped(clock, near), stamp);
    return clock.timescale().convertRounded(near + away, Timescale.VIDEO);
  }
}
