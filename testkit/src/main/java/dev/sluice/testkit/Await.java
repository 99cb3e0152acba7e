package dev.sluice.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/**
 * Waiting for conditions of the real world. Polls quickly, gives up with a message that names what
 * was waited for. What runs on virtual time needs none of this.
 */
public final class Await {
  /** Bound of a wait that says nothing else: generous, because a good test never uses it up. */
  public static final Duration DEFAULT = Duration.ofSeconds(20);

  private Await() {}

  /** Waits until {@code condition} holds. */
  public static void until(String what, Callable<Boolean> condition) {
    until(what, DEFAULT, condition);
  }

  /** Waits until {@code condition} holds, at most for {@code bound}. */
  public static void until(String what, Duration bound, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(bound)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }

  /** Waits until {@code value} is accepted, at most for {@code bound}, and returns it. */
  public static <T> T value(
      String what, Duration bound, Callable<T> value, Predicate<? super T> accepted) {
    return Awaitility.await(what)
        .atMost(bound)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(value, accepted);
  }

  /** Waits until {@code assertions} no longer throw; the last failure is the cause otherwise. */
  public static void untilAsserted(String what, Duration bound, ThrowingRunnable assertions) {
    Awaitility.await(what)
        .atMost(bound)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(assertions);
  }
}
