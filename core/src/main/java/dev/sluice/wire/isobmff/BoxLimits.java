package dev.sluice.wire.isobmff;

import dev.sluice.wire.MalformedException;

/** What one box may hold. */
public final class BoxLimits {
  /** Bytes of a box that is read as a whole and is no table of samples, fragment or mdat. */
  public static final int MAX_SMALL_BOX_BYTES = 1 << 20;

  /** Bytes of a {@code moof}: 1,000,000 samples at 16 bytes each fit. */
  public static final int MAX_MOOF_BYTES = 16 << 20;

  /** Brands of a file; two dozen have been seen. */
  static final int MAX_BRANDS = 256;

  /** Entries of an edit list; editors write one a cut. */
  static final int MAX_EDITS = 4_096;

  /** Sample entries of a track: a change of resolution adds one. */
  public static final int MAX_SAMPLE_ENTRIES = 256;

  /** Boxes in one box; a {@code moov} has one for each track. */
  public static final int MAX_CHILDREN = 1_024;

  /** Data references of a track; everybody writes one. */
  static final int MAX_DATA_REFERENCES = 256;

  /** References of a {@code sidx}, by the width of its count. */
  static final int MAX_REFERENCES = 65_535;

  /** Samples of one {@code trun}. */
  public static final int MAX_RUN_SAMPLES = 1 << 20;

  /** Entries of a {@code tfra}: one a fragment; a file of 24 hours with one a second has 86,400. */
  static final int MAX_RANDOM_ACCESS_ENTRIES = 1 << 20;

  /** Characters of a text: handler name, scheme, language. */
  static final int MAX_TEXT = 4_096;

  /** Entries of a sample table; at 60 a second these are 413 days. */
  public static final int MAX_TABLE_ENTRIES = Integer.MAX_VALUE;

  private BoxLimits() {}

  /**
   * Checks a count before anything is read for it.
   *
   * @param type of the box
   * @param what is counted
   * @throws MalformedException when there are more than {@code max}, or more than the bytes left
   *     can hold
   */
  static int count(
      int type, String what, long count, int max, int minBytesEach, int readableBytes) {
    if (count > max) {
      throw new MalformedException(
          "box '%s', %s: %d, allowed are %d".formatted(BoxType.text(type), what, count, max));
    }
    if (count * minBytesEach > readableBytes) {
      throw new MalformedException(
          "box '%s', %s: %d announced, %d bytes left"
              .formatted(BoxType.text(type), what, count, readableBytes));
    }
    return (int) count;
  }
}
