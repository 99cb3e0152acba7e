package dev.sluice.restream;

import dev.sluice.media.AudioFormat;
import dev.sluice.media.Track;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where one item after another goes on one measure of time, {@link ProgrammeReader#TICKS}.
 *
 * <p>An item begins as early as it can after the last unit of the one before, without any of its
 * tracks overlapping what the same track had before. Where sound is left with a hole by that, the
 * hole is made as long as whole frames, so that samples can be counted on across it. Within an item
 * nothing is moved against anything else.
 */
final class Splice {
  /** How long a frame lasts of which that is not known. */
  static final long DEFAULT_FRAME = ProgrammeReader.TICKS.ticksPerSecond() / 25;

  /** A hole in the sound that is no more than rounding: 1.5 ms. */
  private static final long NO_HOLE = ProgrammeReader.TICKS.ticksPerSecond() * 3L / 2_000;

  /** A hole that is no matter of a splice any more: 1 s. */
  private static final long HOLE = ProgrammeReader.TICKS.ticksPerSecond();

  /** How far a time stamp may be from a count of samples by rounding: 2 ms, as on the timeline. */
  private static final long ROUNDING = ProgrammeReader.TICKS.ticksPerSecond() / 500;

  /** Frames that must follow one another as samples do for the count to be believed. */
  private static final int COUNTED_FRAMES = 8;

  /** By so much of a frame two measures of it may differ. */
  private static final double TOLERANCE = 0.05;

  /** One track of the last item that had it. */
  private static final class Course {
    private final Track track;
    private final long begin;
    private long last;
    private long frame = DEFAULT_FRAME;
    private int count;

    /** A frame by its samples; 0 where the configuration does not say how many there are. */
    private final double samples;

    private double next;
    private double off;
    private int counted;

    Course(Track track, long begin) {
      this.track = track;
      this.begin = begin;
      this.last = begin;
      AudioFormat format = AudioFormat.of(track);
      this.samples =
          format == null
              ? 0
              : format.frameSamples()
                  * (double) ProgrammeReader.TICKS.ticksPerSecond()
                  / track.timescale().ticksPerSecond();
    }

    void add(long dts) {
      if (count > 0 && dts > last) {
        frame = dts - last;
      }
      count++;
      last = Math.max(last, dts);
      if (samples > 0) {
        count(dts);
      }
    }

    private void count(long dts) {
      if (counted == 0 || Math.abs(dts - next) > ROUNDING) {
        counted = 0;
        next = dts;
        off = 0;
      }
      off += dts - next;
      next += samples;
      counted++;
    }

    private boolean isCounted() {
      return counted >= COUNTED_FRAMES;
    }

    /**
     * Where the next frame would begin: by samples and the mean of all time stamps if it can be.
     */
    long end() {
      return isCounted() ? Math.max(last + 1, Math.round(next + off / counted)) : last + frame;
    }

    /** The mean length of a frame, which rounding does not touch. */
    double meanFrame() {
      if (isCounted()) {
        return samples;
      }
      return count < 2 ? frame : (last - begin) / (double) (count - 1);
    }
  }

  private final Map<Integer, Course> before = new HashMap<>();
  private final Map<Integer, Course> current = new HashMap<>();
  private long end;
  private long shift;

  /** The end of all that was placed. */
  long end() {
    return end;
  }

  /** What follows begins at {@code at}, whatever was before. */
  void cut(long at) {
    before.clear();
    current.clear();
    end = at;
  }

  /**
   * An item begins.
   *
   * @param starts its tracks that are known, with the DTS that each begins with
   * @param first the earliest of them
   * @return where that will be
   */
  long begin(Map<Track, Long> starts, long first) {
    Long least = null;
    for (Course course : current.values()) {
      long needed = course.last - first; // so that all units stay in the order of time
      least = least == null ? needed : Math.max(least, needed);
    }
    before.putAll(current);
    current.clear();
    for (Map.Entry<Track, Long> start : starts.entrySet()) {
      Course course = before.get(start.getKey().id());
      if (course != null) {
        long needed = course.end() - start.getValue();
        least = least == null ? needed : Math.max(least, needed);
      }
    }
    shift = least == null ? end - first : least;
    starts.forEach((track, start) -> {
      Course course = before.get(track.id());
      if (track.kind() == Track.Kind.AUDIO && track.equals(track(course))) {
        fillHole(course, start);
      }
    });
    return first + shift;
  }

  private static @Nullable Track track(@Nullable Course course) {
    return course == null ? null : course.track;
  }

  /** Makes the hole before sound that begins at {@code start} as long as whole frames. */
  private void fillHole(@Nullable Course course, long start) {
    if (course == null) {
      return;
    }
    double frame = course.meanFrame();
    double hole = start + shift - (course.isCounted() ? course.end() : course.last + frame);
    if (hole > NO_HOLE && hole < HOLE && frame > 0) {
      shift += Math.round(Math.ceil(hole / frame - TOLERANCE) * frame - hole);
    }
  }

  /** The place of a unit of the current item; data does not count for its end. */
  long place(Track track, long at) {
    long dts = at + shift;
    if (track.kind() != Track.Kind.DATA) {
      Course course = current.computeIfAbsent(track.id(), _ -> new Course(track, dts));
      course.add(dts);
      end = Math.max(end, course.end());
    }
    return dts;
  }
}
