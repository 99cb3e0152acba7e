package dev.sluice.cli.top;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a server, from whole snapshots, looks at a part of it, and what it says has
 * happened: an engine. Each stream's rates are those between the last two times that it was told.
 *
 * <p>An event that is older than what was told changes nothing, since that has it already.
 */
final class Roster {
  /** Streams or viewers of one look. */
  static final int MOST_NAMED = 100;

  private static final double NS = 1e9;
  private static final int BITS = 8;

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> due = new LinkedHashSet<>();
  private @Nullable NodeFigures node;
  private Snapshot.@Nullable Audience audience;
  private double cpuPercent = Double.NaN;
  private boolean rated;
  private boolean wholeDue;
  private boolean audienceDue;

  /**
   * A stream.
   *
   * @param atNs when it was told; 0 when it was not yet
   * @param asOfMs events up to then are in it, by the server's clock
   */
  private record Entry(TopModel.Row row, long atNs, long asOfMs) {
    Entry saying(StreamFigures changed) {
      return new Entry(new TopModel.Row(changed, row.fps(), row.outBps()), atNs, asOfMs);
    }
  }

  // ---- what is told

  /** All of it. */
  void all(Snapshot told) {
    Map<String, Entry> before = new HashMap<>(entries);
    boolean same = begin(told.node());
    entries.clear();
    for (StreamFigures stream : told.streams()) {
      Entry was = same ? before.get(stream.name()) : null;
      entries.put(stream.name(), entry(was, stream, told.atNs(), told.node().nowMs()));
    }
    rated |= same;
    audience = told.audience();
    due.clear();
    wholeDue = false;
    audienceDue = false;
  }

  /** Some of it. */
  void some(Look told) {
    boolean same = begin(told.node());
    if (!same) {
      wholeDue = true; // another run of the server
    }
    Set<String> gone = new LinkedHashSet<>(told.asked());
    for (StreamFigures stream : told.streams()) {
      gone.remove(stream.name());
      Entry was = same ? entries.get(stream.name()) : null;
      entries.put(stream.name(), entry(was, stream, told.atNs(), told.node().nowMs()));
    }
    entries.keySet().removeAll(gone);
    told.asked().forEach(due::remove);
    rated |= same;
    if (told.audience() != null) {
      audience = told.audience();
      audienceDue = false;
    } else if (audience != null) {
      audience = merged(audience, told);
    }
  }

  private static Snapshot.Audience merged(Snapshot.Audience known, Look told) {
    Map<String, ViewerFigures> now = new HashMap<>();
    told.viewers().forEach(viewer -> now.put(viewer.id(), viewer));
    Set<String> asked = Set.copyOf(told.askedViewers());
    List<ViewerFigures> viewers = new ArrayList<>();
    for (ViewerFigures viewer : known.viewers()) {
      ViewerFigures there = now.getOrDefault(viewer.id(), viewer);
      if (now.containsKey(viewer.id()) || !asked.contains(viewer.id())) {
        viewers.add(there);
      }
    }
    int gone = known.viewers().size() - viewers.size();
    return new Snapshot.Audience(known.stream(), viewers, known.total() - gone);
  }

  /** Takes over what is said of the node; whether it is the same run of the server. */
  private boolean begin(NodeFigures now) {
    NodeFigures was = node;
    node = now;
    if (was == null || was.startedMs() != now.startedMs()) {
      cpuPercent = Double.NaN;
      rated = false;
      return false;
    }
    double tookMs = now.upMs() - was.upMs();
    cpuPercent = tookMs <= 0 ? Double.NaN : (now.cpuMs() - was.cpuMs()) / tookMs * 100;
    return true;
  }

