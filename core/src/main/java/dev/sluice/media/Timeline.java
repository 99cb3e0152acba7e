package dev.sluice.media;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Maps one source's own clock to UTC: unwraps it, anchors it, and then follows it.
 *
 * <p><b>Anchor.</b> What the source begins with is placed so that its last unit falls on its
 * arrival, but nothing before the end of the timeline so far. From then on the source's clock
 * counts, not the arrival.
 *
 * <p><b>Audio</b> (AAC) advances by whole frames of samples as long as that agrees with its time
 * stamps to {@link #SNAP_NS}: so the rounding of millisecond clocks disappears. Beyond it the time
 * stamp counts, and samples are counted on from there.
 *
 * <p><b>Policies.</b> Every deviation is met by one of these, and told as a {@link Repair}:
 *
 * <ul>
 *   <li>A gap longer than {@link #GAP_90K} that arrival confirms is kept: a hole of true length.
 *   <li>A jump, forward past {@link #JUMP_90K} against arrival or backward past {@link
 *       #BACKWARD_90K}, is closed: the track goes on at the later of arrival and the end of all
 *       tracks. A track that jumps after it, by as much, keeps its distance to the first.
 *   <li>A time stamp that is equal to or less than the one before, by less than that, becomes one
 *       tick more than the one before. PTS stay as they are.
 * </ul>
 */
public final class Timeline {
  /** How far an audio time stamp may be from the count of samples; RTMP rounds to 1 ms. */
  static final long SNAP_NS = 2_000_000;

  /** A hole in a track from which on it is told: 1 s. */
  static final long GAP_90K = 90_000;

  /** How far ahead of arrival a hole may lead before it is a jump: 10 s. */
  static final long JUMP_90K = 10 * 90_000;

  /** How far back a time stamp may go before it is a jump: 500 ms. */
  static final long BACKWARD_90K = 45_000;

  /** Wrapping at 24 bits is believed when both sides are this near to it: 60 s. */
  private static final long WRAP_24_MARGIN_MS = 60_000;

  private static final long WRAP_24 = 1L << 24;
  private static final int AAC_FRAME_SAMPLES = 1_024;
  private static final long DEFAULT_FRAME_90K = 3_600;

  /** Kinds of repair. */
  public enum Kind {
    /** A hole that was kept. */
    GAP,
    /** A jump that was closed. */
    JUMP,
    /** Time stamps that did not grow. */
    ORDER
  }

  /**
   * What was done to a track.
   *
   * @param label the track's codec, for people
   * @param byMs milliseconds: length of the hole, size of the jump, or how far back
   */
  public record Repair(Kind kind, int trackId, String label, long byMs) {
    /** A sentence with figures. */
    @Override
    public String toString() {
      return switch (kind) {
        case GAP -> "%s had a gap of %d ms; kept".formatted(label, byMs);
        case JUMP -> "%s jumped by %d ms; closed".formatted(label, byMs);
        case ORDER -> "%s went back by %d ms; put in order".formatted(label, -byMs);
      };
    }
  }

  /** What is known of one track of the source; times on the common 90 kHz UTC measure. */
  private static final class Course {
    long lastRaw;
    long unwrapped;
    long offset90k;
    boolean placed;
    long last90k;
    long lastDts;
    long frame90k = DEFAULT_FRAME_90K;
    boolean disordered;
  }

  private final SourceClock clock;
  private final long notBefore90k;
  private final Map<Integer, Course> courses = new HashMap<>();
  private final List<Repair> repairs = new ArrayList<>();
  private boolean anchored;
  private long anchorRaw;
  private long offset90k;
  private long end90k = Long.MIN_VALUE;

  /**
   * A timeline for a source that has not begun.
   *
   * @param notBefore90k where the timeline so far ends, in 90 kHz UTC; {@link Long#MIN_VALUE} when
   *     nothing was before
   */
  public Timeline(SourceClock clock, long notBefore90k) {
    this.clock = clock;
    this.notBefore90k = notBefore90k;
  }

  /**
   * Anchors the source.
   *
   * @param beginning the units it begins with, at least one; borrowed, to be mapped afterwards
   * @param arrivalUtcNs when the last of them came
   * @return where the earliest of them will be, in 90 kHz UTC
   */
  public long anchor(List<SourceUnit> beginning, long arrivalUtcNs) {
    anchorRaw = beginning.getFirst().dts();
    long earliest = 0;
    for (SourceUnit unit : beginning) {
      earliest = Math.min(earliest, difference(anchorRaw, unit.dts()));
    }
    long last = difference(anchorRaw, beginning.getLast().dts());
    long arrival90k = Timescale.NANOS.convert(arrivalUtcNs, Timescale.VIDEO);
    // sources count from anchorRaw = 0
    offset90k = Math.max(arrival90k - to90k(last), notBefore90k - to90k(earliest));
    anchored = true;
    return offset90k + to90k(earliest);
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
      course = new Course();
      course.lastRaw = anchorRaw;
      course.offset90k = offset90k;
      courses.put(track.id(), course);
    }
    course.unwrapped += difference(course.lastRaw, unit.dts());
    course.lastRaw = unit.dts();
    long at90k = steady(course, track, Timescale.NANOS.convert(arrivalUtcNs, Timescale.VIDEO));

    long stamped = Timescale.VIDEO.convertRounded(at90k, track.timescale());
    long dts = course.placed ? follow(course, track, stamped) : stamped;
    long pts =
        track.kind() == Track.Kind.VIDEO
            ? stamped + clock.timescale().convert(unit.compositionOffset(), track.timescale())
            : dts;
    remember(course, track, at90k, dts);
    return new AccessUnit(track, dts, pts, unit.randomAccess(), unit.payload());
  }

  /** What the last {@link #map} had to repair; valid until the next. */
  public List<Repair> repairs() {
    return repairs;
  }

  /** The end of all that was mapped, frame durations included, in 90 kHz UTC. */
  public long end90k() {
    return end90k;
  }

  /** The unit's place by its time stamp, after a jump was closed. */
  private long steady(Course course, Track track, long arrival90k) {
    long source90k = to90k(course.unwrapped);
    long at90k = source90k + course.offset90k;
    long ahead90k = at90k - arrival90k;
    boolean jump;
    if (course.placed) {
      long step90k = at90k - course.last90k;
      jump = step90k < -BACKWARD_90K || (step90k > JUMP_90K && ahead90k > JUMP_90K);
      if (!jump && step90k > GAP_90K && track.kind() != Track.Kind.DATA) {
        repairs.add(new Repair(Kind.GAP, track.id(), track.label(), step90k / 90));
      }
    } else {
      jump = Math.abs(at90k - Math.max(end90k, notBefore90k)) > JUMP_90K && end90k > Long.MIN_VALUE;
    }
    if (!jump) {
      return at90k;
    }
    long expected90k = course.placed ? course.last90k + course.frame90k : end90k;
    long withOthers90k = source90k + offset90k;
    boolean othersWereFirst =
        course.offset90k != offset90k
            && withOthers90k > course.last90k
            && withOthers90k - arrival90k <= JUMP_90K;
    if (!othersWereFirst) {
      offset90k = Math.max(arrival90k, end90k) - source90k;
    }
    course.offset90k = offset90k;
    repairs.add(new Repair(Kind.JUMP, track.id(), track.label(), (at90k - expected90k) / 90));
    return source90k + offset90k;
  }

  /** The DTS of a unit that is not the first of its track. */
  private long follow(Course course, Track track, long stamped) {
    if (track.codec() == Codec.AAC) {
      long counted = course.lastDts + AAC_FRAME_SAMPLES;
      long snap = Timescale.NANOS.convert(SNAP_NS, track.timescale());
      if (Math.abs(stamped - counted) <= snap) {
        course.disordered = false;
        return counted;
      }
    }
    if (stamped > course.lastDts || track.kind() == Track.Kind.DATA) {
      course.disordered = false;
      return Math.max(stamped, course.lastDts);
    }
    if (!course.disordered) {
      long backMs = track.timescale().convert(stamped - course.lastDts, Timescale.MILLIS);
      repairs.add(new Repair(Kind.ORDER, track.id(), track.label(), backMs));
    }
    course.disordered = true;
    return course.lastDts + 1;
  }

  private void remember(Course course, Track track, long at90k, long dts) {
    if (track.codec() == Codec.AAC) {
      course.frame90k = track.timescale().convert(AAC_FRAME_SAMPLES, Timescale.VIDEO);
    } else if (course.placed && at90k > course.last90k && at90k - course.last90k < GAP_90K) {
      course.frame90k = at90k - course.last90k;
    }
    course.placed = true;
    course.last90k = at90k;
    course.lastDts = dts;
    if (track.kind() != Track.Kind.DATA) {
      long unit90k = track.timescale().convert(dts, Timescale.VIDEO);
      end90k = Math.max(end90k, unit90k + course.frame90k);
    }
  }

  private long to90k(long sourceTicks) {
    return clock.timescale().convert(sourceTicks, Timescale.VIDEO);
  }

  /**
   * Ticks from {@code from} to {@code to}, by the shorter way round the clock's wrap. A clock of 32
   * bits is taken as one of 31, so that wraps at either are understood.
   */
  private long difference(long from, long to) {
    int bits = clock.wrapBits() == 32 ? 31 : clock.wrapBits();
    if (bits >= 63) {
      return to - from;
    }
    long range = 1L << bits;
    long ahead = Math.floorMod(to - from, range);
    long shorter = ahead >= range / 2 ? ahead - range : ahead;
    if (bits == 31 && from > WRAP_24 - WRAP_24_MARGIN_MS && from < WRAP_24) {
      boolean wrapped24 = to < WRAP_24_MARGIN_MS;
      return wrapped24 ? to + WRAP_24 - from : shorter;
    }
    return shorter;
  }
}
