package dev.sluice.mux.dash;

import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.dash.Cuts.Entry;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.mux.packager.SegmentNames;
import dev.sluice.mux.packager.SegmentWindow.Interval;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.dash.AdaptationSet;
import dev.sluice.wire.dash.Availability;
import dev.sluice.wire.dash.Descriptor;
import dev.sluice.wire.dash.InbandEventStream;
import dev.sluice.wire.dash.MediaAttributes;
import dev.sluice.wire.dash.Mpd;
import dev.sluice.wire.dash.Period;
import dev.sluice.wire.dash.ProducerReferenceTime;
import dev.sluice.wire.dash.Representation;
import dev.sluice.wire.dash.SegmentTemplate;
import dev.sluice.wire.dash.SegmentTimeline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A stretch of a stream in which the same encodings deliver: a period. */
final class Stretch {
  /** Id of the moments of production, of which each adaptation set tells one. */
  static final long REFERENCE_ID = 0;

  /** Type of access points in open GOPs, which HEVC may have; 1 is of closed ones. */
  private static final int OPEN_GOP = 3;

  private static final long NEVER = Long.MAX_VALUE;
  private static final long UNKNOWN = -1;

  /** Number of its first segment. */
  private final long first;

  /** Where its first segment begins. */
  private final long start90k;

  /** Where the period begins: there, or before it; not known of the first until it is told of. */
  private long periodStart90k;

  /** What the ledger is to keep of it; null when it does, and as long as it is not told of. */
  private LedgerRecord.@Nullable Period unnoted;

  /** What the stream had, and what of it may be told of. */
  private final List<Track> carried;

  /** Schemes of messages that may be in segments of {@code messenger}. */
  private final List<String> messages;

  /** The first track; null when there is none. */
  private final @Nullable Track messenger;

  private final List<Track> tracks;

  /** What was told before it. */
  private final List<Encoding> before;

  /** What it tells of, for good; empty as long as not enough is known. */
  private List<Encoding> encodings = List.of();

  private Stretch(
      Interval interval, long periodStart90k, List<Track> tracks, List<Encoding> before) {
    this.first = interval.cut().number();
    this.start90k = interval.cut().start90k();
    this.periodStart90k = periodStart90k;
    this.carried = interval.tracks();
    this.messages = interval.messages();
    this.messenger = interval.first();
    this.tracks = tracks;
    this.before = before;
  }

  /** The first that is known. */
  static Stretch first(Interval interval) {
    return new Stretch(interval, UNKNOWN, interval.tracks(), List.of());
  }

  private Stretch next(Interval interval, List<Track> nextTracks) {
    List<Encoding> known = encodings.isEmpty() ? before : encodings;
    return new Stretch(interval, interval.cut().start90k(), nextTracks, known);
  }

  /**
   * The stretch that a segment behind this one belongs to: this one, or one that begins with it.
   *
   * @param interval no hole
   * @param behindHole whether there is one in front of it; then it begins one, with what was told
   */
  Stretch goesOn(Cuts cuts, Interval interval, boolean behindHole) {
    Cut cut = interval.cut();
    if (cut.discontinuity()
        || !interval.tracks().equals(carried)
        || !messages.containsAll(interval.messages())) {
      return next(interval, interval.tracks());
    }
    if (behindHole) {
      return next(interval, encodings.isEmpty() ? tracks : told());
    }
    List<Track> delivering =
        carried.stream().filter(track -> isDelivering(cuts, track, cut.number())).toList();
    return encodings.isEmpty() || delivering.isEmpty() || delivering.equals(told())
        ? this
        : next(interval, delivering);
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
    if (encodings.isEmpty()) {
      return false;
    }
    goOnAsSaid(cuts.window().ledger().period());
    return true;
  }

