package dev.sluice.media;

/**
 * How a source counts time.
 *
 * @param timescale ticks per second of its time stamps
 * @param wrapBits after how many bits its time stamps may start again at 0: 24, 31, 32, 33; 63 for
 *     never. A source of 32 bits whose stamps wrap at 31 is understood all the same.
 */
public record SourceClock(Timescale timescale, int wrapBits) {
  /** RTMP and FLV: milliseconds, 32 bits. */
  public static final SourceClock RTMP = new SourceClock(Timescale.MILLIS, 32);
}
