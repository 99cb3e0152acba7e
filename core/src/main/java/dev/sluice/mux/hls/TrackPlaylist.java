package dev.sluice.mux.hls;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.mux.packager.SegmentNames;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.hls.InitSection;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.Part;
import dev.sluice.wire.hls.PreloadHint;
import dev.sluice.wire.hls.RenditionReport;
import dev.sluice.wire.hls.Segment;
import dev.sluice.wire.hls.ServerControl;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The low-latency media playlist of one track. */
public final class TrackPlaylist {
  /** {@code EXT-X-SKIP} needs it. */
  private static final int VERSION = 9;

  /** Target durations from the end in which parts are listed (section 6.2.2 wants three). */
  private static final int PART_TARGETS = 3;

  /** Part targets that a player stays behind the end: what section 4.4.3.8 recommends. */
  private static final int HOLD_BACK_PARTS = 3;

  /**
   * A player stays at least so far behind the end: 1 s. Networks do not jitter less for short
   * parts.
   */
  private static final long LEAST_HOLD_BACK_NS = 1_000_000_000L;

  /** Target durations from the end that a delta update tells anew: what section 4.4.3.8 wants. */
  private static final int SKIP_TARGETS = 6;

  private static final long SECOND_NS = 1_000_000_000L;

  /** What durations may add up to less when each is written with six decimals: 1 ms. */
  private static final long ROUNDING_NS = 1_000_000L;

  private TrackPlaylist() {}

  /**
   * How far a playlist has come.
   *
   * @param sequence media sequence number of the last segment of which there is something in it
   * @param parts how many of it are there, listed or not
   * @param whole whether all of it is there
   */
  public record Position(long sequence, int parts, boolean whole) {
    /** Whether segment {@code number} is in it, as a whole. */
    public boolean hasSegment(long number) {
      return number < sequence || number == sequence && whole;
    }

    /**
     * Whether part {@code index} of segment {@code number} is in it, or a later one. What is behind
     * the last part of a segment is the first one of the next (section 6.2.5.2).
     */
    public boolean hasPart(long number, long index) {
      return number < sequence || number == sequence && index < parts;
    }
  }

  /**
   * What a playlist lists.
   *
   * @param whole segments
   * @param open the one behind them that is being made; null when there is none
   */
  private record Listing(List<WindowSegment> whole, @Nullable WindowSegment open) {
    static Listing of(SegmentWindow window, TrackWindow track) {
      List<WindowSegment> listed = listed(window, track);
      List<WindowSegment> whole = listed.stream().filter(WindowSegment::isWhole).toList();
      return new Listing(whole, listed.size() > whole.size() ? listed.getLast() : null);
    }

    WindowSegment first() {
      return whole.isEmpty() ? Objects.requireNonNull(open) : whole.getFirst();
    }

    /** Whole segments at the beginning that lie further from the end than {@code untilNs}. */
    int before(long untilNs) {
      long behindNs = open == null ? 0 : open.durationNs();
      int kept = 0;
      while (kept < whole.size() && behindNs < untilNs) {
        behindNs += whole.get(whole.size() - 1 - kept).durationNs();
        kept++;
      }
      return whole.size() - kept;
    }

    /** The last segment of which parts are listed; null when there is none: gaps have none. */
    @Nullable WindowSegment lastWithParts(long withinNs) {
      if (open != null && !open.parts().isEmpty()) {
        return open;
      }
      int first = before(withinNs);
      for (int i = whole.size() - 1; i >= first; i--) {
        if (!whole.get(i).parts().isEmpty()) {
          return whole.get(i);
        }
      }
      return null;
    }

    boolean isIndependent() {
      return whole.stream().noneMatch(Listing::isDependent) && (open == null || !isDependent(open));
    }

    private static boolean isDependent(WindowSegment segment) {
      return segment.track().kind() == Track.Kind.VIDEO
          && segment.cut().opening() == Cut.Opening.DEPENDENT
          && !segment.isGap();
    }
  }

  /**
   * What may be listed. A hole is not, nor what is behind it, until a whole segment is: a player
   * that finds a gap at the end, hls.js among them, asks for that gap again and again. So who waits
   * for the first segment of the hole is answered with all of it and one to go on with.
   */
  private static List<WindowSegment> listed(SegmentWindow window, TrackWindow track) {
    if (!window.listable()) {
      return List.of();
    }
    List<WindowSegment> listed =
        track.segments().stream()
            .filter(segment -> segment.cut().number() >= window.firstListed())
            .toList();
    int holeFrom = -1;
    for (int i = 0; i < listed.size(); i++) {
      WindowSegment segment = listed.get(i);
      if (!segment.cut().gap()) {
        holeFrom = segment.isWhole() ? -1 : holeFrom;
      } else if (holeFrom < 0) {
        holeFrom = i;
      }
    }
    return holeFrom < 0 ? listed : listed.subList(0, holeFrom);
  }

  /** Whether the playlist of a track lists a whole segment. */
  static boolean hasWhole(SegmentWindow window, TrackWindow track) {
    return !Listing.of(window, track).whole.isEmpty();
  }

  /** Whether each segment that the playlist of a track lists can be decoded by itself. */
  static boolean isIndependent(SegmentWindow window, TrackWindow track) {
    return Listing.of(window, track).isIndependent();
  }

  /** How far the playlist of a track is; null as long as there is nothing in it. */
  public static @Nullable Position position(SegmentWindow window, TrackWindow track) {
    if (window.ledger().targetSeconds() == 0 || !window.listable()) {
      return null;
    }
    WindowSegment open = null;
    for (WindowSegment segment : track.backwards()) {
      if (segment.cut().number() < window.firstListed()) {
        break;
      } else if (segment.cut().gap()) {
        open = null; // is not listed, see there
      } else if (segment.isWhole()) {
        return at(open == null || open.parts().isEmpty() ? segment : open);
      } else {
        open = segment;
      }
    }
    return open == null || open.parts().isEmpty() ? null : at(open);
  }

