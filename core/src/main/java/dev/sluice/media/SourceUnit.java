package dev.sluice.media;

import io.netty.buffer.ByteBuf;

/**
 * What a demuxer gives: a unit whose times are still in its source's own clock, unwrapped by
 * nobody.
 *
 * @param track the track with the configuration that this unit needs
 * @param dts decoding time in ticks of the source's clock, as it came (it may wrap)
 * @param compositionOffset PTS − DTS in ticks of the source's clock; may be negative
 * @param offsetNs what is to be added to DTS and PTS and is too fine for the source's clock
 *     (Enhanced RTMP's ModEx), 0 to 999 999 ns
 * @param randomAccess as in {@link AccessUnit}
 * @param payload the holder of the unit owns one reference
 */
public record SourceUnit(
    Track track,
    long dts,
    int compositionOffset,
    int offsetNs,
    boolean randomAccess,
    ByteBuf payload) {

  /** A unit whose times are whole ticks of its source's clock. */
  public SourceUnit(
      Track track, long dts, int compositionOffset, boolean randomAccess, ByteBuf payload) {
    this(track, dts, compositionOffset, 0, randomAccess, payload);
  }
}
