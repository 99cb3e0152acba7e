package dev.sluice.node;

import dev.sluice.hub.LiveStream;
import dev.sluice.media.StreamName;
import dev.sluice.node.api.LiveReports;
import dev.sluice.node.api.LiveReports.StreamWithViewers;
import dev.sluice.node.log.EventLog;
import java.util.HashMap;
import java.util.Map;

/** A line for each stream, every so often. One thread. */
final class Summary {
  /** How often. */
  static final long PERIOD_MS = 10_000;

  private final LiveReports reports;
  private Map<StreamName, Long> bytesOutBefore = new HashMap<>();

  Summary(LiveReports reports) {
    this.reports = reports;
  }

  /** Writes the lines; rates are over the time since the call before. */
  void write() {
    Map<StreamName, Long> bytesOutNow = new HashMap<>();
    for (StreamWithViewers each : reports.all()) {
      LiveStream.Report stream = each.stream();
      long bytesOut = each.bytesOut();
      bytesOutNow.put(stream.name(), bytesOut);
      long sent = bytesOut - bytesOutBefore.getOrDefault(stream.name(), 0L);
      EventLog.info(
          "summary",
          "stream",
          stream.name(),
          "state",
          stream.state(),
          "viewers",
          stream.viewerCount(),
          "inKbps",
          stream.bitrateBps() / 1_000,
          "outKbps",
          Math.max(0, sent) * 8 / PERIOD_MS,
          "video",
          stream.videoFrames(),
          "audio",
          stream.audioFrames(),
          "gopMs",
          stream.keyFrameIntervalMs(),
          "dropped",
          each.blocksDropped(),
          "repairs",
          stream.repairs());
    }
    bytesOutBefore = bytesOutNow;
  }
}
