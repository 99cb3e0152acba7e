package dev.sluice.access;

import static dev.sluice.wire.Checks.checkRange;

/**
 * What an allowance is bounded by.
 *
 * @param user whom it was given to; empty when that is not known
 * @param untilMs when it ends, UTC in milliseconds; {@link #NEVER} when it does not
 * @param maxSessions how many sessions the user may have at a time; 0 for no limit
 * @param recheckMs when it is to be asked for again, UTC in milliseconds; {@link #NEVER} for not
 */
public record Limits(String user, long untilMs, int maxSessions, long recheckMs) {
  /** No time at all. */
  public static final long NEVER = Long.MAX_VALUE;

  /** No bounds. */
  public static final Limits NONE = new Limits("", NEVER, 0, NEVER);

  public Limits {
    checkRange("maxSessions", maxSessions, 0, Integer.MAX_VALUE);
  }

  /** Somebody known, for as long as he likes. */
  public static Limits of(String user) {
    return new Limits(user, NEVER, 0, NEVER);
  }

  /** Until a time that nothing can put off: to ask again before would give the same. */
  public static Limits until(String user, long untilMs, int maxSessions) {
    return new Limits(user, untilMs, maxSessions, untilMs);
  }
}
