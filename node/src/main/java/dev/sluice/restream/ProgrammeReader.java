package dev.sluice.restream;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a programme as one source: its items follow one another as {@link Splice} says, and the
 * same kinds of tracks have the same ids in all of them. Of an item, pictures before its first key
 * frame are left out. It blocks; one thread at a time.
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

  /** Of the beginning of an item so much is looked at for where its tracks begin: 1 s. */
  private static final long LOOK = TICKS.ticksPerSecond();

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

  /** A unit at the beginning of an item, whose place is not known yet. */
  private record Early(SourceUnit unit, Track track, long at) {}

  private final Programme programme;
  private final List<Step> steps = new ArrayList<>();
  private long chunkBytes;
  private int failures;

  private @Nullable MediaFile file;
  private String name = "";
  private Timescale fileTicks = TICKS;
  private int index;
  private boolean begun;
  private boolean pictures;
  private int wantedTracks;
  private final List<Early> early = new ArrayList<>();
  private final Splice splice = new Splice();
  private final Map<Integer, Integer> ids = new HashMap<>();
  private final Map<Integer, Track> known = new HashMap<>();

  ProgrammeReader(Programme programme) {
    this.programme = programme;
  }

  /** Where what was read ends. */
  long endTicks() {
    return splice.end();
  }

  /**
   * Reads on at least to {@code untilTicks}, unless that is too much at once or something is in the
   * way.
   */
  Chunk read(long untilTicks) {
    chunkBytes = 0;
    boolean over = false;
    String fault = null;
    while (!over && fault == null && endTicks() < untilTicks && chunkBytes < MAX_CHUNK_BYTES) {
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
      begin();
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
    index = item.index();
    wantedTracks =
        (int) file.tracks().stream().filter(track -> track.kind() != Track.Kind.DATA).count();
    begun = false;
    pictures = false;
    ids.clear();
  }

  /** Goes on with another item at {@code atTicks}. */
  void cut(int index, long atTicks) {
    closeItem();
    programme.skipTo(index);
    splice.cut(atTicks);
    known.clear(); // what was announced may have been dropped
  }

  private void closeItem() {
    early.forEach(each -> each.unit.payload().release());
    early.clear();
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
    chunkBytes += unit.payload().readableBytes();
    var next = new Early(unit, track, fileTicks.convertRounded(unit.dts(), TICKS));
    if (begun) {
      place(next);
      return;
    }
    early.add(next);
    long tracks =
        early.stream()
            .filter(each -> each.track.kind() != Track.Kind.DATA)
            .mapToInt(each -> each.track.id())
            .distinct()
            .count();
    if (tracks >= wantedTracks
        || next.at - early.getFirst().at > LOOK
        || chunkBytes > MAX_CHUNK_BYTES) {
      begin();
    }
  }

  /** The beginning of the item is known, as far as it is looked at. */
  private void begin() {
    if (begun || early.isEmpty()) {
      return;
    }
    begun = true;
    Map<Track, Long> starts = new LinkedHashMap<>();
    long first = Long.MAX_VALUE;
    for (Early each : early) {
      if (each.track.kind() != Track.Kind.DATA) {
        starts.putIfAbsent(each.track, each.at);
        first = Math.min(first, each.at);
      }
    }
    first = starts.isEmpty() ? early.getFirst().at : first;
    steps.add(new Step.Begin(name, index, splice.begin(starts, first)));
    early.forEach(this::place);
    early.clear();
  }

  /** Takes the unit over, with its place in time. */
  private void place(Early each) {
    SourceUnit unit = each.unit;
    long dts = splice.place(each.track, each.at);
    long pts = fileTicks.convertRounded(unit.dts() + unit.compositionOffset(), TICKS);
    steps.add(
        new Step.Give(
            new SourceUnit(
                each.track,
                dts,
                Math.toIntExact(pts - each.at),
                unit.offsetNs(),
                unit.randomAccess(),
                unit.payload())));
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
