package dev.sluice.mux.packager;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The recent segments of one track. */
public final class TrackWindow {
  private Track track;
  private Bytes init;

  /** Whole ones, and the one that is being made behind them. */
  private final ArrayDeque<WindowSegment> segments = new ArrayDeque<>();

  private boolean carried = true;

  TrackWindow(Track track, Bytes init) {
    this.track = track;
    this.init = init;
  }

  /** What it is of, as of the last cut. */
  public Track track() {
    return track;
  }

  /** Its name in addresses: {@code v0}, {@code a1}. */
  public String name() {
    return name(track.kind(), track.id());
  }

  /** The name of any track in addresses. */
  public static String name(Track.Kind kind, int id) {
    return kind.name().substring(0, 1).toLowerCase(Locale.ROOT) + id;
  }

  /** Whether the stream has it at the moment. */
  public boolean carried() {
    return carried;
  }

  /** Segments that can be had, in order; the last one may not be whole. */
  public List<WindowSegment> segments() {
    return List.copyOf(segments);
  }

  /** The same from the last one on; good until the window changes. */
  public Iterable<WindowSegment> backwards() {
    return segments::descendingIterator;
  }

  /**
   * The segment of a name, or the one that begins at that time in the track's own timescale: what
   * names are in playlists, and in descriptions that tell times exactly. Null when it cannot be
   * had. The two clocks are years apart, so that no number stands for two segments.
   */
  public @Nullable WindowSegment byTime(long time) {
    for (Iterator<WindowSegment> each = segments.descendingIterator(); each.hasNext(); ) {
      WindowSegment segment = each.next();
      if (segment.cut().start90k() == time || segment.startTicks() == time) {
        return segment;
      }
    }
    return null;
  }

  /**
   * Whether a segment of a name, as of {@link #byTime}, may still come: another server that is fed
   * the same is ahead of this one at times, and has told of it.
   *
   * @param most90k after the beginning of the last one that is known
   */
  public boolean mayCome(long time, long most90k) {
    WindowSegment last = segments.peekLast();
    if (last == null) {
      return false;
    }
    long ahead90k = time - last.cut().start90k();
    long aheadTicks = last.startTicks() < 0 ? 0 : time - last.startTicks();
    long mostTicks = Timescale.VIDEO.convert(most90k, track.timescale());
    return ahead90k > 0 && ahead90k <= most90k || aheadTicks > 0 && aheadTicks <= mostTicks;
  }

  /** The first segment that can be had; null when there is none. */
  public @Nullable WindowSegment first() {
    return segments.peekFirst();
  }

  /** All CMAF headers that its segments, or those to come, need. */
  public Collection<Bytes> inits() {
    Set<Bytes> inits = new LinkedHashSet<>();
    segments.forEach(segment -> inits.add(segment.init()));
    inits.add(init);
    return inits;
  }

  void become(Track now, Bytes decoder) {
    track = now;
    init = decoder;
  }

  void carried(boolean now) {
    carried = now;
  }

  /** The segment of a cut, which is the last one or comes behind it. */
  WindowSegment at(Cut cut, Track of) {
    WindowSegment last = segments.peekLast();
    if (last == null || !last.cut().equals(cut)) {
      last = new WindowSegment(of, cut, init);
      segments.add(last);
    }
    return last;
  }

  /** Drops what is before segment {@code number}; returns how many bytes that were. */
  long dropBefore(long number) {
    long bytes = 0;
    while (!segments.isEmpty() && segments.getFirst().cut().number() < number) {
      WindowSegment dropped = segments.removeFirst();
      bytes += dropped.sizeBytes();
      dropped.release();
    }
    return bytes;
  }

  /** Drops what is from segment {@code number} on; returns how many bytes that were. */
  long dropFrom(long number) {
    long bytes = 0;
    while (!segments.isEmpty() && segments.getLast().cut().number() >= number) {
      WindowSegment dropped = segments.removeLast();
      bytes += dropped.sizeBytes();
      dropped.release();
    }
    return bytes;
  }

  boolean isEmpty() {
    return segments.isEmpty();
  }
}
