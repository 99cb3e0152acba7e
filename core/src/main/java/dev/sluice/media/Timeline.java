package dev.sluice.media;

import dev.sluice.media.Repair.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Maps one source's own clock to UTC: unwraps it, anchors it, and then follows it.
 *
 * <p><b>Clocks.</b> The tracks of a source share one clock, or have clocks of their own ({@link
 * #clock}), as with RTP. They are read without wraps, see {@link SourceTicks}.
 *
 * <p><b>Anchor.</b> What the source begins with is placed so that its last unit falls on its
 * arrival, but nothing before the end of the timeline so far. From then on the source's clock
 * counts, not the arrival. Anchors lie on whole milliseconds, so that a source's milliseconds
 * survive their way through. Data messages, whose time stamps are often just 0, anchor nothing.
 *
 * <p><b>Steering.</b> No two clocks agree. A source that is anchored by its arrival is moved by 0.5
 * ms at cuts, all its tracks alike, as long as its media keep coming later or earlier than their
 * time; see {@link Steering} and {@link Lateness}.
 *
 * <p><b>UTC of the source.</b> Where the {@link TimeReference} allows it, a source that says UTC,
 * by its time stamps ({@link SourceClock#utc}) or by {@link #hint}, is placed by that when it is
 * within {@link SourceUtc#REACH_90K} of its arrival, and not steered by arrival. Otherwise hints
 * only bring its tracks together. What hints say is approached over 2 s, or at half speed where
 * that takes longer, and afterwards like arrival: by 0.5 ms at cuts.
 *
 * <p>The units of another node of ours ({@link SourceClock.Utc#EXACT}) have their places already
 * and keep them: none of what follows is done to them.
 *
 * <p><b>Audio</b> advances by whole frames of samples, see {@link AudioCount}. When the origin of
 * its time stamps moves, by steering or otherwise, the count moves along by the same, so the two
 * never part: the frame at a cut is longer or shorter by at most 0.5 ms, and the frames between
 * cuts are exact. Where the time stamps are UTC, samples are counted anew from the first frame on
 * that is not before a key frame: so a server that joins counts as one that has been there for
 * long, and two that have the same stamps have the same times.
 *
 * <p><b>Policies.</b> DTS grow by at least 1 ms in each track of video and audio, so that they grow
 * in protocols that count milliseconds too, and do not fall in a track of data. Every deviation is
 * met by one of these, counted, and told as a {@link Repair}:
 *
 * <table>
 *   <caption>Repairs</caption>
 *   <tr><th>what</th><th>kind</th><th>policy</th></tr>
 *   <tr><td>a gap of up to {@link #GAP_90K}</td><td></td><td>is kept and not told</td></tr>
 *   <tr><td>a longer gap</td><td>{@code GAP}</td><td>is kept: a hole of true length</td></tr>
 *   <tr><td>a step of more than {@link #STEP_90K} to more than {@link #LEAD_90K} ahead of arrival,
 *       or back by more than {@link #BACKWARD_90K}: the reset of one track or of all</td>
 *       <td>{@code JUMP}</td><td>is closed: the track goes on where it ended, by its {@link Cadence}
 *       or its samples, or, when nothing came of it for more than {@link #PAUSE_90K}, where it is due. A track that jumps after it and
 *       fits, keeps its distance to the first by the source's new time stamps; a track that does
 *       not jump stays as it was</td></tr>
 *   <tr><td>a track that would begin up to {@link #LATE_START_90K} before the end of what was</td>
 *       <td>{@code LATE_START}</td><td>all of its source moves back by that much: a short hole,
 *       sound and picture stay together</td></tr>
 *   <tr><td>a time stamp equal to or less than the one before, by less than a jump</td>
 *       <td>{@code ORDER}</td><td>becomes 1 ms more than the one before; its PTS stays, but not
 *       before its DTS</td></tr>
 *   <tr><td>audio whose time stamps leave its samples</td><td>{@code DRIFT}</td><td>the samples
 *       follow in steps, see {@link AudioCount}</td></tr>
 *   <tr><td>tracks, or a source and UTC, that are apart as hints say, by up to {@link
 *       SourceUtc#ALIGN_REACH_90K} or {@link SourceUtc#REACH_90K}</td><td>{@code ALIGN}</td><td>brought together
 *       over 2 s or at half speed</td></tr>
 *   <tr><td>UTC further from arrival than that</td><td>{@code CLOCK}</td><td>is not believed</td>
 *       </tr>
 *   <tr><td>media that come {@link Steering#LAG_90K} or more late for a minute</td><td>{@code
 *       LAG}</td><td>the source moves on at the next cut: a hole, and time is right again</td></tr>
 *   <tr><td>data further than {@link #DATA_REACH_90K} from picture and sound</td><td>{@code
 *       DATA}</td><td>goes beside them</td></tr>
 * </table>
 */
public final class Timeline {
  /** A hole in a track from which on it is told: 1 s. */
  static final long GAP_90K = 90_000;

  /** How much a time stamp may grow at once, whatever arrival says: 2 s. */
  static final long STEP_90K = 2 * 90_000;

  /** How far ahead of arrival a greater step may lead: 5 s, more than a source may run ahead. */
  static final long LEAD_90K = 5 * 90_000;

  /** How far back a time stamp may go before it is a jump: 500 ms. */
  static final long BACKWARD_90K = 45_000;

  /** How long nothing may have come at a jump that is none but by its time stamps: 250 ms. */
  static final long PAUSE_90K = 22_500;

  /** How far from the other tracks a track may begin: 10 s. */
  static final long REACH_90K = 10 * 90_000;

  /** How far a source is moved back for a track that begins too early: 1 s. */
  static final long LATE_START_90K = 90_000;

  /** How far from picture and sound the time stamp of data is believed: 10 s. */
  static final long DATA_REACH_90K = 10 * 90_000;

  /** Before everything, with room to subtract from. */
  private static final long NEVER = Long.MIN_VALUE / 2;

  private static final int MS = 90; // ticks

  private final long notBefore90k;
  private final Courses courses;
  private final Repairs repairs = new Repairs();
  private final SourceUtc utc;
  private final Anchor anchor;
  private final Steering steering;
  private final @Nullable ExactTimes exact;
  private boolean begun;
  private long end90k = Long.MIN_VALUE;

  // the last unit of video or audio
  private long latest90k = Long.MIN_VALUE;
  private long ahead90k;

  /**
   * A timeline, by arrival, for a source that has not begun.
   *
   * @param notBefore90k where the timeline so far ends, in 90 kHz UTC; {@link Long#MIN_VALUE} when
   *     nothing was before
   */
  public Timeline(SourceClock clock, long notBefore90k) {
    this(clock, TimeReference.ARRIVAL, notBefore90k);
  }

  /**
   * A timeline for a source that has not begun.
   *
   * @param clock of all tracks that have none of their own
   * @param notBefore90k where the timeline so far ends, in 90 kHz UTC; {@link Long#MIN_VALUE} when
   *     nothing was before
   */
  public Timeline(SourceClock clock, TimeReference reference, long notBefore90k) {
    this.notBefore90k = Math.max(notBefore90k, NEVER);
    this.courses = new Courses(clock);
    this.utc = new SourceUtc(reference, courses, repairs);
    this.anchor = new Anchor(courses, utc, repairs, this.notBefore90k);
    this.steering = new Steering(courses, utc, repairs);
    this.exact = clock.utc() == SourceClock.Utc.EXACT ? new ExactTimes() : null;
  }

  /**
   * Gives a track a clock of its own, whose 0 has nothing to do with that of others. Until a {@link
   * #hint} tells more, the track is anchored by its own arrival.
   *
   * @throws IllegalStateException when units of the track have come
   */
  public void clock(int trackId, SourceClock clock) {
    if (exact != null) {
      return;
    }
    courses.clock(trackId, clock);
  }

  /**
   * Anchors the source.
   *
   * @param beginning the units it begins with, at least one; borrowed, to be mapped afterwards
   * @param arrivalUtcNs when the last of them came
   * @return where the earliest of them will be, in 90 kHz UTC
   */
  public long anchor(List<SourceUnit> beginning, long arrivalUtcNs) {
    repairs.keep();
    begun = true;
    if (exact != null) {
      return exact.earliest90k(beginning);
    }
    return anchor.begin(beginning, Timescale.NANOS.convert(arrivalUtcNs, Timescale.VIDEO));
  }

  /**
   * Takes what the source says of UTC, before it is anchored or later.
   *
   * @param arrivalUtcNs when it came
   */
  public void hint(TimeHint hint, long arrivalUtcNs) {
    repairs.keep();
    if (exact == null && utc.hint(hint, Timescale.NANOS.convert(arrivalUtcNs, Timescale.VIDEO))) {
      steering.forget();
    }
  }

  /**
   * Places {@code unit}, whose payload reference passes to the result.
   *
   * @throws IllegalStateException when nothing was anchored
   */
  public AccessUnit map(SourceUnit unit, long arrivalUtcNs) {
    if (!begun) {
      throw new IllegalStateException("not anchored");
    }
    repairs.next();
    if (exact != null) {
      AccessUnit placed = exact.map(unit);
      end90k = exact.end90k();
      return placed;
    }
    long arrival90k = Timescale.NANOS.convert(arrivalUtcNs, Timescale.VIDEO);
    Track track = unit.track();
    Course course = courses.of(track);
    course.read(unit);
    if (!course.clock.anchored) {
      anchor.late(course, arrival90k);
    }
    long at90k = course.data() ? besideTheRest(course) : steady(course, unit, arrival90k);
    long stamped = Timescale.VIDEO.convertRounded(at90k, track.timescale());
    long dts = course.placed ? follow(course, stamped, unit) : begin(course, stamped, unit);
    long pts = dts;
    if (track.kind() == Track.Kind.VIDEO && unit.compositionOffset() != 0) {
      long shown90k =
          course.origin.place(course.source90k + course.reading.to90k(unit.compositionOffset(), 0));
      pts = Timescale.VIDEO.convertRounded(shown90k, track.timescale());
      pts = dts == stamped ? pts : Math.max(pts, dts);
    }
    remember(course, at90k, dts, arrival90k);
    return new AccessUnit(track, dts, pts, unit.randomAccess(), unit.payload());
  }

  /** What the last {@link #map} had to repair and is to be told; valid until the next. */
  public List<Repair> repairs() {
    return repairs.told();
  }

  /** Repairs of a kind so far, told or not. */
  public long count(Kind kind) {
    return repairs.count(kind);
  }

  /** The end of all that was mapped, frame durations included, in 90 kHz UTC. */
  public long end90k() {
    return end90k;
  }

  /**
   * How far the last unit of video or audio is ahead of the clock, in 90 kHz; negative when it came
   * late. A source whose own UTC counts is compared with how far it was from ours at first.
   */
  public long ahead90k() {
    return ahead90k;
  }

  /** Whether the source's own UTC counts. */
  public boolean absolute() {
    return exact != null || utc.absolute();
  }

  /** The place of a unit of video or audio by its time stamp, after a jump was closed. */
  private long steady(Course course, SourceUnit unit, long arrival90k) {
    if (isUtcStamped(course) && isKeyFrame(unit)) {
      courses.recount(course);
    }
    long at90k = course.place();
    if (!isSteady(course, at90k, arrival90k)) {
      return closeJump(course, unit, at90k, arrival90k);
    }
    if (!course.placed) {
      return notTooEarly(course, at90k, notBefore90k);
    }
    if (course.step90k() > GAP_90K) {
      repairs.tell(Kind.GAP, course.track, course.step90k());
      if (course.step90k() > STEP_90K && at90k - arrival90k + utc.behind90k() > LEAD_90K) {
        // no jump, since the source's UTC counts: it has set its clock
        utc.set(arrival90k - at90k);
        steering.forget();
      }
    }
    long settled90k = course.cadence.settle(course.source90k);
    if (settled90k != 0) {
      course.origin.bend(course.source90k, 0, settled90k);
    }
    steering.unit(course, course.track.kind() == Track.Kind.VIDEO && unit.randomAccess());
    return course.place();
  }

  /** Whether the source's time stamps are UTC and count. */
  private boolean isUtcStamped(Course course) {
    return utc.absolute() && course.clock.latest.clock().utc() != SourceClock.Utc.NO;
  }

  private static boolean isKeyFrame(SourceUnit unit) {
    return unit.randomAccess() && unit.track().kind() == Track.Kind.VIDEO;
  }

  private boolean isSteady(Course course, long at90k, long arrival90k) {
    if (!course.placed) {
      boolean inReach = latest90k == Long.MIN_VALUE || Math.abs(at90k - latest90k) <= REACH_90K;
      return inReach && at90k >= notBefore90k - LATE_START_90K;
    }
    long mayLead90k = utc.absolute() ? SourceUtc.REACH_90K : LEAD_90K;
    long step90k = course.step90k();
    return step90k >= -BACKWARD_90K && !(step90k > STEP_90K && at90k - arrival90k > mayLead90k);
  }

  /** Moves the whole origin when a track that joins it would begin too early. */
  private long notTooEarly(Course course, long at90k, long floor90k) {
    if (at90k >= floor90k) {
      return at90k;
    }
    long by90k = wholeMs(floor90k - at90k);
    repairs.tell(Kind.LATE_START, course.track, by90k);
    course.origin.bend(course.source90k, 0, by90k);
    steering.moved(by90k);
    Course leader = courses.leader();
    utc.align(course, leader == null ? course : leader, SourceUtc.NEAR_90K);
    return course.place();
  }

  private long closeJump(Course course, SourceUnit unit, long at90k, long arrival90k) {
    boolean begins = !course.placed;
    long expected90k = begins ? Math.max(end90k, notBefore90k) : course.ended90k();
    repairs.tell(Kind.JUMP, course.track, at90k - expected90k);
    if (joinOthers(course, unit, begins ? notBefore90k : expected90k, arrival90k)) {
      return course.place();
    }
    long due90k = steering.due90k(course, arrival90k);
    course.clock.newest =
        !begins && due90k - expected90k <= PAUSE_90K
            ? course.resumed(expected90k)
            : new Origin(wholeMs(Math.max(due90k, expected90k) - course.source90k));
    course.origin = course.clock.newest;
    if (utc.absolute()) {
      utc.jumped(course, arrival90k);
      steering.forget();
    }
    return course.place();
  }

  /** Whether other tracks of the clock jumped before, to where this one fits. */
  private boolean joinOthers(Course course, SourceUnit unit, long floor90k, long arrival90k) {
    Origin others = course.clock.newest;
    if (course.origin.equals(others)) {
      return false;
    }
    ClockReading theirs = course.clock.latest.copy();
    long source90k = theirs.to90k(theirs.read(unit.dts()), unit.offsetNs());
    long with90k = others.place(source90k);
    if (with90k < floor90k - LATE_START_90K || with90k - arrival90k + utc.behind90k() > LEAD_90K) {
      return false;
    }
    course.reading.set(theirs);
    course.source90k = source90k;
    course.origin = others;
    notTooEarly(course, with90k, floor90k);
    return true;
  }

  private long besideTheRest(Course course) {
    long at90k = course.place();
    if (latest90k == Long.MIN_VALUE) {
      return Math.max(at90k, notBefore90k);
    }
    if (Math.abs(at90k - latest90k) <= DATA_REACH_90K) {
      return at90k;
    }
    long onNewest90k = course.clock.newest.place(course.source90k);
    if (Math.abs(onNewest90k - latest90k) <= DATA_REACH_90K) {
      course.origin = course.clock.newest;
      return onNewest90k;
    }
    repairs.tell(Kind.DATA, course.track, at90k - latest90k);
    return latest90k;
  }

  private long begin(Course course, long stamped, SourceUnit unit) {
    if (course.audio != null) {
      course.audio.first(unit.payload());
    }
    return stamped;
  }

  /** The DTS of a unit that is not the first of its track. */
  private long follow(Course course, long stamped, SourceUnit unit) {
    if (course.data()) {
      return Math.max(stamped, course.lastDts);
    }
    long dts = stamped;
    AudioCount audio = course.audio;
    if (audio != null && course.recounts()) {
      audio.recount(unit.payload());
    } else if (audio != null) {
      dts = course.count(audio, stamped, unit.payload());
      if (audio.drifted() != 0) {
        long by90k = course.track.timescale().convertRounded(audio.drifted(), Timescale.VIDEO);
        repairs.tell(Kind.DRIFT, course.track, by90k);
      }
    }
    long earliest = course.lastDts + course.leastStep();
    if (dts >= earliest) {
      course.disordered = false;
      return dts;
    }
    if (course.disordered) {
      repairs.more(Kind.ORDER);
    } else {
      long back90k = course.track.timescale().convert(dts - course.lastDts, Timescale.VIDEO);
      repairs.tell(Kind.ORDER, course.track, back90k);
    }
    course.disordered = true;
    return earliest;
  }

  private void remember(Course course, long at90k, long dts, long arrival90k) {
    course.remember(at90k, dts, GAP_90K);
    if (course.data()) {
      return;
    }
    course.clock.latest.set(course.reading);
    latest90k = at90k;
    ahead90k = at90k - arrival90k + utc.behind90k();
    steering.observe(course, arrival90k);
    long ends90k = course.track.timescale().convert(dts, Timescale.VIDEO) + course.frame90k;
    end90k = Math.max(end90k, ends90k);
  }

  /** Rounded up to whole milliseconds. */
  static long wholeMs(long ticks90k) {
    return -Math.floorDiv(-ticks90k, MS) * MS;
  }
}
