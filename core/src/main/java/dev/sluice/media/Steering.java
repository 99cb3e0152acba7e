package dev.sluice.media;

/**
 * Keeps a source that was anchored by its arrival there, although its clock runs a little faster or
 * slower than ours: at cuts, by at most half a millisecond each. All in 90 kHz.
 *
 * <p>A cut is a random access point of the video, one in {@link #EVERY_90K} at most; where none
 * comes for {@link #AT_LATEST_90K}, any unit of video or audio. That follows 100 ppm at the least.
 * Steering begins when the {@link Lateness} is {@link #ENGAGE_90K} and goes on until it is nearly
 * 0, so that most of the time durations are exactly the source's.
 */
final class Steering {
  /** The most by which a source is moved at a cut: 0.5 ms. */
  static final long STEP_90K = 45;

  /** The least time between two cuts: 1 s. */
  static final long EVERY_90K = 90_000;

  /** The most time between two cuts: 5 s. */
  static final long AT_LATEST_90K = 5 * 90_000;

  /** The lateness from which on it is steered: 10 ms. */
  static final long ENGAGE_90K = 900;

  /** The lateness at which steering is done: 1 ms. */
  static final long RELEASE_90K = 90;

  /** A whole minute's lateness that is not steered but moved at once: 5 s. */
  static final long LAG_90K = 5 * 90_000;

  private static final long UNKNOWN = Long.MAX_VALUE;

  private final Courses courses;
  private final SourceUtc utc;
  private final Repairs repairs;
  private long lastCut90k = Long.MIN_VALUE / 2;
  private boolean engaged;

  Steering(Courses courses, SourceUtc utc, Repairs repairs) {
    this.courses = courses;
    this.utc = utc;
    this.repairs = repairs;
  }

  /** A unit of video or audio has come and been placed. */
  void observe(Course course, long arrival90k) {
    course.lateness.observe(course.last90k + utc.behind90k(), arrival90k);
  }

  /** All of the source was moved by {@code by90k}. */
  void moved(long by90k) {
    courses.all().forEach(course -> course.lateness.moved(by90k));
  }

  /** What was seen of the source's lateness says nothing of what comes. */
  void forget() {
    courses.all().forEach(course -> course.lateness.forget());
  }

  /** Where a unit of {@code course} that comes now belongs, by what is known of its lateness. */
  long due90k(Course course, long arrival90k) {
    long late90k = course.lateness.known() ? course.lateness.least90k() : least90k(0);
    return arrival90k - utc.behind90k() - (late90k == UNKNOWN ? 0 : late90k);
  }

  /**
   * The least of all tracks that still come.
   *
   * @param complete so many buckets of one of them must be complete
   * @return {@link #UNKNOWN} where they are not
   */
  private long least90k(int complete) {
    long newest = Long.MIN_VALUE;
    for (Course course : courses.all()) {
      newest = Math.max(newest, course.lateness.bucket());
    }
    boolean enough = false;
    long least90k = UNKNOWN;
    for (Course course : courses.all()) {
      Lateness lateness = course.lateness;
      if (lateness.known() && lateness.bucket() > newest - Lateness.BUCKETS) {
        enough |= lateness.complete(complete);
        least90k = Math.min(least90k, lateness.least90k());
      }
    }
    return enough ? least90k : UNKNOWN;
  }

  /** Steers when the current unit of {@code course}, which is not its first, is a cut. */
  void unit(Course course, boolean picture) {
    long at90k = course.place();
    if (at90k - lastCut90k < (picture ? EVERY_90K : AT_LATEST_90K)) {
      return;
    }
    lastCut90k = at90k;
    long step90k = step90k();
    if (utc.absolute()) {
      long late90k = least90k(1);
      utc.drifted(course, utc.behind90k() + (late90k == UNKNOWN ? 0 : late90k), step90k);
      moved(step90k);
      step90k = 0;
    } else if (lag90k() > 0) {
      step90k = Timeline.wholeMs(lag90k());
      repairs.tell(Repair.Kind.LAG, course.track, step90k);
    }
    move(course, at90k, step90k);
  }

  private void move(Course course, long at90k, long step90k) {
    Course leader = courses.leader();
    for (Origin origin : courses.origins()) {
      boolean own = origin.equals(course.origin);
      long from90k =
          courses.newest90k(origin, own ? course.source90k : at90k - origin.settled90k());
      long apart90k = leader == null ? 0 : utc.apart90k(origin, leader.origin);
      if (Math.abs(apart90k) >= SourceUtc.NEAR_90K) {
        origin.bend(from90k, 0, Math.clamp(apart90k, -STEP_90K, STEP_90K));
      }
      if (step90k != 0) {
        origin.bend(from90k, 0, step90k);
      }
    }
    if (step90k != 0) {
      moved(step90k);
    }
  }

  /** By how much the source is to be moved: later, or, negative, earlier. */
  private long step90k() {
    long late90k = least90k(1);
    if (late90k == UNKNOWN) {
      return 0;
    }
    engaged = Math.abs(late90k) >= (engaged ? RELEASE_90K : ENGAGE_90K);
    return engaged ? Long.signum(late90k) * STEP_90K : 0;
  }

  /** By how much the source has fallen behind for good; 0 when it has not. */
  private long lag90k() {
    long late90k = least90k(Lateness.BUCKETS - 1);
    return late90k == UNKNOWN || late90k < LAG_90K ? 0 : late90k;
  }
}
