package dev.sluice.media;

import dev.sluice.media.Repair.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What a source says of UTC, and what follows from it: its place on the timeline where that is
 * wanted and can be believed, else only the places of its tracks beside one another. All in 90 kHz.
 */
final class SourceUtc {
  /** How far from its arrival a source's UTC is believed: 60 s. */
  static final long REACH_90K = 60 * 90_000;

  /** How far apart tracks may be for their hints to bring them together: 10 s. */
  static final long ALIGN_REACH_90K = 10 * 90_000;

  /** What bringing together takes at least: 2 s. It never takes more than half the speed. */
  static final long ALIGN_90K = 2 * 90_000;

  /** What the first hint does not bring together: 1 ms. */
  static final long NEAR_90K = 90;

  /** What later hints leave to the cuts: 20 ms. */
  static final long AT_CUTS_90K = 1_800;

  private final TimeReference reference;
  private final Courses courses;
  private final Repairs repairs;
  private boolean absolute;
  private long behind90k;

  SourceUtc(TimeReference reference, Courses courses, Repairs repairs) {
    this.reference = reference;
    this.courses = courses;
    this.repairs = repairs;
  }

  /** Whether the source's UTC counts, not its arrival. */
  boolean absolute() {
    return absolute;
  }

  /** How much later than its UTC the source's media come; 0 where that does not count. */
  long behind90k() {
    return behind90k;
  }

  /** A clock was read for the first time: where it tells UTC, that tells where its 0 is. */
  void hear(SharedClock clock, long arrival90k) {
    boolean heard =
        switch (clock.latest.clock().utc()) {
          case NO, EXACT -> false;
          case PERHAPS -> reference == TimeReference.SOURCE;
          case SAID -> reference != TimeReference.ARRIVAL;
        };
    if (heard) {
      clock.newest.utc(clock.latest.utc90k(arrival90k) - clock.latest.now90k());
    }
  }

  /** A source begins with {@code track}, which has just come. */
  void begin(SharedClock leading, Track track, long arrival90k) {
    Long utc90k = leading.newest.utc90k();
    boolean heard =
        reference == TimeReference.SOURCE
            || reference == TimeReference.AUTO
                && leading.latest.clock().utc() == SourceClock.Utc.SAID;
    if (utc90k == null || !heard) {
      return;
    }
    long off90k = utc90k + leading.latest.now90k() - arrival90k;
    absolute = Math.abs(off90k) <= REACH_90K;
    behind90k = absolute ? -off90k : 0;
    if (!absolute) {
      repairs.tell(Kind.CLOCK, track, off90k);
    }
  }

  /** The source's UTC does not count any more. */
  void lose(Track track, long off90k) {
    repairs.tell(Kind.CLOCK, track, off90k);
    absolute = false;
    behind90k = 0;
  }

  /**
   * At a cut, media of a source whose UTC counts come later or earlier than they did: our clock and
   * the source's drift apart.
   *
   * @param now90k how much later than its UTC they come by now
   * @param by90k by how much that is followed
   */
  void drifted(Course course, long now90k, long by90k) {
    behind90k += by90k;
    if (Math.abs(now90k) > REACH_90K) {
      lose(course.track, -now90k);
    }
  }

  /** The source's clock was set: from now on it is like this behind. */
  void set(long nowBehind90k) {
    behind90k = nowBehind90k;
  }

  /**
   * Takes a hint.
   *
   * @return whether from now on the source's UTC counts, and did not before
   */
  boolean hint(TimeHint hint, long arrival90k) {
    Course course = courses.of(hint.trackId());
    SharedClock clock = courses.clockOf(hint.trackId());
    ClockReading reading = course == null ? clock.latest : course.reading;
    if (!reading.known()) {
      reading.read(hint.sourceTicks());
    }
    long source90k = reading.to90k(reading.ticksOf(hint.sourceTicks()), 0);
    long utc90k = Timescale.NANOS.convertRounded(hint.utcNs(), Timescale.VIDEO);
    Origin origin = course == null ? clock.newest : course.origin;
    boolean first = origin.utc90k() == null;
    origin.utc(utc90k - source90k);
    Course leader = courses.leader();
    if (leader == null) {
      return false; // nothing has begun
    }
    boolean believed = Math.abs(utc90k - arrival90k) <= REACH_90K;
    boolean begins = reference == TimeReference.SOURCE && !absolute && believed;
    if (begins) {
      absolute = true;
      behind90k = arrival90k - utc90k;
    } else if (first && reference == TimeReference.SOURCE && !believed) {
      repairs.tell(Kind.CLOCK, leader.track, utc90k - arrival90k);
    }
    for (Course each : courses.ofEachOrigin()) {
      align(each, leader, first || begins ? NEAR_90K : AT_CUTS_90K);
    }
    return begins;
  }

  /** A track has jumped while the source's UTC counts. */
  void jumped(Course course, long arrival90k) {
    if (course.clock.latest.clock().utc() == SourceClock.Utc.NO) {
      return; // the next hint tells
    }
    long utc90k = course.reading.utc90k(arrival90k);
    if (Math.abs(utc90k - arrival90k) > REACH_90K) {
      lose(course.track, utc90k - arrival90k);
      return;
    }
    course.origin.utc(utc90k - course.source90k);
    behind90k = arrival90k - utc90k;
    align(course, course, NEAR_90K);
  }

  /**
   * Brings the tracks of a course's origin to where its UTC says, or to those of the leader.
   *
   * @param near90k when they are not apart by more, it is left to the cuts
   */
  void align(Course course, Course leader, long near90k) {
    long by90k = apart90k(course.origin, leader.origin);
    if (Math.abs(by90k) <= near90k) {
      return;
    }
    if (Math.abs(by90k) > (absolute ? 2 * REACH_90K : ALIGN_REACH_90K)) {
      repairs.tell(Kind.CLOCK, course.track, by90k);
      course.origin.utc(null);
      return;
    }
    String against = absolute ? "UTC" : leader.track.label();
    repairs.tell(Kind.ALIGN, course.track, -by90k, against, over90k(by90k));
    long from90k = courses.newest90k(course.origin, course.source90k);
    course.origin.bend(from90k, over90k(by90k), by90k);
  }

  /** By how much an origin is to be moved for its UTC; 0 where nothing is known. */
  long apart90k(Origin origin, Origin leader) {
    Long utc90k = origin.utc90k();
    if (utc90k == null) {
      return 0;
    }
    Long wanted90k = absolute ? utc90k : besides(leader, utc90k);
    return wanted90k == null ? 0 : wanted90k - origin.settled90k();
  }

  /** Where an origin of this UTC is beside {@code leader}; null where nothing is known. */
  static @Nullable Long besides(Origin leader, long utc90k) {
    Long leaderUtc90k = leader.utc90k();
    return leaderUtc90k == null ? null : leader.settled90k() + utc90k - leaderUtc90k;
  }

  /** How long it takes to bring together what is apart by {@code by90k}. */
  static long over90k(long by90k) {
    return Math.max(ALIGN_90K, 2 * Math.abs(by90k));
  }
}
