package dev.sluice.media;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps one source's own clock to UTC: unwraps it, anchors it, and then follows it.
 *
 * <p><b>Anchor.</b> What the source begins with is placed so that its last unit falls on its
 * arrival, but nothing before the end of the timeline so far. From then on the source's clock
 * counts, not the arrival. Anchors lie on whole milliseconds, so that a source's milliseconds
 * survive their way through. Data messages, whose time stamps are often just 0, anchor nothing.
 *
 * <p><b>Audio</b> (AAC) advances by whole frames of samples, see {@link AudioCount}.
 *
 * <p><b>Policies.</b> DTS grow by at least 1 ms in each track of video and audio, so that they grow
 * in protocols that count milliseconds too, and do not fall in a track of data. Every deviation is
 * met by one of these, counted, and told as a {@link Repair}:
 *
 * <ul>
 *   <li>A gap longer than {@link #GAP_90K} is kept: a hole of true length.
 *   <li>A jump is closed: forward by more than {@link #STEP_90K} to more than {@link #LEAD_90K}
 *       ahead of arrival, or back by more than {@link #BACKWARD_90K}. The track goes on at the
 *       later of arrival and the end of all tracks. A track that jumps after it, by as much, keeps
 *       its distance to the first; a track that does not jump stays as it was.
 *   <li>A track that would begin before the end of what was, by up to {@link #LATE_START_90K},
 *       moves all of its source back by that much: a short hole, and sound and picture stay
 *       together.
 *   <li>A time stamp that is equal to or less than the one before, by less than a jump, becomes 1
 *       ms more than the one before; its PTS stays, but not before its DTS.
 *   <li>Audio whose time stamps drift away from its samples follows them in steps.
 *   <li>Data further than {@link #DATA_REACH_90K} from picture and sound goes beside them.
 * </ul>
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

  /** How far from the other tracks a track may begin: 10 s. */
  static final long REACH_90K = 10 * 90_000;

  /** How far a source is moved back for a track that begins too early: 1 s. */
  static final long LATE_START_90K = 90_000;

  /** How far from picture and sound the time stamp of data is believed: 10 s. */
  static final long DATA_REACH_90K = 10 * 90_000;

  /** Of each kind so many repairs are told, and then each whose number is a power of two. */
  static final int TOLD = 16;

  /** Before everything, with room to subtract from. */
  private static final long NEVER = Long.MIN_VALUE / 2;

  private static final long DEFAULT_FRAME_90K = 3_600;
  private static final int MS = 90; // ticks

  /** Kinds of repair. */
  public enum Kind {
    /** A hole that was kept. */
    GAP,
    /** A jump that was closed. */
    JUMP,
    /** Time stamps that did not grow. */
    ORDER,
    /** A track began before the end of what was; its source was moved. */
    LATE_START,
    /** Audio time stamps and samples drifted apart. */
    DRIFT,
    /** Data stamped far from everything else. */
    DATA
  }

  /**
   * What was done to a track.
   *
   * @param label the track's codec, for people
   * @param byMs milliseconds: length of the hole, size of the jump, or how far back
   * @param count how many repairs of this kind there were, this one included
   */
  public record Repair(Kind kind, int trackId, String label, long byMs, long count) {
    /** A sentence with figures. */
    @Override
    public String toString() {
      String what =
          switch (kind) {
            case GAP -> "%s had a gap of %d ms; kept".formatted(label, byMs);
            case JUMP -> "%s jumped by %d ms; closed".formatted(label, byMs);
            case ORDER -> "%s went back by %d ms; put in order".formatted(label, -byMs);
            case LATE_START ->
                "%s began %d ms before the end of what was; its source was moved"
                    .formatted(label, byMs);
            case DRIFT -> "%s drifted by %d ms from its samples; followed".formatted(label, byMs);
            case DATA -> "%s was stamped %d ms away; put beside the rest".formatted(label, byMs);
          };
      return count == 1 ? what : what + " (no. " + count + ")";
    }
  }

  /** Where a source's 0 is in 90 kHz UTC; shared by the tracks that jumped together. */
  private static final class Origin {
    long at90k;
    int moves;
  }

  /** What is known of one track of the source; times on the common 90 kHz UTC measure. */
  private static final class Course {
    Track track;
    @Nullable AudioCount audio;
    Origin origin;
    @Nullable Origin followed;
    int followedMoves;
    long lastRaw;
    long unwrapped;
    boolean placed;
    long last90k;
    long lastDts;
    long frame90k = DEFAULT_FRAME_90K;
    boolean disordered;

    Course(Track track, Origin origin, long raw, long unwrapped) {
      this.track = track;
      this.origin = origin;
      this.lastRaw = raw;
      this.unwrapped = unwrapped;
      this.audio = track.codec() == Codec.AAC ? new AudioCount(track) : null;
    }

    /** Whether its times were moved since its last unit. */
    boolean moved() {
      return origin != followed || origin.moves != followedMoves;
    }

    long source90k(SourceClock clock) {
      return clock.timescale().convert(unwrapped, Timescale.VIDEO);
    }

    /** 1 ms in ticks of the track, rounded up. */
    long leastStep() {
      return -Timescale.MILLIS.convert(-1, track.timescale());
    }

    /** A new configuration; a new sample rate changes the unit of DTS. */
    void changeTo(Track next) {
      if (!next.timescale().equals(track.timescale())) {
        lastDts = track.timescale().convert(lastDts, next.timescale());
      }
      track = next;
      audio = next.codec() == Codec.AAC ? new AudioCount(next) : null;
    }
  }

  private final SourceClock clock;
  private final long notBefore90k;
  private final Map<Integer, Course> courses = new HashMap<>();
  private final List<Repair> repairs = new ArrayList<>();
  private final long[] counts = new long[Kind.values().length];
  private boolean anchored;
  private Origin newest = new Origin();
  private long end90k = Long.MIN_VALUE;

  // the last unit of video or audio
  private long latestRaw;
  private long latestUnwrapped;
  private long latest90k = Long.MIN_VALUE;

  /**
   * A timeline for a source that has not begun.
   *
   * @param notBefore90k where the timeline so far ends, in 90 kHz UTC; {@link Long#MIN_VALUE} when
   *     nothing was before
   */
  public Timeline(SourceClock clock, long notBefore90k) {
    this.clock = clock;
    this.notBefore90k = Math.max(notBefore90k, NEVER);
  }

  /**
   * Anchors the source.
   *
   * @param beginning the units it begins with, at least one; borrowed, to be mapped afterwards
   * @param arrivalUtcNs when the last of them came
   * @return where the earliest of them will be, in 90 kHz UTC
   */
  public long anchor(List<SourceUnit> beginning, long arrivalUtcNs) {
    List<SourceUnit> media =
        beginning.stream().filter(unit -> unit.track().kind() != Track.Kind.DATA).toList();
    List<SourceUnit> units = media.isEmpty() ? beginning : media;
    latestRaw = units.getLast().dts(); // unwrapped 0
    long earliest = 0;
    for (SourceUnit unit : units) {
      long before = SourceTicks.difference(clock, latestRaw, unit.dts());
      if (to90k(before) >= -REACH_90K) {
        earliest = Math.min(earliest, before);
      }
    }
    long arrival90k = Timescale.NANOS.convert(arrivalUtcNs, Timescale.VIDEO);
    newest.at90k = wholeMs(Math.max(arrival90k, notBefore90k - to90k(earliest)));
    anchored = true;
    return newest.at90k + to90k(earliest);
  }

  /**
   * Places {@code unit}, whose payload reference passes to the result.
   *
   * @throws IllegalStateException when nothing was anchored
   */
  public AccessUnit map(SourceUnit unit, long arrivalUtcNs) {
    if (!anchored) {
      throw new IllegalStateException("not anchored");
    }
    repairs.clear();
    Track track = unit.track();
    Course course = courses.get(track.id());
    if (course == null) {
      course = new Course(track, newest, latestRaw, latestUnwrapped);
      courses.put(track.id(), course);
    } else if (!course.track.equals(track)) {
      course.changeTo(track);
    }
    course.unwrapped += SourceTicks.difference(clock, course.lastRaw, unit.dts());
    course.lastRaw = unit.dts();
    long arrival90k = Timescale.NANOS.convert(arrivalUtcNs, Timescale.VIDEO);
    boolean data = track.kind() == Track.Kind.DATA;
    long at90k = data ? besideTheRest(course) : steady(course, arrival90k);

    long stamped = Timescale.VIDEO.convertRounded(at90k, track.timescale());
    long dts = course.placed ? follow(course, stamped) : stamped;
    long pts = dts;
    if (track.kind() == Track.Kind.VIDEO) {
      pts = stamped + clock.timescale().convert(unit.compositionOffset(), track.timescale());
      pts = dts == stamped ? pts : Math.max(pts, dts);
    }
    remember(course, at90k, dts);
    return new AccessUnit(track, dts, pts, unit.randomAccess(), unit.payload());
  }

  /** What the last {@link #map} had to repair and is to be told; valid until the next. */
  public List<Repair> repairs() {
    return repairs;
  }

  /** Repairs of a kind so far, told or not. */
  public long count(Kind kind) {
    return counts[kind.ordinal()];
  }

  /** The end of all that was mapped, frame durations included, in 90 kHz UTC. */
  public long end90k() {
    return end90k;
  }

  /** The place of a unit of video or audio by its time stamp, after a jump was closed. */
  private long steady(Course course, long arrival90k) {
    long source90k = course.source90k(clock);
    long at90k = source90k + course.origin.at90k;
    boolean begins = !course.placed;
    if (isSteady(course, at90k, arrival90k)) {
      if (!begins && at90k - course.last90k > GAP_90K) {
        tell(Kind.GAP, course, (at90k - course.last90k) / MS);
      }
      return begins ? notTooEarly(course, at90k, notBefore90k) : at90k;
    }
    long expected90k = begins ? Math.max(end90k, notBefore90k) : course.last90k + course.frame90k;
    tell(Kind.JUMP, course, (at90k - expected90k) / MS);
    long floor90k = begins ? notBefore90k : expected90k;
    long withOthers90k = source90k + newest.at90k;
    boolean othersWereFirst =
        course.origin != newest
            && withOthers90k >= floor90k - LATE_START_90K
            && withOthers90k - arrival90k <= LEAD_90K;
    if (othersWereFirst) {
      course.origin = newest;
      return notTooEarly(course, withOthers90k, floor90k);
    }
    newest = new Origin();
    newest.at90k = wholeMs(Math.max(arrival90k, Math.max(end90k, notBefore90k)) - source90k);
    course.origin = newest;
    return source90k + newest.at90k;
  }

  private boolean isSteady(Course course, long at90k, long arrival90k) {
    if (!course.placed) {
      boolean inReach = latest90k == Long.MIN_VALUE || Math.abs(at90k - latest90k) <= REACH_90K;
      return inReach && at90k >= notBefore90k - LATE_START_90K;
    }
    long step90k = at90k - course.last90k;
    return step90k >= -BACKWARD_90K && !(step90k > STEP_90K && at90k - arrival90k > LEAD_90K);
  }

  /** Moves the whole origin when a track that joins it would begin too early. */
  private long notTooEarly(Course course, long at90k, long floor90k) {
    if (at90k >= floor90k) {
      return at90k;
    }
    long by90k = wholeMs(floor90k - at90k);
    tell(Kind.LATE_START, course, by90k / MS);
    course.origin.at90k += by90k;
    course.origin.moves++;
    return at90k + by90k;
  }

  private long besideTheRest(Course course) {
    long at90k = course.source90k(clock) + course.origin.at90k;
    if (latest90k == Long.MIN_VALUE) {
      return Math.max(at90k, notBefore90k);
    }
    if (Math.abs(at90k - latest90k) <= DATA_REACH_90K) {
      return at90k;
    }
    long onNewest90k = course.source90k(clock) + newest.at90k;
    if (Math.abs(onNewest90k - latest90k) <= DATA_REACH_90K) {
      course.origin = newest;
      return onNewest90k;
    }
    tell(Kind.DATA, course, (at90k - latest90k) / MS);
    return latest90k;
  }

  /** The DTS of a unit that is not the first of its track. */
  private long follow(Course course, long stamped) {
    if (course.track.kind() == Track.Kind.DATA) {
      return Math.max(stamped, course.lastDts);
    }
    long dts = stamped;
    AudioCount audio = course.audio;
    if (audio != null) {
      dts = audio.next(course.lastDts, stamped, course.moved());
      if (audio.drifted() != 0) {
        Timescale samples = course.track.timescale();
        tell(Kind.DRIFT, course, samples.convertRounded(audio.drifted(), Timescale.MILLIS));
      }
    }
    long earliest = course.lastDts + course.leastStep();
    if (dts >= earliest) {
      course.disordered = false;
      return dts;
    }
    if (course.disordered) {
      counts[Kind.ORDER.ordinal()]++;
    } else {
      Timescale ticks = course.track.timescale();
      tell(Kind.ORDER, course, ticks.convert(dts - course.lastDts, Timescale.MILLIS));
    }
    course.disordered = true;
    return earliest;
  }

  private void remember(Course course, long at90k, long dts) {
    Timescale timescale = course.track.timescale();
    if (course.audio != null) {
      course.frame90k = timescale.convert(course.audio.frameSamples(), Timescale.VIDEO);
    } else if (course.placed && at90k > course.last90k && at90k - course.last90k < GAP_90K) {
      course.frame90k = at90k - course.last90k;
    }
    course.placed = true;
    course.followed = course.origin;
    course.followedMoves = course.origin.moves;
    course.last90k = at90k;
    course.lastDts = dts;
    if (course.track.kind() != Track.Kind.DATA) {
      latestRaw = course.lastRaw;
      latestUnwrapped = course.unwrapped;
      latest90k = at90k;
      end90k = Math.max(end90k, timescale.convert(dts, Timescale.VIDEO) + course.frame90k);
    }
  }

  private void tell(Kind kind, Course course, long byMs) {
    long count = ++counts[kind.ordinal()];
    if (count <= TOLD || Long.bitCount(count) == 1) {
      repairs.add(new Repair(kind, course.track.id(), course.track.label(), byMs, count));
    }
  }

  private long to90k(long sourceTicks) {
    return clock.timescale().convert(sourceTicks, Timescale.VIDEO);
  }

  /** Rounded up to whole milliseconds. */
  private static long wholeMs(long ticks90k) {
    return -Math.floorDiv(-ticks90k, MS) * MS;
  }
}
