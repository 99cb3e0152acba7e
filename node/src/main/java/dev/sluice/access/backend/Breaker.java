package dev.sluice.access.backend;

/**
 * Whether somebody who is called is up: after some failures in a row he is taken to be down, is
 * left alone for a while, and each time that he still fails for twice as long. Times are
 * milliseconds of a clock that does not go back. One thread at a time.
 */
public final class Breaker {
  /** Calls that fail in a row before he is taken to be down. */
  public static final int MAX_FAILURES = 5;

  /** How long he is left alone then, at first. */
  public static final long FIRST_PAUSE_MS = 1_000;

  /** Longest that he is left alone. */
  public static final long MAX_PAUSE_MS = 30_000;

  private final long leastRowMs;
  private int failures;
  private long failingSinceMs;
  private long pauseMs = FIRST_PAUSE_MS;
  private long pausedUntilMs;
  private boolean down;

  /**
   * He is up.
   *
   * @param leastRowMs how long failures in a row have to go on: of many calls at a time several may
   *     fail in one moment, and he is up all the same
   */
  public Breaker(long leastRowMs) {
    this.leastRowMs = leastRowMs;
  }

  /** A call has succeeded. */
  public void succeeded() {
    failures = 0;
    down = false;
    pauseMs = FIRST_PAUSE_MS;
  }

  /** A call has failed. */
  public void failed(long nowMs) {
    if (failures++ == 0) {
      failingSinceMs = nowMs;
    }
    if (isPaused(nowMs)) {
      return; // a call from before
    }
    if (down) {
      pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
      pausedUntilMs = nowMs + pauseMs;
    } else if (failures >= MAX_FAILURES && nowMs - failingSinceMs >= leastRowMs) {
      down = true;
      pausedUntilMs = nowMs + pauseMs;
    }
  }

  /** Whether he is taken to be down; when he is not left alone any more, one call finds out. */
  public boolean isDown() {
    return down;
  }

  /** Whether he is left alone. */
  public boolean isPaused(long nowMs) {
    return down && nowMs - pausedUntilMs < 0;
  }
}
