package dev.sluice.node.face;

import dev.sluice.media.StreamName;
import dev.sluice.node.api.LiveReports.StreamWithViewers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bytes of all streams, those that have ended included, as far as they were seen: what passed
 * between the last look and a stream's end is not in it. Any thread.
 */
public final class StreamTotals {
  private Map<StreamName, Bytes> seen = new HashMap<>(); // guarded by this
  private Bytes gone = new Bytes(0, 0); // guarded by this

  /** Bytes of all streams, and when they were counted. */
  public record Totals(long ms, long in, long out) {}

  private record Bytes(long in, long out) {
    Bytes plus(Bytes other) {
      return new Bytes(in + other.in, out + other.out);
    }
  }

  /**
   * Looks at the streams.
   *
   * @param nowMs UTC
   */
  public synchronized Totals of(List<StreamWithViewers> streams, long nowMs) {
    Map<StreamName, Bytes> before = seen;
    seen = new HashMap<>();
    Bytes sum = new Bytes(0, 0);
    for (StreamWithViewers each : streams) {
      var now = new Bytes(each.stream().bytesIn(), each.bytesOut());
      Bytes last = before.remove(each.stream().name());
      if (last != null && now.in < last.in) {
        gone = gone.plus(last); // another stream of that name
      }
      seen.put(each.stream().name(), now);
      sum = sum.plus(now);
    }
    for (Bytes last : before.values()) {
      gone = gone.plus(last);
    }
    Bytes all = sum.plus(gone);
    return new Totals(nowMs, all.in, all.out);
  }
}
