package dev.sluice.node.metrics;

import dev.sluice.hub.Hub;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.net.NettyLoops;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.OperatingSystemMXBean;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the node itself is: what metrics, the API and {@code sluice top} say of it is read here, so
 * that they say the same. Any thread, but not a loop: the kernel is asked.
 */
public final class Vitals {
  private static final double NS = 1e9;

  private final Hub hub;
  private final NodeMetrics counters;
  private final IntSupplier connections;
  private final LongSupplier clock;
  private final LongSupplier utcMs;
  private final long startNs;
  private final long startMs;
  private final List<Watched> loops = new ArrayList<>();

  /** A loop and what is looked at. */
  private record Watched(int index, LoopLag lag, IntSupplier queuedTasks) {}

  /**
   * An event loop.
   *
   * @param lagNs how late it came to what it had to do, the most in the last 10 to 20 s
   * @param queuedTasks tasks that wait for it
   */
  public record LoopFigures(int index, long lagNs, int queuedTasks) {}

  /**
   * A node at one moment.
   *
   * @param startMs when it began, UTC
   * @param utcMs when this is
   * @param upNs how long it has been running
   * @param cpuNs processor time that it has used; -1 where that is not known
   * @param heapBytes heap that is in use, garbage included
   * @param mediaBytes memory that media takes, by account
   * @param kernel null where it does not tell
   * @param viewers by protocol; those who have been here stay, with 0
   */
  public record Figures(
      long startMs,
      long utcMs,
      long upNs,
      long cpuNs,
      int processors,
      long heapBytes,
      long heapMaxBytes,
      long mediaLimitBytes,
      Map<MemoryBudget.Account, Long> mediaBytes,
      @Nullable KernelQueues kernel,
      List<LoopFigures> loops,
      int connections,
      int streams,
      Map<String, Integer> viewers) {}

  /**
   * Looks at the loops from now on.
   *
   * @param counters what was given to {@code hub} as its listener
   * @param connections open connections of all protocols
   * @param clock monotonic nanoseconds
   * @param utcMs UTC in milliseconds
   */
  public Vitals(
      Hub hub,
      NodeMetrics counters,
      NettyLoops loops,
      IntSupplier connections,
      LongSupplier clock,
      LongSupplier utcMs) {
    this.hub = hub;
    this.counters = counters;
    this.connections = connections;
    this.clock = clock;
    this.utcMs = utcMs;
    this.startNs = clock.getAsLong();
    this.startMs = utcMs.getAsLong();
    loops
        .all()
        .forEach(loop -> {
          var lag = new LoopLag(loop);
          lag.start();
          this.loops.add(new Watched(loop.index(), lag, () -> loops.queuedTasks(loop)));
        });
  }

  /** As it is now. */
  public Figures now() {
    MemoryBudget memory = hub.memory();
    Map<MemoryBudget.Account, Long> media = new EnumMap<>(MemoryBudget.Account.class);
    for (MemoryBudget.Account account : MemoryBudget.Account.values()) {
      media.put(account, memory.usedBytes(account));
    }
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return new Figures(
        startMs,
        utcMs.getAsLong(),
        clock.getAsLong() - startNs,
        system instanceof com.sun.management.OperatingSystemMXBean more
            ? more.getProcessCpuTime()
            : -1,
        system.getAvailableProcessors(),
        heap.getUsed(),
        heap.getMax(),
        memory.limitBytes(),
        media,
        KernelQueues.now(),
        loops.stream()
            .map(
                loop -> new LoopFigures(loop.index, loop.lag.mostNs(), loop.queuedTasks.getAsInt()))
            .toList(),
        connections.getAsInt(),
        hub.streams().size(),
        counters.viewers());
  }

  /** The label of an account, in metrics and in the API. */
  public static String label(MemoryBudget.Account account) {
    return account.name().toLowerCase(Locale.ROOT);
  }

  /** What the kernel holds; null where it does not tell. */
  @Nullable KernelQueues kernel() {
    return KernelQueues.now();
  }

  /** Has loops, connections and memory be measured by {@code registry}. */
  void measure(MeterRegistry registry) {
    for (Watched loop : loops) {
      String index = Integer.toString(loop.index);
      Gauge.builder("sluice.loop.lag.seconds", loop.lag, l -> l.mostNs() / NS)
          .description("how late the loop came, the most in the last 10 to 20 s")
          .tag("loop", index)
          .strongReference(true)
          .register(registry);
      Gauge.builder("sluice.loop.queued.tasks", loop, l -> l.queuedTasks.getAsInt())
          .description("tasks that wait for the loop")
          .tag("loop", index)
          .strongReference(true)
          .register(registry);
    }
    Gauge.builder("sluice.connections", connections::getAsInt)
        .description("open connections of all protocols")
        .register(registry);
    measureMemory(hub.memory(), registry);
  }

  private static void measureMemory(MemoryBudget memory, MeterRegistry registry) {
    Gauge.builder("sluice.media.memory.limit.bytes", memory, MemoryBudget::limitBytes)
        .description("memory that media may take")
        .register(registry);
    for (MemoryBudget.Account account : MemoryBudget.Account.values()) {
      Gauge.builder("sluice.media.memory.bytes", memory, m -> m.usedBytes(account))
          .description("memory that media takes, by account")
          .tag("account", label(account))
          .register(registry);
    }
  }
}