  private static Position at(WindowSegment last) {
    return new Position(last.cut().number(), last.parts().size(), last.isWhole());
  }

  /** All of the playlist as it is now; there has to be a {@link #position}. */
  public static MediaPlaylist of(SegmentWindow window, TrackWindow track) {
    return of(window, track, 0);
  }

  /**
   * Number of the first segment that a delta update has to tell anew, if a client has all before
   * it; there has to be a {@link #position}.
   */
  public static long skippable(SegmentWindow window, TrackWindow track) {
    Listing listing = Listing.of(window, track);
    long targetNs = window.ledger().targetSeconds() * SECOND_NS;
    int skipped = listing.before(SKIP_TARGETS * targetNs + ROUNDING_NS);
    return listing.first().cut().number() + skipped;
  }

  /**
   * The playlist as it is now; there has to be a {@link #position}.
   *
   * @param from number of the first segment that is told, {@link #skippable} at most; 0 tells all
   */
  public static MediaPlaylist of(SegmentWindow window, TrackWindow track, long from) {
    Listing listing = Listing.of(window, track);
    List<WindowSegment> whole = listing.whole;
    WindowSegment open = listing.open;
    Cut first = listing.first().cut();
    long targetNs = window.ledger().targetSeconds() * SECOND_NS;
    int skipped = (int) Math.max(0, from - first.number());
    int withParts = listing.before(PART_TARGETS * targetNs);
    List<Segment> segments = new ArrayList<>();
    Bytes init = null;
    for (int i = 0; i < whole.size(); i++) {
      WindowSegment segment = whole.get(i);
      InitSection map = isSet(init, segment) ? null : map(track, segment);
      init = segment.init();
      if (i >= skipped) {
        segments.add(segment(track, segment, map, i >= withParts));
      }
    }
    InitSection openMap = open == null || isSet(init, open) ? null : map(track, open);
    return new MediaPlaylist(
        VERSION,
        listing.isIndependent(),
        null,
        window.ledger().targetSeconds(),
        partTargetNs(window, track),
        control(window, targetNs),
        first.number(),
        first.discontinuitySequence() - (first.discontinuity() ? 1 : 0),
        skipped,
        SpliceRanges.inFront(window, segments),
        open == null ? List.of() : parts(track, open),
        open == null || open.parts().isEmpty()
            ? null
            : new MediaPlaylist.OpenTags(open.cut().discontinuity(), null, openMap, open.startNs()),
        hint(track, open),
        reports(window, track),
        false);
  }

  private static boolean isSet(@Nullable Bytes init, WindowSegment segment) {
    return init != null && init.equals(segment.init());
  }

  private static InitSection map(TrackWindow track, WindowSegment segment) {
    return new InitSection(SegmentNames.init(track, segment.init()), null);
  }

  private static Segment segment(
      TrackWindow track, WindowSegment segment, @Nullable InitSection map, boolean withParts) {
    return new Segment(
        SegmentNames.segment(track, segment.cut()),
        segment.durationNs(),
        "",
        segment.cut().discontinuity(),
        segment.isGap(),
        null,
        map,
        segment.startNs(),
        null,
        withParts ? parts(track, segment) : List.of(),
        List.of());
  }

  private static List<Part> parts(TrackWindow track, WindowSegment segment) {
    List<Part> parts = new ArrayList<>();
    for (dev.sluice.mux.packager.Part part : segment.parts()) {
      Timescale timescale = part.track().timescale();
      parts.add(
          new Part(
              SegmentNames.part(track, segment.cut(), part.index()),
              timescale.convert(part.duration(), Timescale.NANOS),
              part.independent(),
              part.isGap(),
              null));
    }
    return parts;
  }

  private static long partTargetNs(SegmentWindow window, TrackWindow track) {
    LedgerRecord.PartTarget target = window.ledger().part(track.track().id());
    return target == null ? 0 : Timescale.VIDEO.convert(target.target90k(), Timescale.NANOS);
  }

  /** The same for all tracks, so the longest of their parts counts. */
  private static ServerControl control(SegmentWindow window, long targetNs) {
    long longestNs = 0;
    for (TrackWindow track : window.tracks()) {
      longestNs = Math.max(longestNs, partTargetNs(window, track));
    }
    long holdBackNs =
        longestNs == 0 ? 0 : Math.max(HOLD_BACK_PARTS * longestNs, LEAST_HOLD_BACK_NS);
    return new ServerControl(true, SKIP_TARGETS * targetNs, false, 0, holdBackNs);
  }

  /** The next part of the segment that is open; what comes behind a whole one has no name yet. */
  private static @Nullable PreloadHint hint(TrackWindow track, @Nullable WindowSegment open) {
    return open == null
        ? null
        : PreloadHint.part(SegmentNames.part(track, open.cut(), open.parts().size()));
  }

  private static List<RenditionReport> reports(SegmentWindow window, TrackWindow except) {
    List<RenditionReport> reports = new ArrayList<>();
    for (TrackWindow track : window.tracks()) {
      Position at = track == except || !track.carried() ? null : position(window, track);
      if (at != null) {
        long targetNs = window.ledger().targetSeconds() * SECOND_NS;
        WindowSegment last = Listing.of(window, track).lastWithParts(PART_TARGETS * targetNs);
        long sequence = last == null ? at.sequence() : last.cut().number();
        int part = last == null ? -1 : last.parts().size() - 1;
        reports.add(new RenditionReport(HlsNames.playlist(track), sequence, part));
      }
    }
    return reports;
  }
}
