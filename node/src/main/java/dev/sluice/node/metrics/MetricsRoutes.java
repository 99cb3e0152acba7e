package dev.sluice.node.metrics;

import dev.sluice.access.AccessRules;
import dev.sluice.hub.Hub;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Loop;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.NettyLoops;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /metrics}, for who has the token. A virtual thread asks the loops, one scrape at a
 * time; who asks in between waits for that.
 */
public final class MetricsRoutes implements HttpRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsRoutes.class);
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final double NS = 1e9;

  private final Hub hub;
  private final NodeMetrics counters;
  private final PrometheusMeterRegistry registry;
  private final LongSupplier clock;
  private final HttpGuard guard;
  private final ReentrantLock scraping = new ReentrantLock();
  private final Map<StreamName, StreamMeters> streams = new HashMap<>();
  private final Map<String, Integer> viewers = new ConcurrentHashMap<>();
  private volatile Map<LiveStream.State, Integer> states = Map.of();
  private volatile int blocksAlive;
  private volatile long backlogBytes;
  private volatile long bytesOut;
  private volatile long blocksDropped;

  /**
   * Measures from now on.
   *
   * @param counters what was given to {@code hub} as its listener
   * @param connections open connections of all protocols
   * @param clock monotonic nanoseconds
   */
  public MetricsRoutes(
      Hub hub,
      NodeMetrics counters,
      NettyLoops loops,
      AccessRules access,
      IntSupplier connections,
      LongSupplier clock) {
    this.hub = hub;
    this.counters = counters;
    this.registry = counters.registry();
    this.clock = clock;
    this.guard = new HttpGuard(access::isToken, access::trusted);
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    loops.all().forEach(loop -> measure(loop, loops));
    Gauge.builder("sluice.connections", connections::getAsInt)
        .description("open connections of all protocols")
        .register(registry);
    measureMemory(hub.memory());
    measureHub();
  }

  private void measure(Loop loop, NettyLoops loops) {
    var lag = new LoopLag(loop);
    lag.start();
    String index = Integer.toString(loop.index());
    Gauge.builder("sluice.loop.lag.seconds", lag, l -> l.mostNs() / NS)
        .description("how late the loop came, the most in the last 10 to 20 s")
        .tag("loop", index)
        .strongReference(true)
        .register(registry);
    Gauge.builder("sluice.loop.queued.tasks", loop, loops::queuedTasks)
        .description("tasks that wait for the loop")
        .tag("loop", index)
        .strongReference(true)
        .register(registry);
  }

  private void measureMemory(MemoryBudget memory) {
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

  private void measureHub() {
    for (LiveStream.State state : LiveStream.State.values()) {
      Gauge.builder("sluice.streams", this, routes -> routes.states.getOrDefault(state, 0))
          .description("streams at the moment, by state")
          .tag("state", label(state))
          .register(registry);
    }
    Gauge.builder("sluice.blocks.alive", this, routes -> routes.blocksAlive)
        .description("blocks that somebody may still need")
        .register(registry);
    Gauge.builder("sluice.backlog.bytes", this, routes -> routes.backlogBytes)
        .description("bytes that viewers have not taken")
        .register(registry);
    FunctionCounter.builder("sluice.out.bytes", this, routes -> routes.bytesOut)
        .description("bytes handed to viewers")
        .register(registry);
    FunctionCounter.builder("sluice.blocks.dropped", this, routes -> routes.blocksDropped)
        .description("blocks that slow viewers have skipped")
        .register(registry);
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.get("/metrics").handler(guard).handler(context -> answer(context, loop));
  }

  private void answer(RoutingContext context, Loop loop) {
    Thread.ofVirtual()
        .name("metrics")
        .start(() -> {
          String text = scrape();
          loop.execute(() -> {
            if (text.isEmpty()) {
              HttpAnswers.refuse(context.request(), Reason.FAILED);
            } else {
              context.response().putHeader("Content-Type", TEXT);
              HttpAnswers.end(context.request(), Buffer.buffer(text));
            }
          });
        });
  }

  /** The text; empty when it could not be made. */
  private String scrape() {
    scraping.lock();
    try {
      take(Survey.of(hub, clock.getAsLong(), clock));
      return registry.scrape();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return "";
    } catch (RuntimeException fault) {
      LOG.error("metrics failed", fault);
      return "";
    } finally {
      scraping.unlock();
    }
  }

  private void take(Survey survey) {
    streams
        .entrySet()
        .removeIf(known -> {
          boolean gone = !survey.streams().containsKey(known.getKey());
          if (gone) {
            known.getValue().remove();
          }
          return gone;
        });
    Map<LiveStream.State, Integer> count = new HashMap<>();
    int blocks = 0;
    long backlog = 0;
    long dropped = counters.blocksDroppedOfLeavers();
    long out = counters.bytesOfLeavers();
    for (Map.Entry<StreamName, Survey.Row> entry : survey.streams().entrySet()) {
      Survey.Row row = entry.getValue();
      streams.computeIfAbsent(entry.getKey(), _ -> new StreamMeters(registry, row)).update(row);
      count.merge(row.report().state(), 1, Integer::sum);
      blocks += row.report().blocksAlive();
      backlog += row.backlogBytes();
      dropped += row.blocksDropped();
      out += row.bytesOut() - row.report().bytesOutOfLeavers();
    }
    states = count;
    blocksAlive = blocks;
    backlogBytes = backlog;
    // a viewer that leaves between the two looks is in neither: a counter never goes back
    blocksDropped = Math.max(blocksDropped, dropped);
    bytesOut = Math.max(bytesOut, out);
    counters.viewers().forEach(this::takeViewers);
  }

  private void takeViewers(String protocol, int now) {
    if (viewers.put(protocol, now) == null) {
      Gauge.builder("sluice.viewers", viewers, map -> map.getOrDefault(protocol, 0))
          .description("viewers at the moment, by protocol")
          .tag("protocol", protocol)
          .register(registry);
    }
  }
}
