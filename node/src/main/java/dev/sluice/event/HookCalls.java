package dev.sluice.event;

import dev.sluice.access.backend.BackendRequest;
import dev.sluice.access.backend.Breaker;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * When one receiver of hooks is told something: an engine. It is told one thing at a time, in
 * order, and nothing twice. After failures in a row it is left alone for a while, see {@link
 * Breaker}, and then told one thing. What has no room meanwhile is dropped.
 *
 * <p>Times are milliseconds of a clock that does not go back. One thread at a time.
 */
final class HookCalls {
  /** What waits to be told; what comes beyond is dropped. */
  static final int MAX_QUEUED = 1_000;

  private final ArrayDeque<BackendRequest> queue = new ArrayDeque<>();
  private boolean calling;
  private final Breaker breaker = new Breaker(0);
  private long sent;
  private long failed;
  private long dropped;

  /**
   * There is something to tell.
   *
   * @return what is to be told now, whose end {@link #replied} is to hear; null for nothing
   */
  @Nullable BackendRequest offer(BackendRequest request, long nowMs) {
    if (queue.size() >= MAX_QUEUED) {
      dropped++;
    } else {
      queue.add(request);
    }
    return next(nowMs);
  }

  /**
   * It was told, or could not be.
   *
   * @return as {@link #offer}
   */
  @Nullable BackendRequest replied(boolean taken, long nowMs) {
    calling = false;
    if (taken) {
      sent++;
      breaker.succeeded();
    } else {
      failed++;
      breaker.failed(nowMs);
    }
    return next(nowMs);
  }

  /**
   * Time has passed; to be called several times a second.
   *
   * @return as {@link #offer}
   */
  @Nullable BackendRequest tick(long nowMs) {
    return next(nowMs);
  }

  private @Nullable BackendRequest next(long nowMs) {
    if (calling || queue.isEmpty() || breaker.isPaused(nowMs)) {
      return null;
    }
    calling = true;
    return queue.remove();
  }

  /** Whether nothing is being told, nor waits to be. */
  boolean isIdle() {
    return !calling && queue.isEmpty();
  }

  /** Whether it is taken to be down. */
  boolean isDown() {
    return breaker.isDown();
  }

  /** What it has taken. */
  long sent() {
    return sent;
  }

  /** What it has not taken. */
  long failed() {
    return failed;
  }

  /** What had no room. */
  long dropped() {
    return dropped;
  }
}
