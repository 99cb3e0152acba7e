package dev.sluice.endpoint.rtmp;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Who may have his bandwidth checked now: one at a time, with a rest in between. Any thread. */
final class BandCheckTurns {
  private final long intervalNs;
  private final AtomicReference<@Nullable Turn> last = new AtomicReference<>();

  /** When one began. */
  private record Turn(long beganNs) {}

  /**
   * Turns.
   *
   * @param intervalNs from the beginning of one to that of the next, at least
   */
  BandCheckTurns(long intervalNs) {
    this.intervalNs = intervalNs;
  }

  /** Takes the turn at {@code nowNs}; false when it is not time yet. */
  boolean take(long nowNs) {
    Turn before = last.get();
    boolean due = before == null || nowNs - before.beganNs - intervalNs >= 0;
    return due && last.compareAndSet(before, new Turn(nowNs));
  }
}
