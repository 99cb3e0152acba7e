package dev.sluice.mux.mkv;

import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.matroska.CuePoint;
import dev.sluice.wire.matroska.TrackEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A Matroska or WebM file. Times are in microseconds; files mostly keep milliseconds.
 *
 * <p>Tracks get IDs in the order of the file. Those of another codec, subtitles and disabled ones
 * are left out and named by {@link #leftOut}.
 */
public final class MatroskaFile implements MediaFile {
  /** How much media time is read ahead to put the frames of all tracks in order. */
  static final long LOOK_AHEAD_US = 1_000_000;

  /** Units that are read ahead at most. */
  static final int MAX_WAITING = 4_096;

  /** Blocks that are looked at when the file is opened. */
  private static final int PROBED_BLOCKS = 512;

  /** Pictures that are enough to see how they are reordered: more than four GOPs of B-pyramids. */
  private static final int PROBED_PICTURES = 96;

  private static final SourceClock CLOCK = new SourceClock(new Timescale(1_000_000), 63);
  private static final long NS_PER_US = 1_000;

  private final FileReader file;
  private final Segment segment;
  private final Clusters clusters;
  private final Map<Integer, MatroskaTrack> tracks = new LinkedHashMap<>();
  private final List<String> leftOut = new ArrayList<>();
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong((Waiting each) -> each.unit().dts())
              .thenComparingLong(Waiting::order));
  private final Map<Integer, Integer> waitingOf = new HashMap<>();
  private final Map<Integer, Track> announced = new HashMap<>();
  private List<Clusters.Place> index = List.of();
  private List<Long> indexUs = List.of();
  private final long firstUs;
  private final long endUs;
  private long order;
  private long newestUs = Long.MIN_VALUE;
  private boolean ended;

  /** A unit that was read ahead; {@code order} keeps those of one time in the file's order. */
  private record Waiting(SourceUnit unit, long order) {}

  /**
   * Opens a file.
   *
   * @param source stays open as long as this is used
   * @throws MalformedException when it cannot be read
   * @throws UnsupportedException when it has no track that is read
   */
  public MatroskaFile(ByteSource source) {
    this.file = new FileReader(source);
    this.segment = Segment.read(file);
    this.clusters = new Clusters(file, segment.firstCluster(), segment.end());
    for (TrackEntry entry : segment.tracks()) {
      open(entry);
    }
    this.firstUs = probe();
    if (tracks.isEmpty()) {
      throw new UnsupportedException(
          "Matroska without a track that is read: " + String.join(", ", leftOut));
    }
    this.endUs = end();
    clusters.go(start());
  }

  private void open(TrackEntry entry) {
    MatroskaTrack track = entry.enabled() ? MatroskaTrack.of(entry, tracks.size()) : null;
    if (track != null) {
      tracks.put(entry.number(), track);
    } else {
      leftOut.add("track %d %s".formatted(entry.number(), entry.codecId()));
    }
  }

  private Clusters.Place start() {
    return new Clusters.Place(segment.firstCluster(), 0, 0);
  }

  /** Looks at the first blocks: finds configurations that frames tell, and how pictures come. */
  private long probe() {
    long earliestUs = Long.MAX_VALUE;
    Map<MatroskaTrack, long[]> ptsOf = new HashMap<>();
    Map<MatroskaTrack, Integer> counts = new HashMap<>();
    Clusters.Found found;
    for (int i = 0; i < PROBED_BLOCKS && (found = clusters.next()) != null; i++) {
      MatroskaTrack track = tracks.get(found.block().track());
      if (track == null) {
        continue;
      }
      long ptsUs = track.ptsUs(nanos(found.ticks()));
      earliestUs = Math.min(earliestUs, ptsUs);
      int count = counts.merge(track, 1, Integer::sum);
      if (track.video() && count <= PROBED_PICTURES) {
        ptsOf.computeIfAbsent(track, _ -> new long[PROBED_PICTURES])[count - 1] = ptsUs;
      }
      track.block(
          nanos(found.ticks()),
          nanos(found.durationTicks()),
          found.block().key(),
          found.block().frames(),
          unit -> unit.payload().release());
    }
    tracks
        .values()
        .removeIf(track -> {
          boolean unknown = track.track() == null;
          if (unknown) {
            leftOut.add("track %d without a frame that tells its codec".formatted(track.number()));
          }
          return unknown;
        });
    tracks
        .values()
        .forEach(track -> {
          int count = Math.min(PROBED_PICTURES, counts.getOrDefault(track, 0));
          long[] pts = ptsOf.getOrDefault(track, new long[0]);
          track.reorder(DecodingTimes.reorderFrames(pts, Math.min(count, pts.length)));
        });
    return earliestUs == Long.MAX_VALUE ? 0 : earliestUs;
  }

  /** Where the last frame ends, by the last cluster that cues know; else as the file says it. */
  private long end() {
    if (segment.cues().isEmpty()) {
      double ticks = segment.info().durationTicks();
      return ticks > 0 ? (long) (ticks * segment.info().timestampScaleNs() / NS_PER_US) : -1;
    }
    CuePoint last = segment.cues().getLast();
    clusters.go(new Clusters.Place(segment.bodyAt() + last.clusterPosition(), 0, 0));
    long latestUs = -1;
    for (Clusters.Found found; (found = clusters.next()) != null; ) {
      MatroskaTrack track = tracks.get(found.block().track());
      if (track != null) {
        long frames = found.block().frames().size();
        long spanUs =
            found.durationTicks() > 0
                ? nanos(found.durationTicks()) / NS_PER_US
                : frames * track.frameUs();
        latestUs = Math.max(latestUs, track.ptsUs(nanos(found.ticks())) + spanUs);
      }
    }
    return latestUs;
  }

  @Override
  public SourceClock clock() {
    return CLOCK;
  }

  @Override
  public List<Track> tracks() {
    return tracks.values().stream().map(track -> Objects.requireNonNull(track.track())).toList();
  }

  /** Tracks that are not read, in words. */
  public List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** Frames that were left out because they could not be read. */
  public long malformed() {
    return tracks.values().stream().mapToLong(MatroskaTrack::malformed).sum();
  }

  @Override
  public long durationNs() {
    return endUs < 0 ? -1 : Math.max(0, endUs - firstUs) * NS_PER_US;
  }

  @Override
  public boolean next(SourceOutput output) {
    while (!ended && !inOrder()) {
      Clusters.Found found = clusters.next();
      if (found == null) {
        ended = true;
        tracks.values().forEach(track -> track.flush(this::await));
      } else {
        take(found);
      }
    }
    Waiting first = waiting.poll();
    if (first == null) {
      return false;
    }
    SourceUnit unit = first.unit();
    waitingOf.merge(unit.track().id(), -1, Integer::sum);
    if (!unit.track().equals(announced.put(unit.track().id(), unit.track()))) {
      output.track(unit.track());
    }
    output.unit(unit);
    return true;
  }

  /** Whether nothing that is still to be read can come before the first unit that waits. */
  private boolean inOrder() {
    Waiting first = waiting.peek();
    if (first == null) {
      return false;
    }
    boolean all =
        tracks.values().stream()
            .allMatch(
                track -> waitingOf.getOrDefault(Objects.requireNonNull(track.track()).id(), 0) > 0);
    return all || newestUs - first.unit().dts() >= LOOK_AHEAD_US || waiting.size() >= MAX_WAITING;
  }

  private void take(Clusters.Found found) {
    MatroskaTrack track = tracks.get(found.block().track());
    if (track == null) {
      return;
    }
    track.block(
        nanos(found.ticks()),
        nanos(found.durationTicks()),
        found.block().key(),
        found.block().frames(),
        this::await);
  }

  private void await(SourceUnit unit) {
    newestUs = Math.max(newestUs, unit.dts());
    waiting.add(new Waiting(unit, order++));
    waitingOf.merge(unit.track().id(), 1, Integer::sum);
  }

  @Override
  public long seek(long atNs) {
    long targetUs = firstUs + atNs / NS_PER_US;
    MatroskaTrack leading =
        tracks.values().stream()
            .filter(MatroskaTrack::video)
            .findFirst()
            .orElse(tracks.values().iterator().next());
    buildIndex(leading);
    Clusters.@Nullable Place place = null;
    int candidate = candidate(targetUs);
    while (place == null && candidate >= 0) {
      place = lastKey(leading, index.get(candidate--), targetUs);
    }
    if (place == null) {
      place = firstKey(leading);
    }
    forget();
    clusters.go(place);
    Clusters.Found found = Objects.requireNonNull(clusters.next());
    long reachedUs = leading.ptsUs(nanos(found.ticks()));
    clusters.go(place);
    return (reachedUs - firstUs) * NS_PER_US;
  }

  /**
   * Places to begin looking: the cues of the leading track, else the first block of each cluster.
   */
  private void buildIndex(MatroskaTrack leading) {
    if (!index.isEmpty()) {
      return;
    }
    List<Clusters.Place> places = new ArrayList<>();
    List<Long> timesUs = new ArrayList<>();
    for (CuePoint cue : segment.cues()) {
      if (cue.track() == leading.number()) {
        places.add(new Clusters.Place(segment.bodyAt() + cue.clusterPosition(), 0, 0));
        timesUs.add(leading.ptsUs(nanos(cue.timeTicks())));
      }
    }
    if (places.isEmpty()) {
      clusters.go(start());
      long clusterEnd = 0;
      for (Clusters.Found found; (found = clusters.next()) != null; ) {
        boolean opens = found.block().track() == leading.number() && found.block().key();
        if (opens && (places.isEmpty() || found.place().clusterEnd() != clusterEnd)) {
          clusterEnd = found.place().clusterEnd();
          places.add(found.place());
          timesUs.add(leading.ptsUs(nanos(found.ticks())));
        }
        if (places.size() == CuePoint.MAX_POINTS) {
          break;
        }
      }
    }
    index = places;
    indexUs = timesUs;
  }

  private int candidate(long targetUs) {
    int last = -1;
    for (int i = 0; i < indexUs.size() && indexUs.get(i) <= targetUs; i++) {
      last = i;
    }
    return last;
  }

  /** The last key block at or before the target, looking on from {@code from}. */
  private Clusters.@Nullable Place lastKey(
      MatroskaTrack leading, Clusters.Place from, long targetUs) {
    clusters.go(from);
    Clusters.@Nullable Place last = null;
    for (Clusters.Found found; (found = clusters.next()) != null; ) {
      if (found.block().track() != leading.number() || !found.block().key()) {
        continue;
      }
      if (leading.ptsUs(nanos(found.ticks())) > targetUs) {
        return last;
      }
      last = found.place();
    }
    return last;
  }

  private Clusters.Place firstKey(MatroskaTrack leading) {
    clusters.go(start());
    for (Clusters.Found found; (found = clusters.next()) != null; ) {
      if (found.block().track() == leading.number() && found.block().key()) {
        return found.place();
      }
    }
    throw new MalformedException("Matroska without a key frame in track " + leading.number());
  }

  /** Drops what was read ahead. */
  private void forget() {
    waiting.forEach(each -> each.unit().payload().release());
    waiting.clear();
    waitingOf.clear();
    newestUs = Long.MIN_VALUE;
    ended = false;
    tracks.values().forEach(MatroskaTrack::restart);
  }

  @Override
  public void close() {
    forget();
  }

  private long nanos(long ticks) {
    long scaleNs = segment.info().timestampScaleNs();
    if (Math.abs(ticks) > Long.MAX_VALUE / 4 / scaleNs) {
      throw new MalformedException(
          "Matroska time stamp of %d ticks of %d ns".formatted(ticks, scaleNs));
    }
    return ticks * scaleNs;
  }
}
