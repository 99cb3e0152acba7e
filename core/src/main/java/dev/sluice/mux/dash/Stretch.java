package dev.sluice.mux.dash;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.dash.Cuts.Entry;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.SegmentNames;
import dev.sluice.mux.packager.SegmentWindow.Interval;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.wire.dash.AdaptationSet;
import dev.sluice.wire.dash.Availability;
import dev.sluice.wire.dash.Descriptor;
import dev.sluice.wire.dash.MediaAttributes;
import dev.sluice.wire.dash.Mpd;
import dev.sluice.wire.dash.Period;
import dev.sluice.wire.dash.ProducerReferenceTime;
import dev.sluice.wire.dash.Representation;
import dev.sluice.wire.dash.SegmentTemplate;
import dev.sluice.wire.dash.SegmentTimeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stretch of a stream in which the same encodings deliver: a period. */
final class Stretch {
  /** Id of the moments of production, of which each adaptation set tells one. */
  static final long REFERENCE_ID = 0;

  /** Type of access points in open GOPs, which HEVC may have; 1 is of closed ones. */
  private static final int OPEN_GOP = 3;

  private static final long NEVER = Long.MAX_VALUE;

  /** Number of its first segment. */
  private final long first;

  /** Where its first segment begins. */
  private final long start90k;

  /** Where the period begins: there, or at the epoch. */
  private final long periodStart90k;

  private final String id;

  /** What the stream had, and what of it may be told of. */
  private final List<Track> carried;

  private final List<Track> tracks;

  /** What was told before it. */
  private final List<Encoding> before;

  /** What it tells of, for good; empty as long as not enough is known. */
  private List<Encoding> encodings = List.of();

  private Stretch(
      Interval interval,
      String id,
      long periodStart90k,
      List<Track> tracks,
      List<Encoding> before) {
    this.first = interval.cut().number();
    this.start90k = interval.cut().start90k();
    this.periodStart90k = periodStart90k;
    this.id = id;
    this.carried = interval.tracks();
    this.tracks = tracks;
    this.before = before;
  }

  /** The first that is known. */
  static Stretch first(Interval interval) {
    return new Stretch(interval, id(interval.cut()), 0, interval.tracks(), List.of());
  }

  private Stretch next(Interval interval, String nextId, List<Track> nextTracks) {
    List<Encoding> known = encodings.isEmpty() ? before : encodings;
    return new Stretch(interval, nextId, interval.cut().start90k(), nextTracks, known);
  }

  private static String id(Cut cut) {
    return Long.toString(cut.discontinuitySequence());
  }

  /**
   * The stretch that a segment behind this one belongs to: this one, or one that begins with it.
   *
   * @param interval no hole
   */
  Stretch goesOn(Cuts cuts, Interval interval) {
    Cut cut = interval.cut();
    if (cut.discontinuity()) {
      return next(interval, id(cut), interval.tracks());
    }
    String other = id(cut) + "-" + cut.start90k();
    if (!interval.tracks().equals(carried)) {
      return next(interval, other, interval.tracks());
    }
    List<Track> delivering =
        carried.stream().filter(track -> isDelivering(cuts, track, cut.number())).toList();
    return encodings.isEmpty() || delivering.isEmpty() || delivering.equals(told())
        ? this
        : next(interval, other, delivering);
  }

  private List<Track> told() {
    return carried.stream().filter(track -> of(encodings, track) != null).toList();
  }

  /**
   * Whether a track is to be told of from segment {@code number} on: one that is told of until it
   * had nothing in two segments, one that is not as soon as it has one.
   */
  private boolean isDelivering(Cuts cuts, Track track, long number) {
    if (!Encoding.isKnown(track)) {
      return false;
    }
    if (of(encodings, track) == null) {
      return number - first > 0 && has(cuts, track, number - 1, true);
    }
    boolean comparable =
        number - first >= 2 && !cuts.isHole(number - 1) && !cuts.isHole(number - 2);
    return !comparable
        || has(cuts, track, number - 1, false)
        || has(cuts, track, number - 2, false);
  }

