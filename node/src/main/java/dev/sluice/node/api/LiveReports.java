package dev.sluice.node.api;

import dev.sluice.hub.Hub;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Viewer;
import dev.sluice.media.StreamName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Asks the loops what their streams and viewers are like: a task for each stream and for each loop
 * that has viewers. Control plane only.
 */
public final class LiveReports {
  private final Hub hub;

  /** Reports of the streams of {@code hub}. */
  public LiveReports(Hub hub) {
    this.hub = hub;
  }

  /**
   * A stream and all its viewers.
   *
   * @param stream the stream
   * @param viewers its viewers, those that answered
   */
  public record StreamWithViewers(LiveStream.Report stream, List<Viewer.Report> viewers) {
    /** Bytes handed to viewers since the stream began, those included that have left. */
    public long bytesOut() {
      long bytes = stream.bytesOutOfLeavers();
      for (Viewer.Report viewer : viewers) {
        bytes += viewer.bytesSent();
      }
      return bytes;
    }

    /** Blocks that present viewers have skipped. */
    public long blocksDropped() {
      long blocks = 0;
      for (Viewer.Report viewer : viewers) {
        blocks += viewer.blocksDropped();
      }
      return blocks;
    }
  }

  /** All streams without their viewers' figures, by name. */
  public List<LiveStream.Report> streams() {
    List<LiveStream.Report> streams =
        Ask.each(new ArrayList<>(hub.streams()), stream -> Ask.on(stream.loop(), stream::report));
    streams.sort(Comparator.comparing(stream -> stream.name().toString()));
    return streams;
  }

  /** All streams, by name. */
  public List<StreamWithViewers> all() {
    return of(hub.streams());
  }

  /** The streams of these names, those that there are. */
  public List<StreamWithViewers> of(Set<StreamName> names) {
    return of(names.stream().map(hub::stream).filter(Objects::nonNull).toList());
  }

  private static List<StreamWithViewers> of(Collection<LiveStream> wanted) {
    List<LiveStream.Report> streams =
        Ask.each(new ArrayList<>(wanted), stream -> Ask.on(stream.loop(), stream::report));
    List<StreamWithViewers> all = new ArrayList<>();
    for (LiveStream.Report stream : streams) {
      all.add(new StreamWithViewers(stream, viewers(stream.viewers())));
    }
    return all;
  }

  private static List<Viewer.Report> viewers(List<Viewer> viewers) {
    Map<Loop, List<Viewer>> byLoop = new HashMap<>();
    for (Viewer viewer : viewers) {
      byLoop.computeIfAbsent(viewer.loop(), _ -> new ArrayList<>()).add(viewer);
    }
    List<List<Viewer.Report>> answers =
        Ask.each(
            List.copyOf(byLoop.entrySet()),
            entry ->
                Ask.on(
                    entry.getKey(), () -> entry.getValue().stream().map(Viewer::report).toList()));
    return answers.stream().flatMap(List::stream).toList();
  }
}
