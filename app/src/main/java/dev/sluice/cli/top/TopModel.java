package dev.sluice.cli.top;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is shown: the last snapshot, and how things went since the one before.
 *
 * @param server where that is
 * @param cpuPercent of one processor; not a number while that is not known
 * @param inBps bits per second that come in, of all streams
 * @param outBps bits per second to viewers, of all streams; not a number while that is not known
 */
record TopModel(
    String server,
    NodeFigures node,
    List<Row> rows,
    Snapshot.@Nullable Audience audience,
    double cpuPercent,
    double inBps,
    double outBps) {
  /**
   * A stream.
   *
   * @param fps pictures a second; not a number while that is not known
   * @param outBps bits per second to its viewers; as that
   */
  record Row(StreamFigures stream, double fps, double outBps) {}

  TopModel {
    rows = List.copyOf(rows);
  }

  /** Of {@code now}, with the rates since {@code before}; null for no rates. */
  static TopModel of(String server, @Nullable Snapshot before, Snapshot now) {
    var roster = new Roster();
    if (before != null) {
      roster.all(before);
    }
    roster.all(now);
    return roster.model(server);
  }

  /** How many viewers there are, of all streams. */
  long viewers() {
    return rows.stream().mapToLong(row -> row.stream().viewers()).sum();
  }

  /** How many streams are in {@code state}. */
  long streams(String state) {
    return rows.stream().filter(row -> row.stream().state().equals(state)).count();
  }

  /** As {@code sluice top --json} prints it; what is not known is null. */
  JsonObject json() {
    var loops = new JsonArray();
    for (NodeFigures.LoopFigures loop : node.loops()) {
      loops.add(
          new JsonObject()
              .put("index", loop.index())
              .put("lagMs", known(loop.lagMs()))
              .put("queuedTasks", loop.queuedTasks()));
    }
    var streams = new JsonArray();
    rows.forEach(row -> streams.add(json(row)));
    return new JsonObject()
        .put("server", server)
        .put("version", node.version())
        .put("startedMs", node.startedMs())
        .put("upMs", node.upMs())
        .put("cpuPercent", known(cpuPercent))
        .put("processors", node.processors())
        .put("heapBytes", node.heapBytes())
        .put("heapMaxBytes", node.heapMaxBytes())
        .put("mediaBytes", node.mediaBytes())
        .put("mediaLimitBytes", node.mediaLimitBytes())
        .put("mediaAccounts", new JsonObject(new HashMap<>(node.mediaAccounts())))
        .put("kernelTcpBytes", known(node.tcpBytes()))
        .put("kernelListenOverflows", known(node.listenOverflows()))
        .put("loops", loops)
        .put("connections", node.connections())
        .put("inBps", known(inBps))
        .put("outBps", known(outBps))
        .put("viewers", viewers())
        .put("viewersByProtocol", new JsonObject(new HashMap<>(node.viewers())))
        .put("streams", streams);
  }

  private static JsonObject json(Row row) {
    StreamFigures stream = row.stream();
    return new JsonObject()
        .put("name", stream.name())
        .put("state", stream.state())
        .put("protocol", stream.protocol())
        .put("address", stream.address())
        .put("codecs", stream.codecs())
        .put("size", stream.size())
        .put("fps", known(row.fps()))
        .put("inBps", stream.bitrateBps())
        .put("viewers", stream.viewers())
        .put("viewersByProtocol", new JsonObject(new HashMap<>(stream.viewersByProtocol())))
        .put("outBps", known(row.outBps()))
        .put("bytesIn", stream.bytesIn())
        .put("bytesOut", stream.bytesOut())
        .put("ageMs", stream.sinceMs())
        .put("skips", stream.skips());
  }

  private static @Nullable Double known(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
