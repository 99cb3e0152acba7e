package dev.sluice.mux.packager;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know of a segment that is whole, but for its bytes: who has these can tell by it
 * whether they are the right ones, and can make of them what the packager made.
 *
 * @param cut where it begins
 * @param end90k where the next one begins, or its media end
 * @param tracks that it has, by ID
 */
public record SegmentMark(Cut cut, long end90k, List<OfTrack> tracks) {
  /** Bytes of a hash. */
  public static final int HASH_SIZE = 32;

  public SegmentMark {
    tracks = List.copyOf(tracks);
  }

  /** What is said of a track; null when it has none of that ID. */
  public @Nullable OfTrack track(int id) {
    for (OfTrack each : tracks) {
      if (each.track.id() == id) {
        return each;
      }
    }
    return null;
  }

  /**
   * A track's segment.
   *
   * @param track what it is of
   * @param startPts as in {@link TrackSegment}
   * @param duration as in {@link TrackSegment}
   * @param sha256 of all its bytes
   * @param parts that it is made of; none when it is a gap
   */
  public record OfTrack(
      Track track, long startPts, long duration, Bytes sha256, List<Shape> parts) {
    public OfTrack {
      parts = List.copyOf(parts);
      checkRange("size of sha256", sha256.size(), HASH_SIZE, HASH_SIZE);
    }

    /** Bytes of all parts. */
    public long sizeBytes() {
      return parts.stream().mapToLong(Shape::sizeBytes).sum();
    }
  }

  /**
   * A part but for its bytes.
   *
   * @param sizeBytes how many it has
   * @param startDts as in {@link Part}
   * @param duration as in {@link Part}
   * @param units as in {@link Part}
   * @param independent as in {@link Part}
   */
  public record Shape(
      int sizeBytes, long startDts, long duration, int units, boolean independent) {}
}
