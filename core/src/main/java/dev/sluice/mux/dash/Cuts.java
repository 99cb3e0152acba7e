package dev.sluice.mux.dash;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.mux.packager.Part;
import dev.sluice.mux.packager.SegmentWindow;
import dev.sluice.mux.packager.SegmentWindow.Interval;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.mux.packager.WindowSegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cuts of a window at one moment, and what can be listed between them. */
final class Cuts {
  /** To so much an availability is rounded down, so that jitter of time stamps does not show. */
  private static final long STEP_NS = 100_000_000L;

  private final SegmentWindow window;
  private final List<Interval> intervals;

  /** What ended before that is not listed any more. */
  private final long oldest90k;

  /** The longest that is listed, or expected to be; 0 where nothing is expected. */
  private final long longest90k;

  Cuts(SegmentWindow window) {
    this.window = window;
    this.intervals = window.intervals();
    Interval last = intervals.isEmpty() ? null : intervals.getLast();
    this.oldest90k =
        last == null ? 0 : Math.max(last.cut().start90k(), last.end90k()) - window.listed90k();
    List<Interval> listed =
        intervals.stream().filter(each -> each.cut().number() >= window.firstListed()).toList();
    this.longest90k =
        listed.stream().noneMatch(each -> each.expected90k() >= 0)
            ? 0
            : listed.stream()
                .filter(each -> !each.cut().gap())
                .mapToLong(each -> end90k(each) - each.cut().start90k())
                .max()
                .orElse(0);
  }

  /**
   * A segment as it is listed.
   *
   * @param number of its cut
   * @param start in the track's timescale
   * @param end in the track's timescale
   */
  record Entry(long number, long start, long end) {
    long duration() {
      return end - start;
    }
  }

  SegmentWindow window() {
    return window;
  }

  /** All of them, in order; their numbers have no hole. */
  List<Interval> intervals() {
    return intervals;
  }

  /** The one of a number; null when it is not there. */
  @Nullable Interval at(long number) {
    if (intervals.isEmpty()) {
      return null;
    }
    long index = number - intervals.getFirst().cut().number();
    return index < 0 || index >= intervals.size() ? null : intervals.get((int) index);
  }

  /** Whether all tracks have a hole there, or there is nothing. */
  boolean isHole(long number) {
    Interval interval = at(number);
    return interval == null || interval.cut().gap();
  }

  /** Whether all segments are whole but those of the last cut. */
  boolean settled() {
    return intervals.isEmpty()
        || window.tracks().stream()
            .flatMap(track -> track.segments().stream())
            .allMatch(
                segment -> segment.isWhole() || segment.cut().equals(intervals.getLast().cut()));
  }

  /** Where a segment ends, or is expected to; −1 when nobody knows. */
  private long end90k(Cut cut) {
    Interval interval = at(cut.number());
    return interval == null ? -1 : end90k(interval);
  }

  private static long end90k(Interval interval) {
    return interval.end90k() >= 0 ? interval.end90k() : interval.expected90k();
  }

  private boolean isListed(Cut cut) {
    long end90k = end90k(cut);
    return cut.number() >= window.firstListed() && (end90k < 0 || end90k > oldest90k);
  }

  /** Whether anything but holes is listed from number {@code first} to before {@code before}. */
  boolean lists(long first, long before) {
    return intervals.stream()
        .map(Interval::cut)
        .anyMatch(
            cut -> !cut.gap() && cut.number() >= first && cut.number() < before && isListed(cut));
  }

  /** Whether segments can be asked for before they are whole, as far as cuts show. */
  boolean isEarly(Track track) {
    return earlierNs(track, longest90k) > 0;
  }

