package dev.sluice.net;

import dev.sluice.hub.Loop;

/**
 * A loop whose scheduled tasks come early, so that tests need not wait for time-outs.
 *
 * @param haste how many times faster than it should a scheduled task comes
 */
record HastyLoop(Loop loop, int haste) implements Loop {

  @Override
  public int index() {
    return loop.index();
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Timer schedule(Runnable task, long delayNs) {
    return loop.schedule(task, delayNs / haste);
  }

  @Override
  public boolean inLoop() {
    return loop.inLoop();
  }

  @Override
  public long nowNs() {
    return loop.nowNs();
  }
}
