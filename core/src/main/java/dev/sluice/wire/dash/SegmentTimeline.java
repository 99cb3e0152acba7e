package dev.sluice.wire.dash;

import static dev.sluice.wire.Checks.checkRange;

import java.util.ArrayList;
import java.util.List;

/**
 * When segments begin and how long they are (ISO/IEC 23009-1, section 5.3.9.6).
 *
 * @param runs in order; times never go back
 */
public record SegmentTimeline(List<S> runs) {
  public SegmentTimeline {
    runs = List.copyOf(runs);
  }

  /**
   * Segments of one duration, one behind the other.
   *
   * @param t ticks at which the first begins; {@link Mpd#UNSET} where the one before ends, which is
   *     how a gap differs from none
   * @param n number of the first; {@link Mpd#UNSET} when it is the one before + 1
   * @param d ticks of each, at least 1
   * @param r how many more follow the first; −1 up to the next run, or to the period's end
   * @param k segments that one entry stands for, at least 1
   */
  public record S(long t, long n, long d, long r, long k) {
    /** Up to the next run, or to the period's end. */
    public static final long TO_THE_NEXT = -1;

    public S {
      checkRange("d", d, 1, Long.MAX_VALUE);
      checkRange("r", r, TO_THE_NEXT, Long.MAX_VALUE);
      checkRange("k", k, 1, Long.MAX_VALUE);
    }

    static S read(XmlElement element) {
      return new S(
          element.integer("t", Mpd.UNSET),
          element.integer("n", Mpd.UNSET),
          element.requiredInteger("d", 1),
          element.integer("r", 0, TO_THE_NEXT, Integer.MAX_VALUE),
          element.integer("k", 1, 1, Integer.MAX_VALUE));
    }

    void write(XmlWriter out) {
      out.open("S")
          .integer("t", t)
          .integer("n", n)
          .integer("d", d)
          .integer("r", r, 0)
          .integer("k", k, 1)
          .close();
    }
  }

  static SegmentTimeline read(XmlElement element) {
    return new SegmentTimeline(element.all("S", S::read));
  }

  void write(XmlWriter out) {
    out.open("SegmentTimeline");
    runs.forEach(run -> run.write(out));
    out.close();
  }

  /**
   * Puts segments into as few runs as possible: a time is said at the first and behind each gap.
   */
  public static final class Builder {
    private final List<S> runs = new ArrayList<>();
    private long startTicks = Mpd.UNSET;
    private long durationTicks;
    private long more;
    private long endTicks;

    /** A timeline without segments. */
    public Builder() {}

    /**
     * Appends a segment.
     *
     * @param start ticks, not before the end of the one before
     * @param duration ticks, at least 1
     */
    public Builder add(long start, long duration) {
      checkRange("start", start, durationTicks > 0 ? endTicks : 0, Long.MAX_VALUE);
      checkRange("duration", duration, 1, Long.MAX_VALUE - start);
      boolean follows = durationTicks > 0 && start == endTicks;
      if (follows && duration == durationTicks) {
        more++;
      } else {
        flush();
        startTicks = follows ? Mpd.UNSET : start;
        durationTicks = duration;
        more = 0;
      }
      endTicks = start + duration;
      return this;
    }

    /** All that was added. */
    public SegmentTimeline build() {
      flush();
      SegmentTimeline timeline = new SegmentTimeline(runs);
      if (!runs.isEmpty()) {
        runs.removeLast(); // it may still grow
      }
      return timeline;
    }

    private void flush() {
      if (durationTicks > 0) {
        runs.add(new S(startTicks, Mpd.UNSET, durationTicks, more, 1));
      }
    }
  }
}
