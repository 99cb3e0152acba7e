package dev.sluice.node.metrics;

import dev.sluice.hub.Client;
import dev.sluice.hub.Configuration;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.source.Level;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SwitchEffect.Cause;
import dev.sluice.media.StreamName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens in the hub, and passes it on to the next listener. Any loop. */
public final class NodeMetrics implements HubListener {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HubListener next;
  private final Counter streamsOpened;
  private final Counter streamsClosed;
  private final Counter sources;
  private final Counter repairs;
  private final Counter segmentsReplaced;
  private final Counter faults;
  private final Map<Reason, Counter> sourcesRefused;
  private final Map<Reason, Counter> sourcesLost;
  private final Map<Reason, Counter> viewersRefused;
  private final Map<Reason, Counter> viewersLeft;
  private final Map<Reason, Counter> connectionsRefused;
  private final Map<Reason, Counter> connectionsClosed;
  private final Map<String, Counter> viewersJoined = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> viewers = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> bytesOfLeavers = new ConcurrentHashMap<>();
  private final LongAdder blocksDroppedOfLeavers = new LongAdder();

  /** Counts what {@code next} hears, too. */
  public NodeMetrics(HubListener next) {
    this.next = next;
    streamsOpened = registry.counter("sluice.streams.opened");
    streamsClosed = registry.counter("sluice.streams.closed");
    sources = registry.counter("sluice.sources.accepted");
    repairs = registry.counter("sluice.timeline.repairs");
    segmentsReplaced = registry.counter("sluice.segments.replaced");
    faults = registry.counter("sluice.faults");
    sourcesRefused = byReason("sluice.sources.refused");
    sourcesLost = byReason("sluice.sources.lost");
    viewersRefused = byReason("sluice.viewers.refused");
    viewersLeft = byReason("sluice.viewers.left");
    connectionsRefused = byReason("sluice.connections.refused");
    connectionsClosed = byReason("sluice.connections.closed");
  }

  private Map<Reason, Counter> byReason(String name) {
    Map<Reason, Counter> counters = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      counters.put(reason, registry.counter(name, "reason", reason.label()));
    }
    return counters;
  }

  private static void count(Map<Reason, Counter> counters, Reason reason) {
    Counter counter = counters.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  /** Where everything is counted. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /** Viewers at the moment, by protocol. */
  Map<String, Integer> viewers() {
    Map<String, Integer> now = new TreeMap<>();
    viewers.forEach((protocol, count) -> now.put(protocol, count.get()));
    return now;
  }

  /** Bytes that viewers were handed who have left. */
  long bytesOfLeavers() {
    return bytesOfLeavers.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** As {@link #bytesOfLeavers}, by protocol; the caller's own. */
  Map<String, Long> bytesOfLeaversByProtocol() {
    Map<String, Long> bytes = new TreeMap<>();
    bytesOfLeavers.forEach((protocol, sum) -> bytes.put(protocol, sum.sum()));
    return bytes;
  }

  /** Blocks that viewers have skipped who have left. */
  long blocksDroppedOfLeavers() {
    return blocksDroppedOfLeavers.sum();
  }

  @Override
  public void streamOpened(StreamName name) {
    streamsOpened.increment();
    next.streamOpened(name);
  }

  @Override
  public void streamClosed(StreamName name, Reason reason) {
    streamsClosed.increment();
    next.streamClosed(name, reason);
  }

  @Override
  public void sourceAccepted(StreamName name, Client source, boolean resumed) {
    sources.increment();
    next.sourceAccepted(name, source, resumed);
  }

  @Override
  public void sourceRefused(StreamName name, Client source, Reason reason) {
    count(sourcesRefused, reason);
    next.sourceRefused(name, source, reason);
  }

  @Override
  public void sourceLost(StreamName name, Client source, Reason reason, long graceNs) {
    count(sourcesLost, reason);
    next.sourceLost(name, source, reason, graceNs);
  }

  @Override
  public void notKept(StreamName name, Reason reason) {
    next.notKept(name, reason);
  }

  @Override
  public void sourceSwitched(StreamName name, SourceSpec to, Cause cause) {
    String label = cause.name().toLowerCase(Locale.ROOT);
    registry.counter("sluice.sources.switched", "cause", label).increment();
    next.sourceSwitched(name, to, cause);
  }

  @Override
  public void sourceJudged(StreamName name, SourceSpec source, Level before, Level after) {
    next.sourceJudged(name, source, before, after);
  }

  @Override
  public void configured(StreamName name, Configuration configuration) {
    next.configured(name, configuration);
  }

  @Override
  public void repaired(StreamName name, String what) {
    repairs.increment();
    next.repaired(name, what);
  }

  @Override
  public void segmentReplaced(StreamName name, String what) {
    segmentsReplaced.increment();
    next.segmentReplaced(name, what);
  }

  @Override
  public void segmentWhole(StreamName name, long number, String path, long durationNs) {
    next.segmentWhole(name, number, path, durationNs);
  }

  @Override
  public void tracksDiffer(StreamName name, String what) {
    next.tracksDiffer(name, what);
  }

  @Override
  public void leftOut(StreamName name, String form, String what) {
    next.leftOut(name, form, what);
  }

  @Override
  public void viewerJoined(StreamName name, Client viewer, String form) {
    viewersOf(viewer).incrementAndGet();
    viewersJoined
        .computeIfAbsent(
            viewer.protocol(),
            protocol -> registry.counter("sluice.viewers.joined", "protocol", protocol))
        .increment();
    next.viewerJoined(name, viewer, form);
  }

  @Override
  public void viewerRefused(StreamName name, Client viewer, Reason reason) {
    count(viewersRefused, reason);
    next.viewerRefused(name, viewer, reason);
  }

  @Override
  public void viewerLeft(StreamName name, Viewer.Report viewer, Reason reason) {
    viewersOf(viewer.client()).decrementAndGet();
    count(viewersLeft, reason);
    bytesOfLeavers
        .computeIfAbsent(viewer.client().protocol(), _ -> new LongAdder())
        .add(viewer.bytesSent());
    blocksDroppedOfLeavers.add(viewer.blocksDropped());
    next.viewerLeft(name, viewer, reason);
  }

  @Override
  public void failed(StreamName name, Throwable fault) {
    faults.increment();
    next.failed(name, fault);
  }

  @Override
  public void connected(Client connection, String place) {
    next.connected(connection, place);
  }

  @Override
  public void disconnected(Client connection, String place, long bytesIn, long bytesOut) {
    next.disconnected(connection, place, bytesIn, bytesOut);
  }

  @Override
  public void connectionRefused(String protocol, String address, int port, Reason reason) {
    count(connectionsRefused, reason);
    next.connectionRefused(protocol, address, port, reason);
  }

  @Override
  public void connectionClosed(Client connection, Reason reason, String why) {
    count(connectionsClosed, reason);
    next.connectionClosed(connection, reason, why);
  }

  @Override
  public void connectionFailed(Client connection, Throwable fault) {
    faults.increment();
    next.connectionFailed(connection, fault);
  }

  private AtomicInteger viewersOf(Client viewer) {
    return viewers.computeIfAbsent(viewer.protocol(), _ -> new AtomicInteger());
  }
}