  /**
   * What was said of a period before a restart, or on another node, is said again: it is the same
   * one when it has the same encodings. The very first begins at the epoch, since nobody knows what
   * there was before it.
   */
  private void goOnAsSaid(LedgerRecord.@Nullable Period said) {
    boolean isFirst = periodStart90k == UNKNOWN;
    Bytes digest = digest();
    if (said != null
        && said.digest().equals(digest)
        && said.kilobits().size() == encodings.size()
        && (isFirst ? said.start90k() <= start90k : said.start90k() == periodStart90k)) {
      periodStart90k = said.start90k();
      List<Encoding> all = new ArrayList<>();
      for (int i = 0; i < encodings.size(); i++) {
        all.add(encodings.get(i).withKilobits(said.kilobits().get(i)));
      }
      encodings = List.copyOf(all);
      return;
    }
    if (isFirst) {
      periodStart90k = said == null ? 0 : start90k;
    }
    if (encodings.size() <= LedgerRecord.MAX_ENCODINGS) {
      List<Long> kilobits = encodings.stream().map(Encoding::kilobits).toList();
      unnoted = new LedgerRecord.Period(periodStart90k, digest, kilobits);
    }
  }

  /** Of all that it says for good but for bandwidths. */
  private Bytes digest() {
    ByteBuf all = Unpooled.buffer();
    List<String> texts = new ArrayList<>(messages);
    for (Encoding encoding : encodings) {
      texts.add(encoding.name());
      texts.add(encoding.track().language());
      texts.add(encoding.init().sha256(LedgerRecord.DIGEST_SIZE).toString());
    }
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      all.writeInt(bytes.length).writeBytes(bytes);
    }
    return Bytes.copyOf(all).sha256(LedgerRecord.DIGEST_SIZE);
  }

  /** Has what is said of it kept, once. */
  void note(Consumer<LedgerRecord.Period> keep) {
    LedgerRecord.Period line = unnoted;
    if (line != null) {
      unnoted = null;
      keep.accept(line);
    }
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
    return Period.of(
        Long.toString(periodStart90k),
        Timescale.VIDEO.convert(periodStart90k, Timescale.NANOS),
        sets);
  }

  private AdaptationSet set(
      Cuts cuts, List<Encoding> set, boolean main, long end, Descriptor clock, Longest longest) {
    Track track = set.getFirst().track();
    boolean alone = set.size() == 1;
    long limit = alone ? NEVER : reach(cuts, set, end);
    List<Representation> representations =
        set.stream()
            .map(encoding ->
                representation(
                    cuts,
                    encoding,
                    alone ? List.of() : events(encoding.track()),
                    Math.min(end, limit),
                    longest))
            .toList();
    return AdaptationSet.of(
        track.id(),
        set.getFirst().isVideo() ? "video" : "audio",
        track.language().isEmpty() ? null : track.language(),
        main ? "main" : "alternate",
        MediaAttributes.NONE.live(
            alone ? events(track) : List.of(), List.of(produced(track, clock)), List.of()),
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

  /** Messages stand in front of the chunks of one track. */
  private List<InbandEventStream> events(Track track) {
    return track.equals(messenger)
        ? messages.stream().map(InbandEventStream::of).toList()
        : List.of();
  }

  private Representation representation(
      Cuts cuts, Encoding encoding, List<InbandEventStream> events, long end, Longest longest) {
    Track track = encoding.track();
    SegmentTimeline.Builder timeline = new SegmentTimeline.Builder();
    for (Entry entry : entries(cuts, encoding, end)) {
      timeline.add(entry.start(), entry.duration());
      longest.add(track.timescale().convert(entry.duration(), Timescale.NANOS));
    }
    long offset = Timescale.VIDEO.convert(periodStart90k, track.timescale());
    TrackWindow window = window(cuts, track);
    long earlierNs =
        window == null ? 0 : cuts.availableEarlierNs(window, first, end, encoding.frameTicks());
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
    MediaAttributes media = media(cuts, encoding, end).live(events, List.of(), List.of());
    return Representation.of(encoding.name(), encoding.bandwidth(), media, template);
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