  private static boolean has(Cuts cuts, Track track, long number, boolean whole) {
    TrackWindow window = window(cuts, track);
    for (WindowSegment segment : window == null ? List.<WindowSegment>of() : window.segments()) {
      if (segment.cut().number() == number) {
        return segment.holdsMedia() && (segment.isWhole() || !whole);
      }
    }
    return false;
  }

  private static @Nullable TrackWindow window(Cuts cuts, Track track) {
    for (TrackWindow window : cuts.window().tracks()) {
      if (window.track().id() == track.id() && window.track().kind() == track.kind()) {
        return window;
      }
    }
    return null;
  }

  long firstNumber() {
    return first;
  }

  private static @Nullable Encoding of(List<Encoding> encodings, Track track) {
    for (Encoding encoding : encodings) {
      if (encoding.track().id() == track.id() && encoding.track().kind() == track.kind()) {
        return encoding;
      }
    }
    return null;
  }

  /**
   * Whether it can be told of: each track has something to be listed. One that brings nothing while
   * others have two whole segments is left out.
   *
   * @param end number of the first segment behind it
   */
  boolean isTold(Cuts cuts, long end) {
    if (!encodings.isEmpty()) {
      return true;
    }
    List<Encoding> ready = new ArrayList<>();
    boolean awaited = false;
    long mostWhole = 0;
    for (Track track : tracks) {
      if (!Encoding.isKnown(track)) {
        continue;
      }
      TrackWindow window = window(cuts, track);
      List<WindowSegment> segments = window == null ? List.of() : segments(window, end);
      mostWhole = Math.max(mostWhole, segments.stream().filter(WindowSegment::isWhole).count());
      Encoding encoding =
          window == null || segments.isEmpty()
              ? null
              : Encoding.of(window, segments, of(before, track));
      if (encoding == null || entries(cuts, encoding, end).isEmpty()) {
        awaited = true;
      } else {
        ready.add(encoding);
      }
    }
    if (!awaited || mostWhole > 1) {
      encodings = List.copyOf(ready);
    }
    return !encodings.isEmpty();
  }

  /** Its segments of a track that hold something, or may come to. */
  private List<WindowSegment> segments(TrackWindow window, long end) {
    return window.segments().stream()
        .filter(segment -> segment.cut().number() >= first && segment.cut().number() < end)
        .filter(segment -> !segment.isGap())
        .toList();
  }

  private List<Entry> entries(Cuts cuts, Encoding encoding, long end) {
    TrackWindow window = window(cuts, encoding.track());
    return window == null ? List.of() : cuts.entries(window, first, end, encoding.frameTicks());
  }

  /** Tracks of sound one by one, pictures of a codec together. */
  private List<List<Encoding>> sets() {
    Map<Codec, List<Encoding>> pictures = new HashMap<>();
    List<List<Encoding>> sets = new ArrayList<>();
    for (Encoding encoding : encodings) {
      if (!encoding.isVideo()) {
        sets.add(List.of(encoding));
        continue;
      }
      pictures
          .computeIfAbsent(
              encoding.track().codec(),
              _ -> {
                List<Encoding> set = new ArrayList<>();
                sets.add(set);
                return set;
              })
          .add(encoding);
    }
    return sets;
  }

  /**
   * What is told of it; only when it {@link #isTold}.
   *
   * @param end number of the first segment behind it
   * @param clock what the timeline goes by
   */
  Period period(Cuts cuts, long end, Descriptor clock, Longest longest) {
    List<AdaptationSet> sets = new ArrayList<>();
    boolean picture = false;
    boolean sound = false;
    for (List<Encoding> set : sets()) {
      boolean video = set.getFirst().isVideo();
      boolean main = video ? !picture : !sound;
      picture |= video;
      sound |= !video;
      sets.add(set(cuts, set, main, end, clock, longest));
    }
    return Period.of(id, Timescale.VIDEO.convert(periodStart90k, Timescale.NANOS), sets);
  }

