package dev.sluice.node;

import dev.sluice.hub.UtcClock;

/**
 * UTC that never steps: read from the wall clock once, then the monotonic clock, slewed towards the
 * wall clock by at most {@link #MAX_SLEW_PPM}: 1.8 s an hour. A wall clock that is set by an hour
 * so is met after 83 days, or by a restart. {@link #compare} is called now and then with both
 * clocks, by one thread; {@link #utcNs} may be called from any.
 */
public final class SteadyUtc implements UtcClock {
  /** How fast it follows the wall clock, in millionths. */
  static final long MAX_SLEW_PPM = 500;

  /**
   * By how much the wall clock must have left the monotonic one between two comparisons to have
   * stepped: 100 ms. Time servers slew less in any period that is reasonable here, and step from
   * 128 ms on.
   */
  static final long STEP_NS = 100_000_000;

  private static final long MILLION = 1_000_000;

  /** From {@code fromNs} on UTC is {@code utcNs} plus what passed, slewed by {@code ppm}. */
  private record Line(long fromNs, long utcNs, long ppm) {
    long at(long nowNs) {
      long passedNs = nowNs - fromNs;
      return utcNs + passedNs + passedNs / MILLION * ppm;
    }
  }

  private volatile Line line;
  private volatile long behindNs;
  private long lastNowNs;
  private long lastWallNs;

  /**
   * Starts with what the wall clock says: {@code wallNs} at the monotonic instant {@code nowNs}.
   */
  public SteadyUtc(long nowNs, long wallNs) {
    line = new Line(nowNs, wallNs, 0);
    lastNowNs = nowNs;
    lastWallNs = wallNs;
  }

  @Override
  public long utcNs(long nowNs) {
    return line.at(nowNs);
  }

  /**
   * Compares with the wall clock and sets the course for the time until the next call.
   *
   * @param periodNs when the next call is expected
   * @return by how much the wall clock has stepped since the last call; 0 when it has not
   */
  public long compare(long nowNs, long wallNs, long periodNs) {
    long ours = line.at(nowNs);
    long errorNs = wallNs - ours;
    long wantedPpm = errorNs / Math.max(1, periodNs / MILLION);
    line = new Line(nowNs, ours, Math.clamp(wantedPpm, -MAX_SLEW_PPM, MAX_SLEW_PPM));
    behindNs = errorNs;
    long stepNs = (wallNs - lastWallNs) - (nowNs - lastNowNs);
    lastNowNs = nowNs;
    lastWallNs = wallNs;
    return Math.abs(stepNs) >= STEP_NS ? stepNs : 0;
  }

  /** How far it was behind the wall clock when they were last compared; negative when ahead. */
  public long behindNs() {
    return behindNs;
  }
}
