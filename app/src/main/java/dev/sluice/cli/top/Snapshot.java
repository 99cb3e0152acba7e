package dev.sluice.cli.top;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server said at one moment.
 *
 * @param atNs when its streams were told, by this host's monotonic clock
 * @param audience who watches the stream that was asked about; null when none was
 */
record Snapshot(
    long atNs, NodeFigures node, List<StreamFigures> streams, @Nullable Audience audience) {

  /**
   * Viewers of one stream.
   *
   * @param viewers the first of them
   * @param total how many there are
   */
  record Audience(String stream, List<ViewerFigures> viewers, long total) {
    Audience {
      viewers = List.copyOf(viewers);
    }
  }

  Snapshot {
    streams = List.copyOf(streams);
  }
}