  private AdaptationSet set(
      Cuts cuts, List<Encoding> set, boolean main, long end, Descriptor clock, Longest longest) {
    Track track = set.getFirst().track();
    long limit = set.size() == 1 ? NEVER : reach(cuts, set, end);
    List<Representation> representations =
        set.stream()
            .map(encoding -> representation(cuts, encoding, Math.min(end, limit), longest))
            .toList();
    return AdaptationSet.of(
        track.id(),
        set.getFirst().isVideo() ? "video" : "audio",
        track.language().isEmpty() ? null : track.language(),
        main ? "main" : "alternate",
        MediaAttributes.NONE.live(List.of(), List.of(produced(track, clock)), List.of()),
        null,
        representations);
  }

  /** Number of the first segment that not all of a set can list, so that they stay aligned. */
  private long reach(Cuts cuts, List<Encoding> set, long end) {
    long reach = NEVER;
    for (Encoding encoding : set) {
      List<Entry> entries = entries(cuts, encoding, end);
      long last = entries.isEmpty() ? first - 1 : entries.getLast().number();
      TrackWindow window = window(cuts, encoding.track());
      Optional<WindowSegment> gap =
          window == null
              ? Optional.empty()
              : window.segments().stream().filter(WindowSegment::isGap).reduce((_, next) -> next);
      reach = Math.min(reach, 1 + Math.max(last, gap.map(each -> each.cut().number()).orElse(0L)));
    }
    return reach;
  }

  /**
   * Its first moment: the timeline is UTC. The segments tell of later ones. Without the clock there
   * are players, Shaka Player 5 among them, that take the date for a number of NTP.
   */
  private ProducerReferenceTime produced(Track track, Descriptor clock) {
    return new ProducerReferenceTime(
        REFERENCE_ID,
        ProducerReferenceTime.Type.ENCODER,
        Timescale.VIDEO.convert(start90k, Timescale.NANOS),
        Timescale.VIDEO.convert(start90k, track.timescale()),
        true,
        clock);
  }

  private Representation representation(Cuts cuts, Encoding encoding, long end, Longest longest) {
    Track track = encoding.track();
    SegmentTimeline.Builder timeline = new SegmentTimeline.Builder();
    for (Entry entry : entries(cuts, encoding, end)) {
      timeline.add(entry.start(), entry.duration());
      longest.add(track.timescale().convert(entry.duration(), Timescale.NANOS));
    }
    long offset = Timescale.VIDEO.convert(periodStart90k, track.timescale());
    long earlierNs = cuts.availableEarlierNs(track);
    var template =
        new SegmentTemplate(
            "$RepresentationID$-$Time$.m4s",
            "$RepresentationID$-" + SegmentNames.hash(encoding.init()) + ".mp4",
            track.timescale().ticksPerSecond(),
            offset == 0 ? Mpd.UNSET : offset,
            Mpd.UNSET,
            Mpd.UNSET,
            Mpd.UNSET,
            Mpd.UNSET,
            earlierNs > 0 ? Availability.inChunks(earlierNs) : Availability.UNSET,
            null,
            timeline.build());
    return Representation.of(
        encoding.name(), encoding.bandwidth(), media(cuts, encoding, end), template);
  }

  /** As long as each segment that is listed begins with an access point, that is told. */
  private MediaAttributes media(Cuts cuts, Encoding encoding, long end) {
    if (!encoding.isVideo()) {
      return encoding.media();
    }
    for (Interval interval : cuts.intervals()) {
      Cut cut = interval.cut();
      boolean listed = cut.number() >= Math.max(first, cuts.window().firstListed());
      if (listed && cut.number() < end && cut.opening() == Cut.Opening.DEPENDENT) {
        return encoding.media().startsWithSap(MediaAttributes.NO_SAP);
      }
    }
    return encoding.track().codec() == Codec.H265
        ? encoding.media().startsWithSap(OPEN_GOP)
        : encoding.media();
  }

  /** The longest segment that was ever listed. */
  static final class Longest {
    private static final long STEP_NS = 100_000_000L;
    private long ns;

    void add(long durationNs) {
      ns = Math.max(ns, durationNs);
    }

    /** No segment is longer: rounded up, so that jitter of time stamps does not show. */
    long boundNs() {
      return ns / STEP_NS * STEP_NS + STEP_NS;
    }
  }
}
