package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A Netty event loop as a {@link Loop}. */
final class NettyLoop implements Loop {
  private final int index;
  private final EventExecutor executor;
  private final LongSupplier clock;

  /**
   * Wraps {@code executor}.
   *
   * @param clock monotonic nanoseconds
   */
  NettyLoop(int index, EventExecutor executor, LongSupplier clock) {
    this.index = index;
    this.executor = executor;
    this.clock = clock;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  @Override
  public Timer schedule(Runnable task, long delayNs) {
    Future<?> future = executor.schedule(task, Math.max(0, delayNs), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public boolean inLoop() {
    return executor.inEventLoop();
  }

  @Override
  public long nowNs() {
    return clock.getAsLong();
  }

  EventExecutor executor() {
    return executor;
  }
}
