package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;

/** What a stream has counted since it began. Stream's loop. */
final class StreamCounters {
  /** Over how long the incoming bit rate is averaged. */
  static final long RATE_WINDOW_NS = 5_000_000_000L;

  private long videoFrames;
  private long audioFrames;
  private long dataMessages;
  private long bytesIn;
  private long unitsDropped;
  private long sourcesAccepted;
  private long repairs;
  private long lastKeyFrame90k;
  private long keyFrameInterval90k;

  private long windowSinceNs;
  private long windowBytes;
  private long bitrateBps;

  /** A source begins: what is measured over time starts afresh. */
  void sourceAccepted(long nowNs) {
    sourcesAccepted++;
    lastKeyFrame90k = 0;
    windowSinceNs = nowNs;
    windowBytes = 0;
    bitrateBps = 0;
  }

  /** Counts bytes that came from the source; true when a window of the bit rate has closed. */
  boolean received(int bytes, long nowNs) {
    bytesIn += bytes;
    windowBytes += bytes;
    long spanNs = nowNs - windowSinceNs;
    if (spanNs < RATE_WINDOW_NS) {
      return false;
    }
    bitrateBps = Math.round(windowBytes * 8e9 / spanNs);
    windowSinceNs = nowNs;
    windowBytes = 0;
    return true;
  }

  void unit(AccessUnit unit) {
    switch (unit.track().kind()) {
      case VIDEO -> videoFrames++;
      case AUDIO -> audioFrames++;
      case DATA -> dataMessages++;
    }
    if (unit.randomAccess() && unit.track().kind() == Track.Kind.VIDEO) {
      long at = unit.dts90k();
      keyFrameInterval90k = lastKeyFrame90k == 0 ? keyFrameInterval90k : at - lastKeyFrame90k;
      lastKeyFrame90k = at;
    }
  }

  void dropped(int units) {
    unitsDropped += units;
  }

  void repaired() {
    repairs++;
  }

  /** Bits per second over the last full window; the current one when there is none yet. */
  long bitrateBps(long nowNs) {
    long spanNs = nowNs - windowSinceNs;
    if (spanNs > 2 * RATE_WINDOW_NS) {
      return 0; // nothing has closed the window for long: nothing comes
    }
    return bitrateBps > 0 || spanNs <= 0 ? bitrateBps : Math.round(windowBytes * 8e9 / spanNs);
  }

  long videoFrames() {
    return videoFrames;
  }

  long audioFrames() {
    return audioFrames;
  }

  long dataMessages() {
    return dataMessages;
  }

  long bytesIn() {
    return bytesIn;
  }

  long unitsDropped() {
    return unitsDropped;
  }

  long sourcesAccepted() {
    return sourcesAccepted;
  }

  long repairs() {
    return repairs;
  }

  /** Time between the last two key frames; 0 when there have not been two. */
  long keyFrameIntervalMs() {
    return keyFrameInterval90k / 90;
  }
}
