package dev.sluice.mux.packager;

import static dev.sluice.wire.Checks.checkRange;

/**
 * Where a segment begins, in all tracks alike.
 *
 * @param number media sequence number
 * @param start90k when the leading track's unit that opens it is presented, or, where it is {@link
 *     Opening#DEPENDENT}, the first one that is of those that follow; UTC, 90 kHz; its name
 * @param dts90k when the unit that opens it is decoded
 * @param opening what it begins with
 * @param discontinuity whether a track's decoder has to be set up anew
 * @param discontinuitySequence discontinuities before it, and its own
 */
public record Cut(
    long number,
    long start90k,
    long dts90k,
    Opening opening,
    boolean discontinuity,
    long discontinuitySequence) {

  /** What a segment begins with. */
  public enum Opening {
    /** A random access point of the leading track: decoding can begin here. */
    RANDOM_ACCESS,
    /** Any unit: none that is better had come for too long. */
    DEPENDENT,
    /** Nothing: there is a hole, and the segment holds no media. */
    GAP
  }

  public Cut {
    checkRange("number", number, 0, Long.MAX_VALUE);
    checkRange("start90k", start90k, 0, Long.MAX_VALUE);
    checkRange("dts90k", dts90k, 0, start90k);
    checkRange("discontinuitySequence", discontinuitySequence, 0, Long.MAX_VALUE);
  }

  /** Whether there is no media from here to the next cut. */
  public boolean gap() {
    return opening == Opening.GAP;
  }
}
