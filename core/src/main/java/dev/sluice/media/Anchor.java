package dev.sluice.media;

import dev.sluice.media.Repair.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts what a source begins with on the timeline. All in 90 kHz. */
final class Anchor {
  /** How far before the last unit of a beginning others are believed: 10 s. */
  static final long REACH_90K = 10 * 90_000;

  private final Courses courses;
  private final SourceUtc utc;
  private final Repairs repairs;
  private final long notBefore90k;

  /** Anchors nothing before {@code notBefore90k}. */
  Anchor(Courses courses, SourceUtc utc, Repairs repairs, long notBefore90k) {
    this.courses = courses;
    this.utc = utc;
    this.repairs = repairs;
    this.notBefore90k = notBefore90k;
  }

  /**
   * Anchors the clocks of a source's beginning, of which the last unit has just come.
   *
   * @return where the earliest of them will be
   */
  long begin(List<SourceUnit> beginning, long arrival90k) {
    List<SourceUnit> media =
        beginning.stream().filter(unit -> unit.track().kind() != Track.Kind.DATA).toList();
    List<SourceUnit> units = media.isEmpty() ? beginning : media;
    Track track = units.getLast().track();
    SharedClock leading = courses.clockOf(track.id());
    Map<SharedClock, Long> starts = readClocks(units, arrival90k);
    utc.begin(leading, track, arrival90k);
    place(starts, leading, arrival90k);
    long early90k = notBefore90k - earliest90k(starts);
    if (utc.absolute() && early90k > SourceUtc.REACH_90K) {
      utc.lose(track, -utc.behind90k());
      place(starts, leading, arrival90k);
      early90k = notBefore90k - earliest90k(starts);
    }
    if (early90k > 0) {
      move(starts, Timeline.wholeMs(early90k), track);
    }
    return earliest90k(starts);
  }

  /** Reads the clocks' last time stamps. Returns where on each clock the earliest unit is. */
  private Map<SharedClock, Long> readClocks(List<SourceUnit> units, long arrival90k) {
    var starts = new HashMap<SharedClock, Long>();
    for (SourceUnit unit : units.reversed()) {
      SharedClock clock = courses.clockOf(unit.track().id());
      if (!starts.containsKey(clock)) {
        clock.latest.read(unit.dts());
        utc.hear(clock, arrival90k);
      }
      long last90k = clock.latest.now90k();
      long source90k = clock.latest.to90k(clock.latest.ticksOf(unit.dts()), unit.offsetNs());
      boolean inReach = source90k - last90k >= -REACH_90K;
      starts.merge(clock, inReach ? source90k : last90k, Math::min);
    }
    return starts;
  }

  private void place(Map<SharedClock, Long> starts, SharedClock leading, long arrival90k) {
    leading.anchor(zero90k(leading, null, arrival90k));
    for (SharedClock clock : starts.keySet()) {
      if (!clock.equals(leading)) {
        clock.anchor(zero90k(clock, leading.newest, arrival90k));
      }
    }
  }

  /** Where the 0 of a clock is whose last reading has just come. */
  private long zero90k(SharedClock clock, @Nullable Origin leader, long arrival90k) {
    Long utc90k = clock.newest.utc90k();
    if (utc90k != null) {
      Long known90k =
          utc.absolute() ? utc90k : leader == null ? null : SourceUtc.besides(leader, utc90k);
      if (known90k != null) {
        return known90k;
      }
    }
    return Timeline.wholeMs(arrival90k - utc.behind90k() - clock.latest.now90k());
  }

  private static long earliest90k(Map<SharedClock, Long> starts) {
    long earliest90k = Long.MAX_VALUE;
    for (Map.Entry<SharedClock, Long> start : starts.entrySet()) {
      earliest90k = Math.min(earliest90k, start.getKey().newest.place(start.getValue()));
    }
    return earliest90k;
  }

  /** The beginning goes to the end of what was, and from there to where its UTC says. */
  private void move(Map<SharedClock, Long> starts, long by90k, Track track) {
    long over90k = SourceUtc.over90k(by90k);
    if (utc.absolute()) {
      repairs.tell(Kind.ALIGN, track, by90k, "UTC", over90k);
    }
    starts.forEach((clock, start90k) -> {
      clock.anchor(clock.newest.settled90k() + by90k);
      if (utc.absolute()) {
        clock.newest.bend(start90k, over90k, -by90k);
      }
    });
  }

  /** A track that was not in the beginning comes, with a clock of its own. */
  void late(Course course, long arrival90k) {
    SharedClock clock = course.clock;
    clock.latest.set(course.reading);
    utc.hear(clock, arrival90k);
    Course leader = courses.leader();
    clock.anchor(zero90k(clock, leader == null ? null : leader.origin, arrival90k));
    long early90k = notBefore90k - clock.newest.place(course.source90k);
    if (early90k > 0 && clock.newest.utc90k() == null) {
      clock.anchor(clock.newest.settled90k() + Timeline.wholeMs(early90k));
    }
    course.origin = clock.newest;
  }
}