  /**
   * How long before its end a segment of a track can be asked for: so much that its first part is
   * there, and less than the longest that is listed, since what is longer than others would be
   * waited for (DASH-IF low latency, section 9.X.4.5). None is listed before it has a part, so that
   * for a short one this may well be the time before it begins. 0 when it has to be whole.
   *
   * @param first number of the first segment that may be listed
   * @param before number of the first one that may not be any more
   * @param frameTicks how long a payload of sound lasts; 0 when it is not always the same
   */
  long availableEarlierNs(TrackWindow track, long first, long before, int frameTicks) {
    long ofCutsNs = earlierNs(track.track(), longest90k);
    long longest90k = 0;
    for (WindowSegment segment : ofCutsNs > 0 ? track.segments() : List.<WindowSegment>of()) {
      if (isListed(segment, first, before) && (segment.isWhole() || end90k(segment.cut()) >= 0)) {
        long end =
            segment.isWhole() ? segment.endTicks() : expectedEnd(segment, frame(track, frameTicks));
        long duration = end - segment.startTicks();
        longest90k =
            Math.max(longest90k, segment.track().timescale().convert(duration, Timescale.VIDEO));
      }
    }
    boolean isLess = Timescale.NANOS.convert(ofCutsNs, Timescale.VIDEO) < longest90k;
    return isLess ? ofCutsNs : earlierNs(track.track(), longest90k);
  }

  private boolean isListed(WindowSegment segment, long first, long before) {
    long number = segment.cut().number();
    return number >= first && number < before && isListed(segment.cut()) && segment.holdsMedia();
  }

  private long earlierNs(Track track, long of90k) {
    LedgerRecord.PartTarget part = window.ledger().part(track.id());
    if (part == null || of90k <= part.target90k()) {
      return 0;
    }
    long ns = Timescale.VIDEO.convert(of90k - part.target90k(), Timescale.NANOS);
    return ns - ns % STEP_NS;
  }

  /**
   * What is listed of a track.
   *
   * @param first number of the first segment that may be
   * @param before number of the first one that may not be any more
   * @param frameTicks how long a payload of sound lasts; 0 when it is not always the same
   */
  List<Entry> entries(TrackWindow track, long first, long before, int frameTicks) {
    List<Entry> entries = new ArrayList<>();
    boolean early = availableEarlierNs(track, first, before, frameTicks) > 0;
    for (WindowSegment segment : track.segments()) {
      long number = segment.cut().number();
      if (!isListed(segment, first, before)) {
        continue;
      }
      if (segment.isWhole()) {
        append(entries, number, segment.startTicks(), segment.endTicks());
      } else if (early && end90k(segment.cut()) >= 0) {
        long end = expectedEnd(segment, frame(track, frameTicks));
        append(entries, number, segment.startTicks(), end);
      }
    }
    return entries;
  }

  /** Appends an entry; what the one before it reaches too far is taken off it. */
  private static void append(List<Entry> entries, long number, long start, long end) {
    Entry last = entries.isEmpty() ? null : entries.getLast();
    if (last != null && last.end > start) {
      if (last.start >= start) {
        return;
      }
      entries.set(entries.size() - 1, new Entry(last.number, last.start, start));
    }
    entries.add(new Entry(number, start, Math.max(end, start + 1)));
  }

  /** How long a payload of sound lasts: in the last whole segment, where it varies. */
  private static long frame(TrackWindow track, int frameTicks) {
    if (frameTicks > 0) {
      return frameTicks;
    }
    for (WindowSegment segment : track.backwards()) {
      if (segment.isWhole() && segment.holdsMedia()) {
        return meanFrame(segment);
      }
    }
    return 0;
  }

  private static long meanFrame(WindowSegment segment) {
    long ticks = 0;
    long units = 0;
    for (Part part : segment.parts()) {
      units += part.units();
      ticks += part.isGap() ? 0 : part.duration();
    }
    return units == 0 ? 0 : ticks / units;
  }

  /** Pictures end with the cut, sound with the last frame that begins before it. */
  private long expectedEnd(WindowSegment segment, long frame) {
    Timescale timescale = segment.track().timescale();
    long end90k = end90k(segment.cut());
    long end = Timescale.VIDEO.convert(end90k, timescale);
    if (segment.track().kind() == Track.Kind.VIDEO || frame <= 0) {
      return end;
    }
    long start = segment.startTicks();
    long next = start + Math.max(1, (end - start) / frame) * frame;
    while (timescale.convert(next, Timescale.VIDEO) < end90k) {
      next += frame;
    }
    return next;
  }
}
