package dev.sluice.mux.flv;

import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.flv.FlvHeader;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * An FLV file (Adobe FLV 10.1, annex E). Writers put sound and picture beside one another more or
 * less; here units are put in the order of their DTS as far as they stand within {@link #REACH_MS}.
 * Where {@link #seek} can go is looked for as far as it is needed: see {@link FlvIndex}.
 */
public final class FlvMediaFile implements MediaFile {
  /** How far units that belong together may stand apart. */
  static final int REACH_MS = 1_000;

  /** Bytes of units that are held to be put in order. */
  static final int MAX_HELD_BYTES = 32 << 20;

  /** Bytes at the beginning in which all tracks are announced. */
  static final int HEAD_BYTES = 4 << 20;

  /** Tags at the end that are looked at for how long the file is. */
  private static final int LAST_TAGS = 64;

  /** Key frames that turn out to be none, on the way back to one that is. */
  static final int MAX_FALSE_KEYS = 16;

  private static final long NONE = Long.MIN_VALUE / 2;
  private static final SourceClock CLOCK = new SourceClock(Timescale.MILLIS, 63);
  private static final int CHUNK_BYTES = 65_536;

  private final ByteSource source;
  private final ByteBufAllocator allocator;
  private final PriorityQueue<Held> held =
      new PriorityQueue<>(
          Comparator.comparingLong((Held each) -> each.unit.dts())
              .thenComparingLong(each -> each.order));
  private final Deque<Bytes> saying = new ArrayDeque<>();
  private final Map<Integer, Track> announced = new HashMap<>();
  private final List<Track> tracks = new ArrayList<>();
  private final int headerBytes;
  private final long firstPtsMs;
  private final long durationMs;
  private final FlvIndex index;

  private FlvReader reader;
  private @Nullable SourceOutput output;
  private long position;
  private long heldBytes;
  private long newestMs = Long.MIN_VALUE;
  private long order;
  private TagClock time = TagClock.START;
  private Bytes metadata = Bytes.EMPTY;

  private record Held(SourceUnit unit, long order) {}

  /**
   * Opens a file and reads its beginning.
   *
   * @throws MalformedException when this is no FLV or holds nothing
   * @throws UnsupportedException when it is encrypted
   * @throws java.io.UncheckedIOException when it cannot be read
   */
  public FlvMediaFile(ByteSource source, ByteBufAllocator allocator) {
    this.source = source;
    this.allocator = allocator;
    this.headerBytes = headerBytes();
    this.reader = reader();
    try {
      this.firstPtsMs = readHead();
      var walk = new TagWalk(source, allocator, headerBytes + FlvTagHeader.TRAILER_SIZE);
      this.durationMs = measure(walk, firstPtsMs);
      tracks.sort(Comparator.comparingInt(Track::id));
      boolean pictures = tracks.stream().anyMatch(track -> track.kind() == Track.Kind.VIDEO);
      this.index =
          new FlvIndex(
              walk,
              pictures ? FlvTagHeader.VIDEO : FlvTagHeader.AUDIO,
              FlvMetadata.keyFrames(metadata));
      goTo(TagClock.START);
    } catch (RuntimeException refused) {
      close();
      throw refused;
    }
  }

  private FlvReader reader() {
    return new FlvReader(new FlvDemuxer(new Sink()), allocator);
  }

  /** What the demuxer gives; tracks are announced with the units that are of them. */
  private final class Sink implements SourceOutput {
    @Override
    public void track(Track track) {
      tracks.removeIf(known -> known.id() == track.id());
      tracks.add(track);
    }

    @Override
    public void unit(SourceUnit unit) {
      time = time.at(unit.dts());
      long dts = time.nowMs();
      newestMs = Math.max(newestMs, dts);
      heldBytes += unit.payload().readableBytes();
      var placed =
          new SourceUnit(
              unit.track(),
              dts,
              unit.compositionOffset(),
              unit.offsetNs(),
              unit.randomAccess(),
              unit.payload());
      held.add(new Held(placed, order++));
    }

    @Override
    public void metadata(Bytes message) {
      metadata = message;
      saying.add(message);
    }
  }

  private SourceOutput into() {
    SourceOutput to = output;
    if (to == null) {
      throw new IllegalStateException("nothing is read now");
    }
    return to;
  }

  @Override
  public SourceClock clock() {
    return CLOCK;
  }

  @Override
  public List<Track> tracks() {
    return List.copyOf(tracks);
  }

  @Override
  public long durationNs() {
    return durationMs < 0 ? -1 : Timescale.MILLIS.convert(durationMs, Timescale.NANOS);
  }

  @Override
  public boolean next(SourceOutput to) {
    output = to;
    try {
      while (!isReady()) {
        if (!readChunk()) {
          return give(Long.MAX_VALUE);
        }
      }
      return give(newestMs - REACH_MS);
    } finally {
      output = null;
    }
  }

  private boolean isReady() {
    Held first = held.peek();
    return first != null && (newestMs - first.unit.dts() > REACH_MS || heldBytes > MAX_HELD_BYTES);
  }

  /** Gives the held units up to {@code untilMs}, at least one when there is one. */
  private boolean give(long untilMs) {
    while (!saying.isEmpty()) {
      into().metadata(saying.remove());
    }
    boolean gave = false;
    for (Held first; (first = held.peek()) != null && (!gave || first.unit.dts() < untilMs); ) {
      held.remove();
      heldBytes -= first.unit.payload().readableBytes();
      Track track = first.unit.track();
      if (!track.equals(announced.put(track.id(), track))) {
        into().track(track);
      }
      into().unit(first.unit);
      gave = true;
    }
    return gave;
  }

  private boolean readChunk() {
    ByteBuf chunk = allocator.buffer(CHUNK_BYTES);
    try {
      int read = source.read(position, CHUNK_BYTES, chunk);
      position += read;
      reader.feed(chunk);
      return read > 0;
    } finally {
      chunk.release();
    }
  }

  // ---- the beginning, and how long it is

  private int headerBytes() {
    ByteBuf head = allocator.buffer(CHUNK_BYTES);
    try {
      source.read(0, CHUNK_BYTES, head);
      int start = head.readerIndex();
      if (FlvHeader.read(head) == null) {
        throw new MalformedException("FLV file of " + source.sizeBytes() + " bytes");
      }
      return head.readerIndex() - start;
    } finally {
      head.release();
    }
  }

  /** Reads until both kinds of track are known, or far enough; the first PTS. */
  private long readHead() {
    while (held.isEmpty() || (!hasBoth() && position < HEAD_BYTES)) {
      if (!readChunk()) {
        break;
      }
    }
    if (held.isEmpty()) {
      throw new MalformedException("FLV file without a frame");
    }
    return held.stream().mapToLong(each -> pts(each.unit)).min().orElseThrow();
  }

  private boolean hasBoth() {
    return tracks.stream()
            .map(Track::kind)
            .filter(kind -> kind != Track.Kind.DATA)
            .distinct()
            .count()
        == 2;
  }

  private static long pts(SourceUnit unit) {
    return unit.dts() + unit.compositionOffset();
  }

  /** By the last tags, which are found by the size that stands behind each; −1 when it does not. */
  private long measure(TagWalk walk, long firstMs) {
    var end = new End(firstMs);
    TagWalk.Tag tag = walk.before(source.sizeBytes());
    for (int tags = 0; tag != null && tags < LAST_TAGS; tags++) {
      end.add(tag);
      tag = walk.before(tag.position());
    }
    return end.durationMs();
  }

  /** The last frames of sound and picture, from the last one backwards. */
  private static final class End {
    private final long firstMs;
    private final long[] dtsMs = {NONE, NONE};
    private final long[] frameMs = {0, 0};
    private final long[] lastPtsMs = {NONE, NONE};

    End(long firstMs) {
      this.firstMs = firstMs;
    }

    void add(TagWalk.Tag tag) {
      if (!tag.isFrame() || tag.look().number() != 0) {
        return;
      }
      int kind = tag.header().type() - FlvTagHeader.AUDIO;
      int stamp = (int) tag.header().timestampMs();
      long dts = firstMs + (stamp - (int) firstMs);
      if (frameMs[kind] == 0 && dtsMs[kind] != NONE) {
        frameMs[kind] = Math.clamp(dtsMs[kind] - dts, 0, REACH_MS);
      }
      dtsMs[kind] = dts;
      lastPtsMs[kind] = Math.max(lastPtsMs[kind], dts + tag.look().compositionMs());
    }

    /** −1 when there was nothing. */
    long durationMs() {
      long untilMs = Math.max(lastPtsMs[0] + frameMs[0], lastPtsMs[1] + frameMs[1]);
      return untilMs < firstMs ? -1 : untilMs - firstMs;
    }
  }

  // ---- going elsewhere

  /** From the beginning of the file, where the clock stands at {@code at}. */
  private void goTo(TagClock at) {
    drop();
    position = 0;
    reader = reader();
    newestMs = Long.MIN_VALUE;
    time = at;
  }

  private void drop() {
    reader.close();
    held.forEach(each -> each.unit.payload().release());
    held.clear();
    saying.clear();
    announced.clear();
    heldBytes = 0;
  }

  @Override
  public long seek(long atNs) {
    long atMs = firstPtsMs + Timescale.NANOS.convert(atNs, Timescale.MILLIS);
    FlvIndex.Place place = index.find(atMs);
    if (place == null) {
      goTo(TagClock.START);
      return 0; // no key frame: from the beginning
    }
    FlvIndex.Place best = place;
    for (int tries = 0; !isRandomAccess(best) && tries < MAX_FALSE_KEYS; tries++) {
      FlvIndex.Place earlier = index.find(best.ptsMs() - 1);
      if (earlier == null || earlier.tag().position() >= best.tag().position()) {
        break;
      }
      best = earlier;
    }
    if (!isRandomAccess(best)) {
      goTo(place); // what the file calls one, then
      best = place;
    }
    return Timescale.MILLIS.convert(best.ptsMs() - firstPtsMs, Timescale.NANOS);
  }

  /** Goes there, and looks whether what is called a key frame is one. */
  private boolean isRandomAccess(FlvIndex.Place place) {
    goTo(place);
    return held.stream().anyMatch(each -> each.unit.randomAccess());
  }

  /** Reads what {@code place} needs, and its frame. */
  private void goTo(FlvIndex.Place place) {
    goTo(place.clock());
    if (metadata.size() > 0) {
      saying.add(metadata);
    }
    feed(0, headerBytes);
    for (TagWalk.Tag configuration : place.configurations().inOrder()) {
      feed(configuration);
    }
    time = place.clock(); // configurations have stamps of their own, and can bring units with them
    feed(place.tag());
    position = place.tag().next() - FlvTagHeader.TRAILER_SIZE;
  }

  private void feed(TagWalk.Tag tag) {
    feed(tag.position() - FlvTagHeader.TRAILER_SIZE, tag.sizeWithTrailerBefore());
  }

  /** Gives the reader a part of the file: the header, or a tag and the size before it. */
  private void feed(long from, int length) {
    ByteBuf part = allocator.buffer(length);
    try {
      source.read(from, length, part);
      reader.feed(part);
    } finally {
      part.release();
    }
  }

  @Override
  public void close() {
    drop();
  }
}
