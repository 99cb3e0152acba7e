package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Loop;
import org.jspecify.annotations.Nullable;

/** The one timer of a connection, for when its engine next has something to do. On its loop. */
final class Alarm {
  private final Loop loop;
  private final Runnable task;
  private Loop.@Nullable Timer timer;
  private long dueNs;

  /** An alarm that is not set yet and calls {@code task} when it is due. */
  Alarm(Loop loop, Runnable task) {
    this.loop = loop;
    this.task = task;
  }

  /** Sees to it that the task is called at {@code atNs}, or earlier: it then sets the next one. */
  void set(long atNs) {
    if (timer != null && dueNs - atNs <= 0) {
      return;
    }
    cancel();
    dueNs = atNs;
    timer =
        loop.schedule(
            () -> {
              timer = null;
              task.run();
            },
            atNs - loop.nowNs());
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
