package dev.sluice.mux.mp4;

/** What a file or stream may make us hold or do. */
final class Mp4Limits {
  /** Bytes of one sample: a picture of 8K that was coded by itself has been seen with 12 MB. */
  static final int MAX_SAMPLE_BYTES = 64 << 20;

  /** Tracks that are read: their IDs inside are 0 to 255. */
  static final int MAX_TRACKS = 32;

  /** Boxes of a file's top level before its {@code moov}, or from one fragment to the next. */
  static final int MAX_BOXES_WITHOUT_FRAGMENT = 65_536;

  /** Bytes of {@code mfra}; a larger one is not used. */
  static final int MAX_MFRA_BYTES = 16 << 20;

  /** Seconds of a time stamp: from 1904 to 2040, or from 1970 to 2106. */
  static final long MAX_TIME_S = 1L << 32;

  /** Bytes of a {@code moov} in a stream: an init segment has one or two thousand. */
  static final int MAX_INIT_BYTES = 1 << 20;

  private Mp4Limits() {}
}
