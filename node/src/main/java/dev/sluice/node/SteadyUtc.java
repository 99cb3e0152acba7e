package dev.sluice.node;

import dev.sluice.hub.UtcClock;

/**
 * UTC that never steps: read from the wall clock once, then the monotonic clock, slewed towards the
 * wall clock by at most {@link #MAX_SLEW_PPM}. {@link #compare} is called now and then with both
 * clocks; {@link #utcNs} may be called from any thread.
 */
public final class SteadyUtc implements UtcClock {
  /** How fast it follows the wall clock, in millionths. */
  static final long MAX_SLEW_PPM = 500;

  /** A difference that is called a step of the wall clock, and reported. */
  static final long STEP_NS = 1_000_000_000;

  private static final long MILLION = 1_000_000;

  /** From {@code fromNs} on UTC is {@code utcNs} plus what passed, slewed by {@code ppm}. */
  private record Line(long fromNs, long utcNs, long ppm) {
    long at(long nowNs) {
      long passedNs = nowNs - fromNs;
      return utcNs + passedNs + passedNs / MILLION * ppm;
    }
  }

  private volatile Line line;
  private boolean stepped;

  /**
   * Starts with what the wall clock says: {@code wallNs} at the monotonic instant {@code nowNs}.
   */
  public SteadyUtc(long nowNs, long wallNs) {
    line = new Line(nowNs, wallNs, 0);
  }

  @Override
  public long utcNs(long nowNs) {
    return line.at(nowNs);
  }

  /**
   * Compares with the wall clock and sets the course for the time until the next call.
   *
   * @param periodNs when the next call is expected
   * @return by how much the wall clock has stepped, when it has since the last call; else 0
   */
  public long compare(long nowNs, long wallNs, long periodNs) {
    long ours = line.at(nowNs);
    long errorNs = wallNs - ours;
    long wantedPpm = errorNs / Math.max(1, periodNs / MILLION);
    line = new Line(nowNs, ours, Math.clamp(wantedPpm, -MAX_SLEW_PPM, MAX_SLEW_PPM));
    boolean apart = Math.abs(errorNs) >= STEP_NS;
    boolean news = apart && !stepped;
    stepped = apart;
    return news ? errorNs : 0;
  }
}
