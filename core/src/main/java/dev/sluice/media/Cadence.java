package dev.sluice.media;

/**
 * The even pace of a track's units on its source's clock, which is known better than any single
 * time stamp: a clock of milliseconds rounds each of them by up to 1 ms, and the distance of two by
 * as much again, but a line through many of them by a few hundredths. All in 90 kHz.
 *
 * <p>When the time stamps of one track start somewhere else, nothing in them says how they lie
 * beside those of the other tracks. The pace does: the next unit is due where the line leads. New
 * stamps are rounded too, though, and differently, so the first of them alone would leave all that
 * follow off by up to 1 ms. So for {@link #SETTLING} units the track {@link #settle}s: it is moved
 * just as much as is needed for no unit to be further from the line than the stamps before it were.
 * What the source's rounding had done to the track before the jump, at most 1 ms, is then what it
 * does afterwards.
 *
 * <p>Only units that follow one another evenly have a line: the distance of any two neighbours may
 * differ from that of the next two by no more than rounding. Otherwise there is nothing better than
 * the last distance.
 */
final class Cadence {
  /** Units that are remembered: some seconds. */
  static final int REMEMBERED = 256;

  /** Units that make a line: about a second. */
  static final int LEAST = 24;

  /** Units after a jump by which the rounding of the new time stamps is known. */
  static final int SETTLING = 64;

  /** By how much rounding to milliseconds makes distances differ, and what is lost in sums. */
  static final long ROUNDING_90K = 100;

  private final long[] stamps = new long[REMEMBERED];
  private int count; // all since the last unevenness
  private long lastStep90k;

  // while settling
  private int settling;
  private int passed;
  private Line line = Line.NONE;
  private long first90k;
  private long moved90k;

  /**
   * A line through evenly spaced units.
   *
   * @param next90k where the next unit is due, as seen from the last one
   * @param unit90k from one unit to the next
   * @param least90k of all units, the furthest before the line; not positive
   * @param most90k the furthest behind it; not negative
   */
  private record Line(double next90k, double unit90k, double least90k, double most90k) {
    static final Line NONE = new Line(0, 0, 0, 0);
  }

  /** A unit has come. */
  void add(long source90k) {
    if (count > 0) {
      long step90k = source90k - last();
      boolean even = count == 1 || Math.abs(step90k - lastStep90k) <= ROUNDING_90K;
      if (step90k <= 0 || step90k > Timeline.GAP_90K || !even) {
        count = 0;
      }
      lastStep90k = step90k;
    }
    stamps[count++ % REMEMBERED] = source90k;
    if (count == 2 * REMEMBERED) { // the place in the ring stays, the number does not grow for ever
      count = REMEMBERED;
    }
  }

  private long last() {
    return stamps[(count - 1) % REMEMBERED];
  }

  /**
   * From the last unit's time stamp to where the next unit is due.
   *
   * @param otherwise90k where there is no even pace
   */
  long next90k(long otherwise90k) {
    Line known = line();
    return known.equals(Line.NONE) ? otherwise90k : Math.round(known.next90k);
  }

  /** The clock has jumped, and the unit at {@code source90k} was put where it was due. */
  void jumped(long source90k) {
    line = line();
    settling = line.equals(Line.NONE) ? 0 : SETTLING;
    passed = 0;
    first90k = source90k;
    moved90k = 0;
  }

  /**
   * By how much the track is to be moved from the unit at {@code source90k} on. Once for each unit
   * after the one that jumped.
   */
  long settle(long source90k) {
    if (settling == 0) {
      return 0;
    }
    settling--;
    passed++;
    double off90k = source90k - first90k + moved90k - passed * line.unit90k;
    if (Math.abs(off90k) > 2 * ROUNDING_90K) {
      settling = 0; // it is not even any longer
      return 0;
    }
    long by90k = Math.round(Math.clamp(off90k, line.least90k, line.most90k) - off90k);
    moved90k += by90k;
    return by90k;
  }

  /** The line through what is remembered, by least squares; none when it is too little, or bent. */
  private Line line() {
    int n = Math.min(count, REMEMBERED);
    if (n < LEAST) {
      return Line.NONE;
    }
    long last90k = last();
    double middle = (n - 1) / 2.0;
    double mean = 0;
    double slope = 0;
    for (int i = 0; i < n; i++) {
      double before90k = stamp(n, i) - last90k;
      mean += before90k / n;
      slope += (i - middle) * before90k;
    }
    slope /= n * (n * (double) n - 1) / 12; // the sum of (i - middle)²
    double least90k = 0;
    double most90k = 0;
    for (int i = 0; i < n; i++) {
      double off90k = stamp(n, i) - last90k - mean - (i - middle) * slope;
      least90k = Math.min(least90k, off90k);
      most90k = Math.max(most90k, off90k);
    }
    return most90k - least90k > ROUNDING_90K
        ? Line.NONE
        : new Line(mean + (n - middle) * slope, slope, least90k, most90k);
  }

  /** The {@code i}th of the last {@code n} time stamps. */
  private long stamp(int n, int i) {
    return stamps[(count - n + i) % REMEMBERED];
  }
}
