package dev.sluice.mux.mpegts;

import dev.sluice.wire.mpegts.PesHeader;

/** The arithmetic of time stamps of 33 bits, and what a program's time is now. */
final class TsClock {
  /** Before anything was stamped. */
  static final long NONE = PesHeader.NONE;

  private static final long MASK = PesHeader.TIME_RANGE - 1;

  private long pcr = NONE;
  private long video = NONE;
  private long other = NONE;

  /** From {@code from} to {@code to}, by the shorter way round. */
  static long difference(long from, long to) {
    long ahead = to - from & MASK;
    return ahead >= PesHeader.TIME_RANGE / 2 ? ahead - PesHeader.TIME_RANGE : ahead;
  }

  /** {@code time} and {@code ticks} more, 33 bits. */
  static long plus(long time, long ticks) {
    return time + ticks & MASK;
  }

  /** The program's clock reference came, in 27 MHz. */
  void pcr(long value) {
    pcr = value / 300;
  }

  /** A unit of video was stamped. */
  void video(long dts) {
    video = dts;
  }

  /** A unit of audio was stamped. */
  void audio(long dts) {
    other = dts;
  }

  /**
   * The time of what has no stamp of its own: that of the last picture, else of the last sound,
   * else of the clock reference; {@link #NONE} before all of them.
   */
  long now() {
    return video != NONE ? video : other != NONE ? other : pcr;
  }

  /** Forgets. */
  void restart() {
    pcr = NONE;
    video = NONE;
    other = NONE;
  }
}
