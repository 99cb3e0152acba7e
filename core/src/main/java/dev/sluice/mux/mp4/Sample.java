package dev.sluice.mux.mp4;

/**
 * The sample that a track is at: what the tables or the fragment say of it. One instance a track,
 * filled anew for each sample.
 */
final class Sample {
  /** Decoding time in the track's timescale, before edits; negative offsets are not yet made up. */
  long dts;

  /** In the track's timescale. */
  long duration;

  /** PTS − DTS as the file says it. */
  int compositionOffset;

  /** Where its data begin in the file. */
  long position;

  /** Bytes of data. */
  long size;

  /** Whether the file says that decoding can begin here. */
  boolean sync;

  /** Which sample entry it needs, from 1. */
  int entry;

  long pts() {
    return dts + compositionOffset;
  }

  void set(Sample other) {
    dts = other.dts;
    duration = other.duration;
    compositionOffset = other.compositionOffset;
    position = other.position;
    size = other.size;
    sync = other.sync;
    entry = other.entry;
  }
}
