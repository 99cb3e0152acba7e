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
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An FLV file (Adobe FLV 10.1, annex E). Writers put sound and picture beside one another more or
 * less; here units are put in the order of their DTS as far as they stand within {@link #REACH_MS}.
 * An FLV has no index that could be relied on: the first {@link #seek} looks through all tag
 * headers.
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

  private static final SourceClock CLOCK = new SourceClock(Timescale.MILLIS, 63);
  private static final int CHUNK_BYTES = 65_536;

  /** Of a tag: its header, and what says codec, key frame and configuration in its body. */
  private static final int LOOK_BYTES = FlvTagHeader.SIZE + TagLook.BYTES;

  private final ByteSource source;
  private final ByteBufAllocator allocator;
  private final PriorityQueue<Held> held =
      new PriorityQueue<>(
          Comparator.comparingLong((Held each) -> each.unit.dts())
              .thenComparingLong(each -> each.order));
  private final Deque<Runnable> announcements = new ArrayDeque<>();
  private final List<Track> tracks = new ArrayList<>();
  private final int headerBytes;
  private final long firstPtsMs;
  private final long durationMs;

  private FlvReader reader;
  private @Nullable SourceOutput output;
  private long position;
  private long heldBytes;
  private long newestMs = Long.MIN_VALUE;
  private long order;
  private boolean stamped;
  private int lastStamp;
  private long unwrappedMs;
  private @Nullable List<Entry> index;

  private record Held(SourceUnit unit, long order) {}

  /** Where reading can begin: a key frame and the tags with the configuration that it needs. */
  private record Entry(long ptsMs, long position, List<Long> configurations) {}

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
      long firstMs = readHead();
      this.firstPtsMs = firstMs;
      this.durationMs = measure(firstMs);
      rewind();
    } catch (RuntimeException refused) {
      close();
      throw refused;
    }
  }

  private FlvReader reader() {
    return new FlvReader(new FlvDemuxer(new Sink()), allocator);
  }

  /** What the demuxer gives: announcements go on when the units before them have. */
  private final class Sink implements SourceOutput {
    @Override
    public void track(Track track) {
      tracks.removeIf(known -> known.id() == track.id());
      tracks.add(track);
      announcements.add(() -> into().track(track));
    }

    @Override
    public void unit(SourceUnit unit) {
      long dts = unwrapped((int) unit.dts());
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
      announcements.add(() -> into().metadata(message));
    }
  }

  private SourceOutput into() {
    SourceOutput to = output;
    if (to == null) {
      throw new IllegalStateException("nothing is read now");
    }
    return to;
  }

  private long unwrapped(int stamp) {
    unwrappedMs = stamped ? unwrappedMs + (stamp - lastStamp) : stamp; // by the shorter way
    stamped = true;
    lastStamp = stamp;
    return unwrappedMs;
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
    while (!announcements.isEmpty()) {
      announcements.remove().run();
    }
    boolean gave = false;
    for (Held first; (first = held.peek()) != null && (!gave || first.unit.dts() < untilMs); ) {
      held.remove();
      heldBytes -= first.unit.payload().readableBytes();
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
    while (held.isEmpty() || (tracks.size() < 2 && position < HEAD_BYTES)) {
      if (!readChunk()) {
        break;
      }
    }
    if (held.isEmpty()) {
      throw new MalformedException("FLV file without a frame");
    }
    return held.stream().mapToLong(each -> pts(each.unit)).min().orElseThrow();
  }

  private static long pts(SourceUnit unit) {
    return unit.dts() + unit.compositionOffset();
  }

  /** By the last tags, which are found by the size that stands behind each; −1 when it does not. */
  private long measure(long firstMs) {
    long[] lastMs = {-1, -1};
    long[] frameMs = {0, 0};
    long end = source.sizeBytes();
    ByteBuf look = allocator.buffer(LOOK_BYTES);
    try {
      for (int tags = 0; tags < LAST_TAGS && end > headerBytes; tags++) {
        source.read(end - FlvTagHeader.TRAILER_SIZE, FlvTagHeader.TRAILER_SIZE, look.clear());
        long size = look.readableBytes() < FlvTagHeader.TRAILER_SIZE ? 0 : look.readUnsignedInt();
        long start = end - FlvTagHeader.TRAILER_SIZE - size;
        FlvTagHeader tag = start < headerBytes || size == 0 ? null : tagAt(start, look.clear());
        if (tag == null || size != FlvTagHeader.SIZE + tag.bodySize()) {
          break;
        }
        if (tag.type() == FlvTagHeader.AUDIO || tag.type() == FlvTagHeader.VIDEO) {
          int kind = tag.type() - FlvTagHeader.AUDIO;
          if (frameMs[kind] == 0 && lastMs[kind] > tag.timestampMs()) {
            frameMs[kind] = lastMs[kind] - tag.timestampMs();
          }
          lastMs[kind] = Math.max(lastMs[kind], tag.timestampMs());
        }
        end = start;
      }
    } catch (MalformedException | UnsupportedException noTag) {
      return -1;
    } finally {
      look.release();
    }
    long untilMs = Math.max(lastMs[0] + frameMs[0], lastMs[1] + frameMs[1]);
    return untilMs < firstMs ? -1 : untilMs - firstMs;
  }

  /** The tag at a place, and behind its header in {@code look} no more than its body. */
  private @Nullable FlvTagHeader tagAt(long at, ByteBuf look) {
    source.read(at, LOOK_BYTES, look);
    FlvTagHeader tag = FlvTagHeader.read(look);
    if (tag != null && tag.bodySize() < look.readableBytes()) {
      look.writerIndex(look.readerIndex() + tag.bodySize());
    }
    return tag;
  }

  // ---- going elsewhere

  private void rewind() {
    drop();
    position = 0;
    tracks.sort(Comparator.comparingInt(Track::id));
    reader = reader();
    newestMs = Long.MIN_VALUE;
    stamped = false;
  }

  private void drop() {
    reader.close();
    held.forEach(each -> each.unit.payload().release());
    held.clear();
    announcements.clear();
    heldBytes = 0;
  }

  @Override
  public long seek(long atNs) {
    List<Entry> entries = index;
    if (entries == null) {
      entries = look();
      index = entries;
    }
    long atMs = firstPtsMs + Timescale.NANOS.convert(atNs, Timescale.MILLIS);
    Entry to = null;
    for (Entry entry : entries) {
      if (to == null || entry.ptsMs <= atMs) {
        to = entry;
      }
    }
    rewind();
    if (to == null) {
      return 0; // sound alone, or no key frame: from the beginning
    }
    feed(0, headerBytes);
    for (long configuration : to.configurations) {
      feed(configuration, tagBytes(configuration));
    }
    position = to.position - FlvTagHeader.TRAILER_SIZE;
    return Timescale.MILLIS.convert(to.ptsMs - firstPtsMs, Timescale.NANOS);
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

  private int tagBytes(long start) {
    ByteBuf look = allocator.buffer(LOOK_BYTES);
    try {
      FlvTagHeader header = tagAt(start + FlvTagHeader.TRAILER_SIZE, look);
      return FlvTagHeader.TRAILER_SIZE
          + FlvTagHeader.SIZE
          + (header == null ? 0 : header.bodySize());
    } finally {
      look.release();
    }
  }

  /** Looks through the beginnings of all tags for key frames. */
  private List<Entry> look() {
    List<Entry> entries = new ArrayList<>();
    SortedMap<Integer, Long> configurations = new TreeMap<>();
    ByteBuf look = allocator.buffer(LOOK_BYTES);
    try {
      long at = (long) headerBytes + FlvTagHeader.TRAILER_SIZE;
      for (FlvTagHeader tag; (tag = tagAt(at, look.clear())) != null; ) {
        TagLook found = TagLook.of(tag, look);
        if (found.what() == TagLook.What.CONFIGURATION) {
          configurations.put(tag.type() << 8 | found.number(), at - FlvTagHeader.TRAILER_SIZE);
        } else if (found.what() == TagLook.What.KEY_FRAME
            && tag.type() == FlvTagHeader.VIDEO
            && found.number() == 0) {
          long ptsMs = tag.timestampMs() + found.compositionMs();
          entries.add(new Entry(ptsMs, at, configurations.values().stream().sorted().toList()));
        }
        at += FlvTagHeader.SIZE + tag.bodySize() + FlvTagHeader.TRAILER_SIZE;
      }
    } catch (MalformedException | UnsupportedException broken) {
      // from here on it is broken; what came before can be gone to
    } finally {
      look.release();
    }
    return entries;
  }

  @Override
  public void close() {
    drop();
  }
}
