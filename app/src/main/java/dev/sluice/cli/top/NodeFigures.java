package dev.sluice.cli.top;

import dev.sluice.cli.remote.Fields;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node as {@code GET /sluice/v1/node} tells it.
 *
 * @param cpuMs processor time so far; not a number where that is not known
 * @param mediaAccounts bytes, by account
 * @param tcpBytes what the kernel holds of TCP; not a number where it does not tell
 * @param listenOverflows connections that found a full queue, so far; as that
 * @param viewers by protocol
 */
record NodeFigures(
    String version,
    long startedMs,
    long nowMs,
    long upMs,
    double cpuMs,
    long processors,
    long heapBytes,
    long heapMaxBytes,
    long mediaBytes,
    long mediaLimitBytes,
    Map<String, Long> mediaAccounts,
    double tcpBytes,
    double listenOverflows,
    List<LoopFigures> loops,
    long connections,
    Map<String, Long> viewers) {

  /** An event loop: how late it came, the most in the last 10 to 20 s, and what waits for it. */
  record LoopFigures(long index, double lagMs, long queuedTasks) {}

  NodeFigures {
    mediaAccounts = new TreeMap<>(mediaAccounts);
    loops = List.copyOf(loops);
    viewers = new TreeMap<>(viewers);
  }

  /** The same with as many viewers. */
  NodeFigures watched(Map<String, Long> byProtocol) {
    return new NodeFigures(
        version,
        startedMs,
        nowMs,
        upMs,
        cpuMs,
        processors,
        heapBytes,
        heapMaxBytes,
        mediaBytes,
        mediaLimitBytes,
        mediaAccounts,
        tcpBytes,
        listenOverflows,
        loops,
        connections,
        byProtocol);
  }

  static NodeFigures of(JsonObject node) {
    JsonObject heap = Fields.object(node, "heap");
    JsonObject media = Fields.object(node, "media");
    JsonObject kernel = Fields.object(node, "kernel");
    return new NodeFigures(
        Fields.text(node, "version"),
        Fields.whole(node, "startedMs"),
        Fields.whole(node, "nowMs"),
        Fields.whole(node, "upMs"),
        Fields.number(node, "cpuMs"),
        Fields.whole(node, "processors"),
        Fields.whole(heap, "usedBytes"),
        Fields.whole(heap, "maxBytes"),
        Fields.whole(media, "usedBytes"),
        Fields.whole(media, "limitBytes"),
        Fields.numbers(media, "accounts"),
        Fields.number(kernel, "tcpBytes"),
        Fields.number(kernel, "listenOverflows"),
        Fields.objects(node, "loops").stream()
            .map(loop ->
                new LoopFigures(
                    Fields.whole(loop, "index"),
                    Fields.number(loop, "lagMs"),
                    Fields.whole(loop, "queuedTasks")))
            .toList(),
        Fields.whole(node, "connections"),
        Fields.numbers(node, "viewersByProtocol"));
  }
}
