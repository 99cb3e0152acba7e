package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;

/** What a stream has counted since it began. Stream's loop. */
final class StreamCounters {
  private long videoFrames;
  private long audioFrames;
  private long dataMessages;
  private long bytesIn;
  private long unitsDropped;
  private long sourcesAccepted;
  private long repairs;
  private long lastKeyFrame90k;
  private long keyFrameInterval90k;

  /** A source was taken in. */
  void sourceAccepted() {
    sourcesAccepted++;
  }

  /** Another source begins: what is measured between its units starts afresh. */
  void sourceBegan() {
    lastKeyFrame90k = 0;
  }

  /** Counts bytes that came from any source. */
  void received(int bytes) {
    bytesIn += bytes;
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
