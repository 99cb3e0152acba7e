package dev.sluice.mux.packager;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A track's segment in a {@link SegmentWindow}: being made, whole, or a gap. */
public final class WindowSegment {
  private final Track track;
  private final Cut cut;
  private final Bytes init;
  private final List<Part> parts = new ArrayList<>();
  private @Nullable TrackSegment whole;

  WindowSegment(Track track, Cut cut, Bytes init) {
    this.track = track;
    this.cut = cut;
    this.init = init;
  }

  /** What it is of. */
  public Track track() {
    return track;
  }

  /** Where it begins. */
  public Cut cut() {
    return cut;
  }

  /** The CMAF header that its decoder needs. */
  public Bytes init() {
    return init;
  }

  /** Its parts so far; their bytes are the window's. */
  public List<Part> parts() {
    return Collections.unmodifiableList(parts);
  }

  /** Whether all of it is there. */
  public boolean isWhole() {
    return whole != null;
  }

  /** Whether there is something in it by now. */
  public boolean holdsMedia() {
    return parts.stream().anyMatch(part -> !part.isGap());
  }

  /** Whether it is whole and holds nothing. */
  public boolean isGap() {
    return whole != null && whole.gap();
  }

  /** When it begins, nanoseconds of UTC. */
  public long startNs() {
    if (whole != null) {
      return nanos(whole.startPts());
    }
    return Timescale.VIDEO.convert(cut.start90k(), Timescale.NANOS);
  }

  /**
   * When the first thing in it is presented, in the track's timescale; −1 as long as that is not
   * known. Pictures begin with their cut.
   */
  public long startTicks() {
    if (track.kind() == Track.Kind.VIDEO) {
      return Timescale.VIDEO.convert(cut.start90k(), track.timescale());
    }
    for (Part part : parts) {
      if (!part.isGap()) {
        return part.startDts();
      }
    }
    return -1;
  }

  /**
   * When the last thing in it ends, in the track's timescale; −1 when it is not whole, or holds
   * nothing. Pictures stay up to the next segment.
   */
  public long endTicks() {
    if (whole == null || whole.gap()) {
      return -1;
    }
    long end = whole.startPts() + whole.duration();
    if (track.kind() != Track.Kind.VIDEO) {
      for (Part part : parts) {
        if (!part.isGap()) {
          end = part.startDts() + part.duration();
        }
      }
    }
    return end;
  }

  /** How long it is, in nanoseconds; of its parts, when it is not whole. */
  public long durationNs() {
    if (whole != null) {
      // of two times, so that durations add up to the time between them
      return nanos(whole.startPts() + whole.duration()) - nanos(whole.startPts());
    }
    return parts.stream().mapToLong(part -> nanos(part.duration())).sum();
  }

  /** Bytes of its parts. */
  public long sizeBytes() {
    return parts.stream().mapToLong(part -> part.bytes().readableBytes()).sum();
  }

  private long nanos(long ticks) {
    return track.timescale().convert(ticks, Timescale.NANOS);
  }

  void add(Part part) {
    parts.add(part);
  }

  void finish(TrackSegment segment) {
    whole = segment;
  }

  /** Holds this in place of what it held; the bytes of {@code right} are its own now. */
  void become(TrackSegment segment, List<Part> right) {
    release();
    parts.addAll(right);
    whole = segment;
  }

  void release() {
    parts.forEach(part -> part.bytes().release());
    parts.clear();
  }
}
