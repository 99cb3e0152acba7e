package dev.sluice.node.metrics;

import dev.sluice.access.AccessRules;
import dev.sluice.hub.Hub;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
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
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /metrics}, for who has the token. A virtual thread asks the loops, one scrape at a
 * time; who asks in between waits for that.
 */
public final class MetricsRoutes implements HttpRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsRoutes.class);
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Hub hub;
  private final NodeMetrics counters;
  private final Vitals vitals;
  private final PrometheusMeterRegistry registry;
  private final LongSupplier clock;
  private final HttpGuard guard;
  private final ReentrantLock scraping = new ReentrantLock();
  private final Map<StreamName, StreamMeters> streams = new HashMap<>();
  private final Map<String, Integer> viewers = new ConcurrentHashMap<>();
  private final Map<String, Long> bytesOutByProtocol = new ConcurrentHashMap<>();
  private volatile Map<LiveStream.State, Integer> states = Map.of();
  private volatile int blocksAlive;
  private volatile long backlogBytes;
  private volatile long bytesOut;
  private volatile long blocksDropped;
  private volatile @Nullable KernelQueues kernel;

  /**
   * Measures from now on.
   *
   * @param counters what was given to {@code hub} as its listener
   * @param vitals of the node
   * @param clock monotonic nanoseconds
   */
  public MetricsRoutes(
      Hub hub, NodeMetrics counters, Vitals vitals, AccessRules access, LongSupplier clock) {
    this.hub = hub;
    this.counters = counters;
    this.vitals = vitals;
    this.registry = counters.registry();
    this.clock = clock;
    this.guard = new HttpGuard(access::isToken, access::trusted);
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    vitals.measure(registry);
    measureHub();
    kernel = vitals.kernel();
    if (kernel != null) {
      measureKernel();
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

  private void measureKernel() {
    Gauge.builder("sluice.kernel.tcp.bytes", this, of(KernelQueues::tcpBytes))
        .description("memory of the kernel's TCP queues, of all in this network namespace")
        .register(registry);
    FunctionCounter.builder(
            "sluice.kernel.listen.overflows", this, of(KernelQueues::listenOverflows))
        .description("connections that found a listener's queue full, in this namespace")
        .register(registry);
    FunctionCounter.builder("sluice.kernel.listen.drops", this, of(KernelQueues::listenDrops))
        .description("connections that the kernel turned away, in this namespace")
        .register(registry);
  }

  private static ToDoubleFunction<MetricsRoutes> of(ToDoubleFunction<KernelQueues> figure) {
    return routes -> {
      KernelQueues last = routes.kernel;
      return last == null ? Double.NaN : figure.applyAsDouble(last);
    };
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
      kernel = vitals.kernel();
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
    Map<String, Long> byProtocol = counters.bytesOfLeaversByProtocol();
    for (Map.Entry<StreamName, Survey.Row> entry : survey.streams().entrySet()) {
      Survey.Row row = entry.getValue();
      streams.computeIfAbsent(entry.getKey(), _ -> new StreamMeters(registry, row)).update(row);
      count.merge(row.report().state(), 1, Integer::sum);
      blocks += row.report().blocksAlive();
      backlog += row.backlogBytes();
      dropped += row.blocksDropped();
      out += row.bytesOut() - row.report().bytesOutOfLeavers();
      row.shares()
          .forEach((protocol, share) -> byProtocol.merge(protocol, share.bytesOut(), Long::sum));
    }
    states = count;
    blocksAlive = blocks;
    backlogBytes = backlog;
    // a viewer that leaves between the two looks is in neither: a counter never goes back
    blocksDropped = Math.max(blocksDropped, dropped);
    bytesOut = Math.max(bytesOut, out);
    counters.viewers().forEach(this::takeViewers);
    byProtocol.forEach(this::takeBytesOut);
  }

  private void takeViewers(String protocol, int now) {
    if (viewers.put(protocol, now) == null) {
      Gauge.builder("sluice.viewers", viewers, map -> map.getOrDefault(protocol, 0))
          .description("viewers at the moment, by protocol")
          .tag("protocol", protocol)
          .register(registry);
    }
  }

  private void takeBytesOut(String protocol, long bytes) {
    boolean known = bytesOutByProtocol.containsKey(protocol);
    bytesOutByProtocol.merge(protocol, bytes, Math::max); // as above: it never goes back
    if (!known) {
      FunctionCounter.builder(
              "sluice.protocol.out.bytes",
              bytesOutByProtocol,
              map -> map.getOrDefault(protocol, 0L))
          .description("bytes handed to viewers, by protocol")
          .tag("protocol", protocol)
          .register(registry);
    }
  }
}
