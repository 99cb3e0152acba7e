package dev.sluice.media;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tracks of one source and the clocks that they share. */
final class Courses {
  private final SharedClock shared;
  private final Map<Integer, SharedClock> ownClocks = new HashMap<>();
  private final Map<Integer, Course> courses = new HashMap<>();

  /** None yet; {@code clock} is that of all tracks that have none of their own. */
  Courses(SourceClock clock) {
    this.shared = new SharedClock(clock);
  }

  /** Gives a track that has not begun a clock of its own. */
  void clock(int trackId, SourceClock clock) {
    if (courses.containsKey(trackId)) {
      throw new IllegalStateException("track " + trackId + " has begun");
    }
    ownClocks.put(trackId, new SharedClock(clock));
  }

  SharedClock clockOf(int trackId) {
    return ownClocks.getOrDefault(trackId, shared);
  }

  /** The course of a track that has begun; else null. */
  @Nullable Course of(int trackId) {
    return courses.get(trackId);
  }

  /** The course of {@code track}, which may begin now, or have a new configuration. */
  Course of(Track track) {
    Course course = courses.get(track.id());
    if (course == null) {
      course = new Course(track, clockOf(track.id()));
      courses.put(track.id(), course);
    } else if (!course.track.equals(track)) {
      course.changeTo(track);
    }
    return course;
  }

  /** A key frame is where the samples of all sound of the same clock are counted anew. */
  void recount(Course picture) {
    for (Course course : courses.values()) {
      if (course.audio != null && course.clock.equals(picture.clock)) {
        course.recountFrom(picture.source90k);
      }
    }
  }

  /** All tracks that have begun. */
  Collection<Course> all() {
    return courses.values();
  }

  /** The track that the others are brought to: the first picture, else the first sound. */
  @Nullable Course leader() {
    Course leader = null;
    for (Course course : courses.values()) {
      if (course.placed && !course.data() && (leader == null || leads(course, leader))) {
        leader = course;
      }
    }
    return leader;
  }

  private static boolean leads(Course one, Course other) {
    return one.track.kind() == other.track.kind()
        ? one.track.id() < other.track.id()
        : one.track.kind() == Track.Kind.VIDEO;
  }

  /** One course of each origin: of tracks that have jumped together, only one. */
  List<Course> ofEachOrigin() {
    List<Course> found = new ArrayList<>();
    for (Course course : courses.values()) {
      if (course.placed && found.stream().noneMatch(one -> one.origin.equals(course.origin))) {
        found.add(course);
      }
    }
    return found;
  }

  /**
   * The newest time on the source's clock that was placed by {@code origin}, or {@code orLater}: an
   * origin that is moved from there on moves nothing that was placed before.
   */
  long newest90k(Origin origin, long orLater) {
    long newest90k = orLater;
    for (Course course : courses.values()) {
      if (course.placed && course.origin.equals(origin)) {
        newest90k = Math.max(newest90k, course.lastSource90k);
      }
    }
    return newest90k;
  }

  /** The origins in use, each once. */
  List<Origin> origins() {
    List<Origin> origins = new ArrayList<>();
    for (Course course : courses.values()) {
      if (!origins.contains(course.origin)) {
        origins.add(course.origin);
      }
      if (!origins.contains(course.clock.newest)) {
        origins.add(course.clock.newest);
      }
    }
    return origins;
  }
}
