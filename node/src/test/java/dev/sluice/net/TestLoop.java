package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A loop over a Netty event loop, as tests of sockets need it.
 *
 * @param haste how many times faster than it should a scheduled task comes
 */
public record TestLoop(EventLoop eventLoop, int haste) implements Loop {

  public TestLoop(EventLoop eventLoop) {
    this(eventLoop, 1);
  }

  @Override
  public int index() {
    return 0;
  }

  @Override
  public void execute(Runnable task) {
    eventLoop.execute(task);
  }

  @Override
  public Timer schedule(Runnable task, long delayNs) {
    ScheduledFuture<?> future = eventLoop.schedule(task, delayNs / haste, TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public boolean inLoop() {
    return eventLoop.inEventLoop();
  }

  @Override
  public long nowNs() {
    return eventLoop.ticker().nanoTime();
  }
}
