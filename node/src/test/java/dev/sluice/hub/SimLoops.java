package dev.sluice.hub;

import dev.sluice.testkit.sim.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several loops in one thread, on virtual time. */
public final class SimLoops {
  private final VirtualTime time = new VirtualTime();
  private final List<Loop> loops = new ArrayList<>();
  private @Nullable SimLoop running;

  public SimLoops(int count) {
    for (int index = 0; index < count; index++) {
      loops.add(new SimLoop(index));
    }
  }

  public Loop loop(int index) {
    return loops.get(index);
  }

  public long nowNs() {
    return time.nowNs();
  }

  /** Runs {@code work} as {@code loop} does, then all that is due now. */
  public void on(Loop loop, Runnable work) {
    loop.execute(work);
    runFor(0);
  }

  /** Lets {@code ns} pass. */
  public void runFor(long ns) {
    time.runFor(ns);
  }

  private final class SimLoop implements Loop {
    private final int index;

    SimLoop(int index) {
      this.index = index;
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public void execute(Runnable task) {
      schedule(task, 0);
    }

    @Override
    public Timer schedule(Runnable task, long delayNs) {
      VirtualTime.Event event = time.schedule(Math.max(0, delayNs), () -> perform(this, task));
      return event::cancel;
    }

    @Override
    public boolean inLoop() {
      return running == this;
    }

    @Override
    public long nowNs() {
      return time.nowNs();
    }
  }

  private void perform(SimLoop loop, Runnable task) {
    running = loop;
    try {
      task.run();
    } finally {
      running = null;
    }
  }
}
