package dev.sluice.mux.packager;

import dev.sluice.media.Track;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A part of a track's segment: one CMAF chunk, or a stretch of which there is nothing.
 *
 * @param track what it is of
 * @param cut the segment
 * @param index in the segment, from 0
 * @param startDts of its first unit, in the track's timescale
 * @param duration in the track's timescale, not more than the part target
 * @param units how many it holds; 0 when it is a gap
 * @param independent whether decoding can begin in it
 * @param last whether its segment is whole with it, which is told next
 * @param bytes owned by the receiver; exact size, never changed again
 */
public record Part(
    Track track,
    Cut cut,
    int index,
    long startDts,
    long duration,
    int units,
    boolean independent,
    boolean last,
    ByteBuf bytes) {

  /** A stretch of which there is nothing. */
  static Part gap(Track track, Cut cut, int index, long startDts, long duration, boolean last) {
    return new Part(track, cut, index, startDts, duration, 0, false, last, Unpooled.EMPTY_BUFFER);
  }

  /** Whether there is nothing in it: it is told, but cannot be had. */
  public boolean isGap() {
    return units == 0;
  }
}