  private static Entry entry(@Nullable Entry was, StreamFigures now, long atNs, long asOfMs) {
    double fps = Double.NaN;
    double outBps = Double.NaN;
    if (was != null && atNs > was.atNs) {
      StreamFigures before = was.row.stream();
      if (before.incarnationMs() == now.incarnationMs()) {
        double seconds = (atNs - was.atNs) / NS;
        fps = rate(before.videoFrames(), now.videoFrames(), seconds);
        outBps = rate(before.bytesOut(), now.bytesOut(), seconds) * BITS;
      }
    }
    return new Entry(new TopModel.Row(now, fps, outBps), atNs, asOfMs);
  }

  private static double rate(long before, long now, double seconds) {
    return now < before ? Double.NaN : (now - before) / seconds;
  }

  // ---- what happens

  /** Takes an event over; whether anything is to be asked for it soon. */
  boolean happened(Happening event) {
    String name = event.stream();
    Entry entry = entries.get(name);
    boolean isNews = entry == null || event.atMs() > entry.asOfMs;
    if (!isNews) {
      return false;
    }
    switch (event.kind()) {
      case STREAM_BEGAN, PUBLISH, UNPUBLISH, SOURCE_SWITCHED, CONFIGURED -> {
        if (name.isEmpty()) {
          return false;
        }
        if (entry == null) {
          entries.put(name, new Entry(unknown(name), 0, 0));
        }
        due.add(name);
        return true;
      }
      case STREAM_ENDED -> {
        entries.remove(name);
        due.remove(name);
      }
      case PLAY -> viewers(name, entry, event.protocol(), 1);
      case STOP -> viewers(name, entry, event.protocol(), -1);
      case GAP -> {
        wholeDue = true;
        return true;
      }
      case OTHER -> {}
    }
    return false;
  }

  private static TopModel.Row unknown(String name) {
    var stream =
        new StreamFigures(name, "waiting", 0, "", "", 0, "", "", 0, 0, 0, 0, 0, Map.of(), 0);
    return new TopModel.Row(stream, Double.NaN, Double.NaN);
  }

  private void viewers(String name, @Nullable Entry entry, String protocol, int more) {
    if (audience != null && audience.stream().equals(name)) {
      audienceDue = true;
    }
    NodeFigures known = node;
    if (entry == null || known == null) {
      return;
    }
    StreamFigures stream = entry.row.stream();
    entries.put(
        name,
        entry.saying(
            stream.watched(
                Math.max(0, stream.viewers() + more),
                counted(stream.viewersByProtocol(), protocol, more))));
    node = known.watched(counted(known.viewers(), protocol, more));
  }

  private static Map<String, Long> counted(Map<String, Long> counts, String key, int more) {
    Map<String, Long> changed = new TreeMap<>(counts);
    changed.merge(key, (long) Math.max(0, more), (count, _) -> Math.max(0, count + more));
    return changed;
  }

  // ---- what is to be asked

  /** Whether something has to be asked for soon. */
  boolean isDue() {
    return wholeDue || !due.isEmpty();
  }

  /** Whether all of it has to be asked for, since something is missing or too much has changed. */
  boolean isWholeDue() {
    return wholeDue || due.size() > MOST_NAMED;
  }

  /** Whether the audience that is known has changed. */
  boolean isAudienceDue() {
    return audienceDue;
  }

  /** Streams that have to be asked for, and those of {@code visible}, as many as one look has. */
  List<String> wanted(List<String> visible) {
    Set<String> wanted = new LinkedHashSet<>(due);
    wanted.addAll(visible);
    return wanted.stream().limit(MOST_NAMED).toList();
  }

  // ---- what is shown

  /** All that is known. */
  TopModel model(String server) {
    List<TopModel.Row> rows = entries.values().stream().map(Entry::row).toList();
    double inBps = 0;
    double outBps = rated ? 0 : Double.NaN;
    for (TopModel.Row row : rows) {
      inBps += row.stream().bitrateBps();
      outBps += Double.isNaN(row.outBps()) ? 0 : row.outBps();
    }
    NodeFigures known = Objects.requireNonNull(node, "nothing is known yet");
    return new TopModel(server, known, rows, audience, cpuPercent, inBps, outBps);
  }
}
