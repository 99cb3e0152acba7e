package dev.sluice.media;

import io.netty.buffer.ByteBuf;

/**
 * One coded picture, audio frame or data message on a stream's UTC timeline.
 *
 * @param track the track with the configuration that this unit needs
 * @param dts decoding time in the track's timescale, counted from the Unix epoch in UTC
 * @param pts presentation time, same clock
 * @param randomAccess whether decoding can begin here: an IRAP picture; audio and data always
 * @param payload in the form that {@link Codec} states; the holder of the unit owns one reference
 */
public record AccessUnit(Track track, long dts, long pts, boolean randomAccess, ByteBuf payload) {

  /**
   * The same as a unit of {@code other}, of the same timescale; the payload's reference passes to
   * it.
   */
  public AccessUnit of(Track other) {
    return other.equals(track) ? this : new AccessUnit(other, dts, pts, randomAccess, payload);
  }

  /** Whether this is the picture that opens a GOP. */
  public boolean startsGop() {
    return randomAccess && track.kind() == Track.Kind.VIDEO;
  }

  /** Payload size in bytes. */
  public int sizeBytes() {
    return payload.readableBytes();
  }

  /** DTS on the common 90 kHz measure. */
  public long dts90k() {
    return track.timescale().convert(dts, Timescale.VIDEO);
  }
}
