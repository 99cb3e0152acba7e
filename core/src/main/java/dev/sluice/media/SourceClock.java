package dev.sluice.media;

import static dev.sluice.wire.Checks.checkRange;

/**
 * How a source counts time.
 *
 * @param timescale ticks per second of its time stamps
 * @param wrapBits after how many bits its time stamps may start again at 0: 24, 31, 32, 33; 63 for
 *     never. A source of 32 bits whose stamps wrap at 31 is understood all the same.
 * @param utc whether its time stamps are UTC, modulo its range
 */
public record SourceClock(Timescale timescale, int wrapBits, Utc utc) {
  /** RTMP and FLV: milliseconds, 32 bits. */
  public static final SourceClock RTMP = new SourceClock(Timescale.MILLIS, 32, Utc.PERHAPS);

  /** RTMP of an encoder that says its time stamps are UTC ({@code bravo_atc}). */
  public static final SourceClock RTMP_ATC = new SourceClock(Timescale.MILLIS, 32, Utc.SAID);

  /** MPEG-TS: 90 kHz, 33 bits. */
  public static final SourceClock MPEG_TS = new SourceClock(Timescale.VIDEO, 33);

  /** Files: nanoseconds that never wrap. */
  public static final SourceClock FILE = new SourceClock(Timescale.NANOS, 63);

  /** Whether a clock tells UTC. */
  public enum Utc {
    /** It counts from anywhere. */
    NO,
    /** It may, where whoever runs it has made it so; nothing in the protocol says it. */
    PERHAPS,
    /** The source says so. */
    SAID,
    /**
     * It is another node of ours: what it says is UTC on the stream's timeline, in the timescale of
     * each track, and is taken as it is.
     */
    EXACT
  }

  /** The clock of another node's track, whose units have their places already. */
  public static SourceClock exact(Timescale ofTrack) {
    return new SourceClock(ofTrack, 63, Utc.EXACT);
  }

  public SourceClock {
    checkRange("wrapBits", wrapBits, 24, 63);
  }

  /** A clock that counts from anywhere. */
  public SourceClock(Timescale timescale, int wrapBits) {
    this(timescale, wrapBits, Utc.NO);
  }
}
