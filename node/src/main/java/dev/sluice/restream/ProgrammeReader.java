package dev.sluice.restream;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a programme as one source: the time of an item goes on where the longest track of the item
 * before ended, and the same kinds of tracks have the same ids in all of them. Of an item, pictures
 * before its first key frame are left out. It blocks; one thread at a time.
 */
final class ProgrammeReader {
  /**
   * Of the times that it gives: fine enough for any track, coarse enough for an offset of 32 bits.
   */
  static final Timescale TICKS = new Timescale(10_000_000);

  /** Payload bytes of one chunk. */
  static final int MAX_CHUNK_BYTES = 4 << 20;

  /** Items in a row that can fail before that is told. */
  static final int MAX_FAILURES = 20;

  /** How long a frame lasts of which that is not known. */
  static final long DEFAULT_FRAME = TICKS.ticksPerSecond() / 25;

  /** Tracks of one kind in an item; what is past them is left out. */
  private static final int MAX_TRACKS = 16;

  private static final int KINDS = Track.Kind.values().length;

  /** What is to be done with a source, in order. */
  sealed interface Step {
    /** A track is new or has a new configuration. */
    record Announce(Track track) implements Step {}

    /** The source says something of itself. */
    record Say(Bytes metadata) implements Step {}

    /** A unit, due at its DTS. */
    record Give(SourceUnit unit) implements Step {}

    /** An item begins, due at {@code atTicks}. */
    record Begin(String name, int index, long atTicks) implements Step {}
  }

  /**
   * What was read.
   *
   * @param steps in order
   * @param over whether the programme has come to its end
   * @param fault why nothing can be read for now; null when something was
   */
  record Chunk(List<Step> steps, boolean over, @Nullable String fault) {
    /** Gives the payloads back. */
    void release() {
      for (Step step : steps) {
        if (step instanceof Step.Give(SourceUnit unit)) {
          unit.payload().release();
        }
      }
    }
  }

  /** Of one track of the item: where its end is. */
  private static final class Course {
    private long last;
    private long frame = DEFAULT_FRAME;
    private boolean given;
  }

  private final Programme programme;
  private final List<Step> steps = new ArrayList<>();
  private long chunkBytes;
  private int failures;

  private @Nullable MediaFile file;
  private String name = "";
  private Timescale fileTicks = TICKS;
  private boolean begun;
  private boolean pictures;
  private long first;
  private long base;
  private long end;
  private final Map<Integer, Course> courses = new HashMap<>();
  private final Map<Integer, Integer> ids = new HashMap<>();
  private final Map<Integer, Track> known = new HashMap<>();

  ProgrammeReader(Programme programme) {
    this.programme = programme;
  }

  /** Where what was read ends. */
  long endTicks() {
    return end;
  }

  /**
   * Reads on at least to {@code untilTicks}, unless that is too much at once or something is in the
   * way.
   */
  Chunk read(long untilTicks) {
    chunkBytes = 0;
    boolean over = false;
    String fault = null;
    while (!over && fault == null && end < untilTicks && chunkBytes < MAX_CHUNK_BYTES) {
      try {
        over = !readOn();
      } catch (IOException
          | UncheckedIOException
          | MalformedException
          | UnsupportedException broken) {
        String why = (name.isEmpty() ? "" : name + ": ") + why(broken);
        closeItem();
        fault = ++failures >= MAX_FAILURES || name.isEmpty() ? why : null;
        name = "";
      }
    }
    failures = fault == null ? failures : 0;
    var chunk = new Chunk(List.copyOf(steps), over, fault);
    steps.clear();
    return chunk;
  }

  private static String why(Exception broken) {
    return switch (broken) {
      case java.nio.file.NoSuchFileException missing -> missing.getMessage() + " is not there";
      default -> String.valueOf(broken.getMessage());
    };
  }

  /** Reads some of the item, or opens the next one; false when there is none. */
  private boolean readOn() throws IOException {
    MediaFile current = file;
    if (current == null) {
      name = "";
      Programme.Item item = programme.next();
      if (item == null) {
        return false;
      }
      name = item.name();
      open(item);
    } else if (!current.next(new Sink())) {
      if (!begun) {
        throw new MalformedException("holds nothing that could be played");
      }
      failures = 0;
      closeItem();
    }
    return true;
  }

  private void open(Programme.Item item) throws IOException {
    file = item.opening().open();
    fileTicks = file.clock().timescale();
    base = end;
    begun = false;
    pictures = false;
    courses.clear();
    ids.clear();
    steps.add(new Step.Begin(item.name(), item.index(), base));
  }

  /** Goes on with another item at {@code atTicks}. */
  void cut(int index, long atTicks) {
    closeItem();
    programme.skipTo(index);
    end = atTicks;
    known.clear(); // what was announced may have been dropped
  }

  private void closeItem() {
    MediaFile open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }

  /** Gives up all that is open. */
  void close() {
    closeItem();
  }

  private final class Sink implements SourceOutput {
    @Override
    public void track(Track track) {
      Integer id = id(track);
      if (id != null) {
        announce(with(track, id));
      }
    }

    @Override
    public void metadata(Bytes message) {
      steps.add(new Step.Say(message));
    }

    @Override
    public void unit(SourceUnit unit) {
      Integer id = id(unit.track());
      boolean video = unit.track().kind() == Track.Kind.VIDEO;
      pictures |= video && unit.randomAccess();
      if (id == null || (video && !pictures)) {
        unit.payload().release();
        return;
      }
      give(unit, with(unit.track(), id));
    }
  }

  private void announce(Track track) {
    if (!track.equals(known.put(track.id(), track))) {
      steps.add(new Step.Announce(track));
    }
  }

  private void give(SourceUnit unit, Track track) {
    announce(track);
    long at = fileTicks.convertRounded(unit.dts(), TICKS);
    if (!begun) {
      begun = true;
      first = at;
    }
    Course course = courses.computeIfAbsent(track.id(), _ -> new Course());
    long dts = Math.max(base, base + at - first);
    if (course.given && dts > course.last) {
      course.frame = dts - course.last;
    }
    course.given = true;
    course.last = Math.max(course.last, dts);
    end = Math.max(end, track.kind() == Track.Kind.DATA ? end : course.last + course.frame);
    long offset = fileTicks.convertRounded(unit.dts() + unit.compositionOffset(), TICKS) - at;
    chunkBytes += unit.payload().readableBytes();
    ByteBuf payload = unit.payload();
    var placed =
        new SourceUnit(
            track, dts, Math.toIntExact(offset), unit.offsetNs(), unit.randomAccess(), payload);
    steps.add(new Step.Give(placed));
  }

  /** The id under which a track of the item goes on; null when there are too many. */
  private @Nullable Integer id(Track track) {
    Integer id = ids.get(track.id());
    if (id != null) {
      return id;
    }
    int kind = track.kind().ordinal();
    int before = (int) ids.values().stream().filter(other -> other % KINDS == kind).count();
    if (before >= MAX_TRACKS) {
      return null;
    }
    int fresh = KINDS * before + kind; // the first ones are 0 and 1, as everywhere
    ids.put(track.id(), fresh);
    return fresh;
  }

  private static Track with(Track track, int id) {
    return track.id() == id
        ? track
        : new Track(
            id,
            track.kind(),
            track.codec(),
            track.label(),
            track.timescale(),
            track.configuration(),
            track.language());
  }
}
