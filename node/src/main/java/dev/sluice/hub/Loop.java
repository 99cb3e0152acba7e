package dev.sluice.hub;

import java.util.concurrent.Executor;

/**
 * One event loop: a single thread that runs tasks in the order in which they were submitted. The
 * hub and the endpoints see no other type of thread, timer or monotonic clock, so that a simulation
 * can run all of them on virtual time.
 */
public interface Loop extends Executor {

  /** Position in its group, from 0. */
  int index();

  /** Runs {@code task} on this loop, after all that was submitted before. Any thread. */
  @Override
  void execute(Runnable task);

  /**
   * Runs {@code task} on this loop once {@code delayNs} have passed. Any thread.
   *
   * @param delayNs nanoseconds; 0 or less runs it as soon as possible
   */
  Timer schedule(Runnable task, long delayNs);

  /** Whether the caller is this loop's thread. */
  boolean inLoop();

  /** Monotonic nanoseconds; compare by difference only. */
  long nowNs();

  /** Runs {@code task} at once when called from this loop, else as {@link #execute}. */
  default void run(Runnable task) {
    if (inLoop()) {
      task.run();
    } else {
      execute(task);
    }
  }

  /** A task that was scheduled. */
  interface Timer {
    /** Keeps the task from running, when it has not begun. Any thread. */
    void cancel();
  }
}
