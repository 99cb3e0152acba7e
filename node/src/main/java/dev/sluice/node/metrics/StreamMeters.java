package dev.sluice.node.metrics;

import dev.sluice.hub.LiveStream;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The meters of one stream, which read its last survey. */
final class StreamMeters {
  private static final double MS = 1_000;

  private final MeterRegistry registry;
  private final String stream;
  private final List<Meter> meters = new ArrayList<>();
  private final Set<String> protocols = new HashSet<>();
  private volatile Survey.Row row;

  StreamMeters(MeterRegistry registry, Survey.Row first) {
    this.registry = registry;
    this.stream = first.report().name().toString();
    this.row = first;
    gauge("live", "1 while somebody publishes", r -> isLive(r.report()) ? 1 : 0);
    gauge("viewers", "viewers at the moment", r -> r.report().viewerCount());
    gauge("in.bps", "bits per second that come in", r -> r.report().bitrateBps());
    gauge("gop.seconds", "between the last two key frames", StreamMeters::gopSeconds);
    gauge("gop.cache.bytes", "bytes of the GOP cache", r -> r.report().gopCacheBytes());
    gauge("blocks.alive", "blocks that somebody may still need", r -> r.report().blocksAlive());
    gauge("backlog.bytes", "bytes that viewers have not taken", Survey.Row::backlogBytes);
    gauge("blocks.dropped", "skipped by viewers that are there", Survey.Row::blocksDropped);
    counter("in.bytes", "bytes that came in", r -> r.report().bytesIn());
    counter("out.bytes", "bytes handed to viewers", Survey.Row::bytesOut);
    counter("frames.video", "pictures that came in", r -> r.report().videoFrames());
    counter("frames.audio", "audio frames that came in", r -> r.report().audioFrames());
    counter("units.dropped", "units that could not be used", r -> r.report().unitsDropped());
    counter("repairs", "repairs of the timeline", r -> r.report().repairs());
    counter("sources", "sources so far", r -> r.report().sourcesAccepted());
    measureProtocols(first);
  }

  private static boolean isLive(LiveStream.Report report) {
    return report.state() == LiveStream.State.LIVE;
  }

  private static double gopSeconds(Survey.Row row) {
    return row.report().keyFrameIntervalMs() / MS;
  }

  private void gauge(String name, String what, ToDoubleFunction<Survey.Row> value) {
    meters.add(
        Gauge.builder("sluice.stream." + name, this, meters -> value.applyAsDouble(meters.row))
            .description(what)
            .tag("stream", stream)
            .register(registry));
  }

  private void counter(String name, String what, ToDoubleFunction<Survey.Row> value) {
    meters.add(
        FunctionCounter.builder(
                "sluice.stream." + name, this, meters -> value.applyAsDouble(meters.row))
            .description(what)
            .tag("stream", stream)
            .register(registry));
  }

  void update(Survey.Row next) {
    row = next;
    measureProtocols(next);
  }

  /** Who has had viewers by a protocol has a figure for it until he goes: it goes back to 0. */
  private void measureProtocols(Survey.Row now) {
    for (String protocol : now.shares().keySet()) {
      if (protocols.add(protocol)) {
        meters.add(
            Gauge.builder("sluice.stream.protocol.viewers", this, m -> m.viewers(protocol))
                .description("viewers at the moment, by protocol")
                .tag("stream", stream)
                .tag("protocol", protocol)
                .register(registry));
      }
    }
  }

  private int viewers(String protocol) {
    Survey.Share share = row.shares().get(protocol);
    return share == null ? 0 : share.viewers();
  }

  void remove() {
    meters.forEach(registry::remove);
  }
}
