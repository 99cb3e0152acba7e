package dev.sluice.hub;

/** The bit rate of a source, averaged over windows. Stream's loop. */
final class RateMeter {
  /** Over how long the incoming bit rate is averaged. */
  static final long WINDOW_NS = 5_000_000_000L;

  private long sinceNs;
  private long bytes;
  private long bitrateBps;

  RateMeter(long nowNs) {
    sinceNs = nowNs;
  }

  /** Counts bytes that came; true when a window has closed. */
  boolean received(int more, long nowNs) {
    bytes += more;
    long spanNs = nowNs - sinceNs;
    if (spanNs < WINDOW_NS) {
      return false;
    }
    bitrateBps = Math.round(bytes * 8e9 / spanNs);
    sinceNs = nowNs;
    bytes = 0;
    return true;
  }

  /** Bits per second over the last full window; the current one when there is none yet. */
  long bitrateBps(long nowNs) {
    long spanNs = nowNs - sinceNs;
    if (spanNs > 2 * WINDOW_NS) {
      return 0; // nothing has closed the window for long: nothing comes
    }
    return bitrateBps > 0 || spanNs <= 0 ? bitrateBps : Math.round(bytes * 8e9 / spanNs);
  }
}
