package dev.sluice.mux.mp4;

import static java.util.Objects.requireNonNull;

import dev.sluice.media.Timescale;
import dev.sluice.mux.mp4.EditRanges.Range;
import dev.sluice.mux.mp4.Edits.Stretch;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.isobmff.BoxType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the samples of one track in decoding order, first those of the tables, then those of
 * the fragments, and puts them on the presentation's time line. It is always at a sample, the one
 * that comes next, until there is none left.
 *
 * <p>Composition offsets below 0 are made up for: all DTS are lowered by the lowest of them, so
 * that no picture is shown before it is decoded. Of fragments, the first one says how low they get.
 */
final class TrackReader {
  /** Samples that are looked at for the lowest PTS. */
  private static final int MAX_REORDER = 1_024;

  private final Timescale timescale;
  private final CommonClock clock;
  private final SampleTables tables;
  private final List<Range> ranges;
  private final @Nullable FragmentTrack fragments;
  private final long fragmentShift;
  private final long lowestOffset;
  private final long maxTicks;
  private final long firstPts;
  private final long endPts;

  private final SampleTables.Place place;
  private final Sample sample = new Sample();
  private int range;
  private boolean inTables;
  private boolean atSample;
  private long dts;
  private long pts;
  private long dtsTicks;
  private long ptsTicks;

  /**
   * Looks at the beginning.
   *
   * @param fragments null when the file has none
   */
  TrackReader(
      TrackBox box,
      Timescale movieTimescale,
      SampleTables tables,
      @Nullable FragmentTrack fragments,
      CommonClock clock) {
    this.timescale = box.timescale();
    this.clock = clock;
    this.tables = tables;
    this.fragments = fragments;
    this.maxTicks = Mp4Limits.MAX_TIME_S * timescale.ticksPerSecond();
    boolean video = box.handlerType() == BoxType.VIDE;
    List<Stretch> stretches = Edits.stretches(box.edits(), movieTimescale, timescale);
    if (fragments != null) { // lists of fragmented files say where it begins, and not more
      Stretch first = stretches.getFirst();
      stretches = List.of(new Stretch(first.start(), Long.MAX_VALUE, first.shift()));
    }
    this.fragmentShift = stretches.getFirst().shift();
    this.ranges = EditRanges.of(stretches, tables, video, timescale.ticksPerSecond());
    this.place = tables.place();
    this.lowestOffset = Math.min(tables.lowestOffset(), lowestOffsetOfFirstFragment(fragments));
    this.endPts = endOf(stretches.getLast());
    toStart();
    this.firstPts = lowestPts();
    toStart();
  }

  private long endOf(Stretch last) {
    return Math.min(last.end(), tables.end()) + last.shift();
  }

  /** Whether there is a sample left. */
  boolean atSample() {
    return atSample;
  }

  /** What the file says of the sample. */
  Sample sample() {
    return sample;
  }

  /** DTS of the sample in ticks of the common clock. */
  long dtsTicks() {
    return dtsTicks;
  }

  /** PTS of the sample in ticks of the common clock. */
  long ptsTicks() {
    return ptsTicks;
  }

  /** Where the sample ends in ticks of the common clock. */
  long sampleEndTicks() {
    return clock.ticks(pts + sample.duration, timescale);
  }

  /** DTS of the sample on the presentation's time line, in ticks of the track. */
  long dts() {
    return dts;
  }

  /** PTS of the sample on the presentation's time line, in ticks of the track. */
  long pts() {
    return pts;
  }

  /** The first PTS of all, in ticks of the common clock; it has no meaning without any sample. */
  long firstPtsTicks() {
    return clock.ticks(firstPts, timescale);
  }

  /** The end of the last sample of the tables, in ticks of the common clock. */
  long endTicks() {
    return clock.ticks(endPts, timescale);
  }

  /**
   * The end of the last sample of all fragments, in ticks of the common clock; −1 when more than
   * {@code maxFragments} would have to be read to know it. It loses its place.
   *
   * @param position of the fragment to look from
   */
  long endOfFragments(long position, int maxFragments) {
    FragmentTrack track = requireNonNull(fragments);
    track.restart(position, 0);
    long end = Long.MIN_VALUE;
    long moof = -1;
    for (int seen = 0; track.next(sample); ) {
      if (track.moofPosition() != moof && ++seen > maxFragments) {
        return -1;
      }
      moof = track.moofPosition();
      end = Math.max(end, sample.pts() + sample.duration);
    }
    return end == Long.MIN_VALUE ? -1 : clock.ticks(end + fragmentShift, timescale);
  }

  /** Ticks of the common clock for a time of the track's media. */
  long presentedTicks(long mediaTime) {
    return clock.ticks(mediaTime + fragmentShift, timescale);
  }

