package dev.sluice.mux.mkv;

/**
 * Makes decoding times of presentation times that come in decoding order: the n-th decoding time is
 * the n-th smallest presentation time, moved back by as many frames as pictures are reordered. No
 * decoding time is after its presentation time, none is at or before the one before it.
 *
 * <p>Where a picture turns up that was reordered further than was known, its decoding time is its
 * presentation time, or the next possible one.
 */
final class DecodingTimes {
  private final int reorderFrames;
  private final long earliest;
  private final long frame;

  /** Presentation times that have not become decoding times yet, the smallest first. */
  private final long[] waiting;

  private int count;
  private int begun;
  private long last;

  /**
   * Begins; all times in one unit.
   *
   * @param reorderFrames pictures at most that come before another one and are shown after it
   * @param earliest presentation time of the first {@code reorderFrames} + 1 pictures
   * @param frame length of a frame, for the time before that
   */
  DecodingTimes(int reorderFrames, long earliest, long frame) {
    this.reorderFrames = reorderFrames;
    this.earliest = earliest;
    this.frame = frame;
    this.waiting = new long[reorderFrames + 1];
  }

  /** The decoding time of the next picture. */
  long next(long pts) {
    add(pts);
    long dts;
    if (begun < reorderFrames) {
      dts = earliest - (reorderFrames - begun) * frame;
    } else {
      dts = Math.min(pts, removeSmallest());
    }
    last = begun == 0 ? dts : Math.max(dts, last + 1);
    begun = Math.min(begun + 1, Integer.MAX_VALUE - 1);
    return last;
  }

  private void add(long pts) {
    int at = count++;
    for (; at > 0 && waiting[at - 1] > pts; at--) {
      waiting[at] = waiting[at - 1];
    }
    waiting[at] = pts;
  }

  private long removeSmallest() {
    long smallest = waiting[0];
    System.arraycopy(waiting, 1, waiting, 0, --count);
    return smallest;
  }

  /**
   * How many pictures are shown after one that they precede, at most.
   *
   * @param pts presentation times in decoding order
   */
  static int reorderFrames(long[] pts, int count) {
    int most = 0;
    for (int i = 1; i < count; i++) {
      int later = 0;
      for (int before = i - 1; before >= 0 && before >= i - MAX_REORDER_FRAMES; before--) {
        if (pts[before] > pts[i]) {
          later++;
        }
      }
      most = Math.max(most, later);
    }
    return most;
  }

  /** What a decoder can hold back, in all codecs. */
  static final int MAX_REORDER_FRAMES = 16;
}
