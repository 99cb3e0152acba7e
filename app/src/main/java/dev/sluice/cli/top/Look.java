package dev.sluice.cli.top;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server said of some of its streams and viewers, who were asked for by name.
 *
 * @param atNs when the streams were told, by this host's monotonic clock
 * @param asked names of the streams; those that are not in {@code streams} are gone
 * @param audience who watches the stream whose whole audience was asked for; null when none was
 * @param askedViewers sessions of viewers who were asked for by themselves; as {@code asked}
 */
record Look(
    long atNs,
    NodeFigures node,
    List<String> asked,
    List<StreamFigures> streams,
    Snapshot.@Nullable Audience audience,
    List<String> askedViewers,
    List<ViewerFigures> viewers) {
  Look {
    asked = List.copyOf(asked);
    streams = List.copyOf(streams);
    askedViewers = List.copyOf(askedViewers);
    viewers = List.copyOf(viewers);
  }

  /** Streams alone. */
  static Look of(long atNs, NodeFigures node, List<String> asked, List<StreamFigures> streams) {
    return new Look(atNs, node, asked, streams, null, List.of(), List.of());
  }

  /** The same with the whole audience of a stream. */
  Look with(Snapshot.Audience all) {
    return new Look(atNs, node, asked, streams, all, List.of(), List.of());
  }

  /** The same with some viewers, who were asked for by their sessions. */
  Look with(List<String> sessions, List<ViewerFigures> told) {
    return new Look(atNs, node, asked, streams, null, sessions, told);
  }
}