  /** Goes to the first sample. */
  void toStart() {
    range = 0;
    inTables = !ranges.isEmpty();
    if (inTables) {
      place.seek(ranges.getFirst().first());
    }
    if (fragments != null) {
      fragments.restart();
    }
    atSample = false;
    advance();
  }

  /**
   * Goes to the next sample.
   *
   * @throws MalformedException when the file is broken there
   */
  void advance() {
    while (inTables) {
      Range current = ranges.get(range);
      if (place.sample() < current.end() && place.next(sample)) {
        present(current.shift());
        return;
      }
      if (range + 1 < ranges.size()) {
        range++;
        place.seek(ranges.get(range).first());
      } else {
        inTables = false;
      }
    }
    if (fragments != null && fragments.next(sample)) {
      present(fragmentShift);
    } else {
      atSample = false;
    }
  }

  private void present(long shift) {
    long last = dts;
    dts = sample.dts + lowestOffset + shift;
    pts = sample.pts() + shift;
    if (dts > maxTicks || dts < -maxTicks || pts > maxTicks || pts < -maxTicks) {
      throw new MalformedException(
          "time of %d s, allowed are %d s"
              .formatted(dts / timescale.ticksPerSecond(), Mp4Limits.MAX_TIME_S));
    }
    if (atSample && range > 0 && dts <= last) {
      dts = last + 1; // the first pictures of a later stretch are decoded before it begins
      pts = Math.max(pts, dts);
    }
    dtsTicks = clock.ticks(dts, timescale);
    ptsTicks = clock.ticks(pts, timescale);
    atSample = true;
  }

  /** The lowest PTS: samples that are decoded later than that cannot have a lower one. */
  private long lowestPts() {
    long lowest = Long.MAX_VALUE;
    for (int looked = 0; atSample && dts <= lowest && looked < MAX_REORDER; looked++) {
      lowest = Math.min(lowest, pts);
      advance();
    }
    return lowest == Long.MAX_VALUE ? 0 : lowest;
  }

  /**
   * Goes to the last sync sample at or before a PTS, or to the first sample.
   *
   * @param ticks of the common clock
   * @param index where fragments are; takes what is found on the way
   */
  void seek(long ticks, SparseIndex index) {
    long to = clock.time(ticks, timescale);
    if (fragments != null && (ranges.isEmpty() || to - fragmentShift >= tables.end())) {
      seekFragments(ticks, to - fragmentShift, index);
      return;
    }
    toStart();
    if (ranges.isEmpty()) {
      return;
    }
    int found = ranges.size() - 1;
    while (found > 0 && shownFrom(found) > to) {
      found--;
    }
    Range in = ranges.get(found);
    int target = EditRanges.syncAt(to - in.shift(), in.first(), tables);
    range = found;
    place.seek(Math.min(target, in.end() - 1));
    atSample = false;
    advance();
  }

  private long shownFrom(int at) {
    Range of = ranges.get(at);
    return tables.pts(of.first()) + of.shift();
  }

  private void seekFragments(long ticks, long mediaPts, SparseIndex index) {
    FragmentTrack track = requireNonNull(fragments);
    toStart();
    int from = track.isTimed() ? index.floor(ticks) : -1;
    for (int step = 1; ; step *= 2) {
      if (from >= 0) {
        track.restart(index.position(from), 0);
      } else {
        track.restart();
      }
      if (toLastSync(track, mediaPts, index)) {
        return;
      }
      if (from < 0) {
        toStart();
        return;
      }
      from = Math.max(-1, from - step);
    }
  }

  /** Goes to the last sync sample at or before a PTS that lies behind where the track is. */
  private boolean toLastSync(FragmentTrack track, long mediaPts, SparseIndex index) {
    long moof = -1;
    long moofDts = 0;
    int number = 0;
    long inMoof = -1;
    int counted = 0;
    while (track.next(sample) && sample.dts + lowestOffset <= mediaPts) {
      if (track.moofPosition() != inMoof) {
        inMoof = track.moofPosition();
        counted = 0;
        index.offer(clock.ticks(sample.dts + lowestOffset + fragmentShift, timescale), inMoof);
      }
      if (sample.sync && sample.pts() <= mediaPts) {
        moof = inMoof;
        moofDts = track.moofDts();
        number = counted;
      }
      counted++;
    }
    if (moof < 0) {
      return false;
    }
    track.restart(moof, moofDts);
    inTables = false;
    atSample = false;
    for (int i = 0; i <= number; i++) {
      advance();
    }
    return true;
  }

  private static long lowestOffsetOfFirstFragment(@Nullable FragmentTrack fragments) {
    long lowest = 0;
    Sample sample = new Sample();
    if (fragments != null && fragments.next(sample)) {
      long moof = fragments.moofPosition();
      do {
        lowest = Math.min(lowest, sample.compositionOffset);
      } while (fragments.next(sample) && fragments.moofPosition() == moof);
    }
    return lowest;
  }
}
