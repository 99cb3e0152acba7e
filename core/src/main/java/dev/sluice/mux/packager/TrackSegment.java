package dev.sluice.mux.packager;

import dev.sluice.media.Track;

/**
 * A track's segment that is whole: all parts with the same cut, one behind the other.
 *
 * @param track what it is of
 * @param cut where it begins, in all tracks
 * @param startPts when its first frame of sound is heard, or its picture begins with the cut, in
 *     the track's timescale
 * @param duration up to the next segment, or to where its media end, in the track's timescale
 * @param parts how many it has; 0 when it holds nothing, so that it is a gap
 * @param sizeBytes of all parts
 */
public record TrackSegment(
    Track track, Cut cut, long startPts, long duration, int parts, long sizeBytes) {

  /** Whether there is nothing in it. */
  public boolean gap() {
    return parts == 0;
  }
}
