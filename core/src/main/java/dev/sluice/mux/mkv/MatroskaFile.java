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
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.Consumer;
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

  /** Bytes of units that are read ahead, but for the last one. */
  static final int MAX_WAITING_BYTES = 32 << 20;

  /** Blocks that are looked at when the file is opened, unless fewer tell all. */
  private static final int PROBED_BLOCKS = 512;

  private static final SourceClock CLOCK = new SourceClock(new Timescale(1_000_000), 63);
  private static final long NS_PER_US = 1_000;

  private final FileReader file;
  private final Segment segment;
  private final long maxTicks;
  private final Clusters clusters;
  private final List<MatroskaTrack> tracks = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final PriorityQueue<Waiting> waiting = new PriorityQueue<>();
  private final Consumer<SourceUnit> toWaiting = this::await;

  // by the IDs of tracks
  private final int[] waitingOf;
  private final @Nullable Track[] announced;

  private List<Clusters.Place> index = List.of();
  private List<Long> indexUs = List.of();
  private final long firstUs;
  private final long endUs;
  private long order;
  private long newestUs = Long.MIN_VALUE;
  private long waitingBytes;
  private boolean ended;

  /** A unit that was read ahead; {@code order} keeps those of one time in the file's order. */
  private record Waiting(SourceUnit unit, long order) implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting other) {
      int byTime = Long.compare(unit.dts(), other.unit.dts());
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /**
   * Opens a file.
   *
   * @param source stays open as long as this is used
   * @param allocator of payloads, and of the piece of the file that is at hand
   * @throws MalformedException when it cannot be read
   * @throws UnsupportedException when it has no track that is read
   * @throws java.io.UncheckedIOException when it cannot be read from
   */
  public MatroskaFile(ByteSource source, ByteBufAllocator allocator) {
    this.file = new FileReader(source, allocator);
    try {
      this.segment = Segment.read(file);
      this.maxTicks = Long.MAX_VALUE / 4 / segment.info().timestampScaleNs();
      this.clusters = new Clusters(file, segment.firstCluster(), segment.end());
      for (TrackEntry entry : segment.tracks()) {
        open(entry, allocator);
      }
      this.waitingOf = new int[tracks.size()];
      this.announced = new @Nullable Track[tracks.size()];
      this.firstUs = probe();
      if (tracks.isEmpty()) {
        throw new UnsupportedException(
            "Matroska without a track that is read: " + String.join(", ", leftOut));
      }
      this.endUs = end();
      clusters.go(start());
    } catch (RuntimeException refused) {
      file.close();
      throw refused;
    }
  }

  private void open(TrackEntry entry, ByteBufAllocator allocator) {
    MatroskaTrack track =
        entry.enabled() ? MatroskaTrack.of(entry, tracks.size(), allocator) : null;
    if (track != null) {
      tracks.add(track);
    } else {
      leftOut.add("track %d %s".formatted(entry.number(), entry.codecId()));
    }
  }

  /**
   * The track of a number; null when it is not read. There are few: looking is cheaper than a map.
   */
  private @Nullable MatroskaTrack track(int number) {
    for (int i = 0; i < tracks.size(); i++) {
      if (tracks.get(i).number() == number) {
        return tracks.get(i);
      }
    }
    return null;
  }

  private Clusters.Place start() {
    return new Clusters.Place(segment.firstCluster(), 0, 0);
  }

  /** Looks at the first blocks: finds configurations that frames tell, and how pictures come. */
  private long probe() {
    long earliestUs = Long.MAX_VALUE;
    Clusters.Found found;
    for (int i = 0; i < PROBED_BLOCKS && !isProbed() && (found = clusters.next()) != null; i++) {
      MatroskaTrack track = track(found.block().track());
      if (track == null) {
        continue;
      }
      earliestUs = Math.min(earliestUs, track.ptsUs(nanos(found.ticks())));
      track.probe(
          nanos(found.ticks()),
          nanos(found.durationTicks()),
          found.block().key(),
          found.block().frames());
    }
    tracks.removeIf(track -> {
      boolean unknown = track.track() == null;
      if (unknown) {
        leftOut.add("track %d without a frame that tells its codec".formatted(track.number()));
      }
      return unknown;
    });
    tracks.forEach(MatroskaTrack::begin);
    return earliestUs == Long.MAX_VALUE ? 0 : earliestUs;
  }

  private boolean isProbed() {
    for (MatroskaTrack track : tracks) {
      if (!track.isProbed()) {
        return false;
      }
    }
    return true;
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
      MatroskaTrack track = track(found.block().track());
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
    return tracks.stream().map(track -> Objects.requireNonNull(track.track())).toList();
  }

  /** Tracks that are not read, in words. */
  public List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** Frames that were left out because they could not be read. */
  public long malformed() {
    return tracks.stream().mapToLong(MatroskaTrack::malformed).sum();
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
        tracks.forEach(track -> track.flush(toWaiting));
      } else {
        take(found);
      }
    }
    Waiting first = waiting.poll();
    if (first == null) {
      return false;
    }
    SourceUnit unit = first.unit();
    Track track = unit.track();
    waitingOf[track.id()]--;
    waitingBytes -= unit.payload().readableBytes();
    if (!track.equals(announced[track.id()])) {
      announced[track.id()] = track;
      output.track(track);
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
    return newestUs - first.unit().dts() >= LOOK_AHEAD_US
        || waiting.size() >= MAX_WAITING
        || waitingBytes >= MAX_WAITING_BYTES
        || everyTrackWaits();
  }

  private boolean everyTrackWaits() {
    for (MatroskaTrack track : tracks) {
      if (waitingOf[track.id()] == 0) {
        return false;
      }
    }
    return true;
  }

  private void take(Clusters.Found found) {
    MatroskaTrack track = track(found.block().track());
    if (track == null) {
      return;
    }
    track.block(
        nanos(found.ticks()),
        nanos(found.durationTicks()),
        found.block().key(),
        found.block().frames(),
        toWaiting);
  }

  private void await(SourceUnit unit) {
    newestUs = Math.max(newestUs, unit.dts());
    waiting.add(new Waiting(unit, order++));
    waitingOf[unit.track().id()]++;
    waitingBytes += unit.payload().readableBytes();
  }

  @Override
  public long seek(long atNs) {
    long targetUs = firstUs + atNs / NS_PER_US;
    MatroskaTrack leading =
        tracks.stream().filter(MatroskaTrack::video).findFirst().orElse(tracks.getFirst());
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
    Arrays.fill(waitingOf, 0);
    waitingBytes = 0;
    newestUs = Long.MIN_VALUE;
    ended = false;
    tracks.forEach(MatroskaTrack::restart);
  }

  @Override
  public void close() {
    forget();
    file.close();
  }

  private long nanos(long ticks) {
    long scaleNs = segment.info().timestampScaleNs();
    if (Math.abs(ticks) > maxTicks) {
      throw new MalformedException(
          "Matroska time stamp of %d ticks of %d ns".formatted(ticks, scaleNs));
    }
    return ticks * scaleNs;
  }
}
