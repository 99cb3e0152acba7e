package dev.sluice.bench.load;

import dev.sluice.bench.stream.StreamChecker;
import org.jspecify.annotations.Nullable;

/**
 * Counters of one viewer. Written by one thread; fields that another one may look at are volatile
 * or settle before it looks.
 */
final class Viewer {
  enum State {
    CONNECTING,
    JOINING,
    PLAYING,
    /** Asked not to read any more. */
    STALLED,
    /** Closed by us. */
    LEFT,
    /** Closed by the server, or broken. */
    CUT,
    REFUSED
  }

  // fixed
  final int index;
  final @Nullable StreamChecker checker;
  final long openedNs;

  // per connection
  @Nullable Session session;
  int fd = -1;
  volatile State state = State.CONNECTING;
  String reason = "";
  long firstPictureNs;
  long totalBytes;
  long saidSomethingNs;

  // per window
  long lastNs;
  long silenceNs;
  long bytes;

  Viewer(int index, @Nullable Session session, @Nullable StreamChecker checker, long nowNs) {
    this.index = index;
    this.session = session;
    this.checker = checker;
    openedNs = nowNs;
    saidSomethingNs = nowNs;
  }

  void onBytes(long count, long nowNs) {
    if (lastNs != 0) {
      silenceNs = Math.max(silenceNs, nowNs - lastNs);
    }
    lastNs = nowNs;
    bytes += count;
    totalBytes += count;
  }

  void beginWindow(long nowNs) {
    bytes = 0;
    silenceNs = 0;
    if (lastNs != 0) {
      lastNs = nowNs;
    }
    if (checker != null) {
      checker.beginWindow();
    }
  }

  /** Longest time without a byte in the window that ends now. */
  long silenceNs(long nowNs) {
    return Math.max(silenceNs, nowNs - lastNs);
  }

  void end(State how, String why) {
    state = how;
    reason = why;
  }

  boolean isOver() {
    return state == State.LEFT || state == State.CUT || state == State.REFUSED;
  }
}
