package dev.sluice.testkit.dash;

import dev.sluice.testkit.dash.MpdText.Segment;
import dev.sluice.testkit.dash.MpdText.Track;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Everything that one client was told. */
final class DashSession {
  /** The last description that was well-formed; null before the first. */
  @Nullable MpdText mpd;

  /** Every segment that was ever listed, by URI. */
  final Map<String, Listed> media = new LinkedHashMap<>();

  /** The same by representation and time. */
  final Map<String, TreeMap<Long, Listed>> byTrack = new LinkedHashMap<>();

  /** Every init segment that was ever named, by URI. */
  final Map<String, Track> inits = new LinkedHashMap<>();

  /** What was there, by URI. */
  final Map<String, SegmentFetch> fetches = new LinkedHashMap<>();

  /** By period: how far production is ahead of presentation. */
  final Map<String, List<Lead>> leads = new LinkedHashMap<>();

  /** Representations as they were first; later versions of a description are not remembered. */
  private final Map<String, Track> tracks = new LinkedHashMap<>();

  private final Map<String, Set<Stretch>> failovers = new LinkedHashMap<>();
  private final List<Stretch> holes = new ArrayList<>();

  /** From a time to a time. */
  private record Stretch(long from, long to) {}

  /**
   * A segment that was listed.
   *
   * @param uri of it
   * @param track as it was when its representation was listed first
   * @param segment of it, as it was listed last
   */
  record Listed(String uri, Track track, Segment segment) {}

  /**
   * A reference time.
   *
   * @param of where it stood
   * @param ns UTC of production less UTC of presentation
   */
  record Lead(String of, long ns) {}

  void take(MpdText text) {
    mpd = text;
    for (Track track : text.tracks()) {
      if (!track.hasTemplate()) {
        continue;
      }
      Track first = tracks.computeIfAbsent(track.key(), key -> track);
      inits.putIfAbsent(track.initUrl(), first);
      TreeMap<Long, Listed> segments = byTrack.computeIfAbsent(track.key(), key -> new TreeMap<>());
      for (Segment segment : track.segments) {
        // the last version counts: the one before may have been told while the segment was made
        var listed = new Listed(track.mediaUrl(segment), first, segment);
        media.put(listed.uri, listed);
        segments.put(segment.time(), listed);
      }
      Element failover = track.templateChild("FailoverContent");
      for (Element stretch : failover == null ? List.<Element>of() : failover.all("FCS")) {
        long from = stretch.number("t", 0);
        failovers
            .computeIfAbsent(track.key(), key -> new HashSet<>())
            .add(new Stretch(from, from + stretch.number("d", Long.MAX_VALUE - from)));
      }
      for (Element time : Producer.of(track)) {
        long produced = time.date("wallClockTime");
        long presented = time.number("presentationTime");
        if (produced != Element.NONE && presented != Element.NONE) {
          lead(track, text.load.where(), Producer.leadNs(text, track, produced, presented));
        }
      }
    }
  }

  void take(SegmentFetch fetch) {
    fetches.putIfAbsent(fetch.uri(), fetch);
    Listed listed = media.get(fetch.uri());
    SegmentFetch.Media held = fetch.media();
    if (listed != null && held != null && held.producedUtcNs() >= 0) {
      Track track = listed.track;
      lead(
          track,
          fetch.uri(),
          Producer.leadNs(track.period.mpd, track, held.producedUtcNs(), listed.segment.time()));
    }
  }

  private void lead(Track track, String of, long ns) {
    List<Lead> known = leads.computeIfAbsent(track.period.id, period -> new ArrayList<>());
    if (known.stream().noneMatch(lead -> lead.ns == ns)) {
      known.add(new Lead(of, ns));
    }
  }

  /** A stretch of presentation time for which there was nothing. */
  void hole(long fromNs, long toNs) {
    holes.add(new Stretch(fromNs, toNs));
  }

  /** Whether a representation says that it has nothing between two ticks of its media. */
  boolean isFailover(String track, long from, long to) {
    return failovers.getOrDefault(track, Set.of()).stream()
        .anyMatch(stretch -> stretch.from <= from && to <= stretch.to);
  }

  /** A segment's edges are those of frames, a hole's those of silence: half a second is allowed. */
  boolean isHole(long fromNs, long toNs) {
    long tolerance = 500_000_000L;
    return holes.stream()
        .anyMatch(hole -> hole.from - tolerance <= fromNs && toNs <= hole.to + tolerance);
  }

  boolean isLookedInto(String uri) {
    SegmentFetch fetch = fetches.get(uri);
    return fetch != null && fetch.media() != null;
  }

  /** Calls {@code each} for every listed segment that was fetched and looked into. */
  void withMedia(BiConsumer<Listed, SegmentFetch.Media> each) {
    media.forEach((uri, listed) -> {
      SegmentFetch fetch = fetches.get(uri);
      SegmentFetch.Media held = fetch == null ? null : fetch.media();
      if (held != null) {
        each.accept(listed, held);
      }
    });
  }
}
