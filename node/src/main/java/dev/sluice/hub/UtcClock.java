package dev.sluice.hub;

/**
 * UTC as the media plane sees it: a function of the monotonic clock, so that it never steps back.
 */
@FunctionalInterface
public interface UtcClock {
  /** Nanoseconds since the Unix epoch, UTC, at the monotonic instant {@code nowNs}. */
  long utcNs(long nowNs);
}
