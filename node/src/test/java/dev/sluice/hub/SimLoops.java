package dev.sluice.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Several loops in one thread, on virtual time: tasks run in the order of their time. */
public final class SimLoops {
  private record Task(long atNs, long order, SimLoop loop, Runnable work) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>((one, other) ->
          one.atNs != other.atNs
              ? Long.compare(one.atNs, other.atNs)
              : Long.compare(one.order, other.order));
  private final List<Loop> loops = new ArrayList<>();
  private long nowNs;
  private long order;
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
    return nowNs;
  }

  /** Runs {@code work} as {@code loop} does, then all that is due now. */
  public void on(Loop loop, Runnable work) {
    loop.execute(work);
    runFor(0);
  }

  /** Lets {@code ns} pass. */
  public void runFor(long ns) {
    long until = nowNs + ns;
    for (Task task; (task = tasks.peek()) != null && task.atNs <= until; ) {
      tasks.remove();
      nowNs = Math.max(nowNs, task.atNs);
      running = task.loop;
      task.work.run();
      running = null;
    }
    nowNs = until;
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
      tasks.add(new Task(nowNs, order++, this, task));
    }

    @Override
    public Timer schedule(Runnable task, long delayNs) {
      var scheduled = new Task(nowNs + Math.max(0, delayNs), order++, this, task);
      tasks.add(scheduled);
      return () -> tasks.remove(scheduled);
    }

    @Override
    public boolean inLoop() {
      return running == this;
    }

    @Override
    public long nowNs() {
      return nowNs;
    }
  }
}
