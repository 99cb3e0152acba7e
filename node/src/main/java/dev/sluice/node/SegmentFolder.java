package dev.sluice.node;

import dev.sluice.hub.segments.SegmentStore.Recovered;
import dev.sluice.media.StreamName;
import dev.sluice.mux.store.StoredHead;
import dev.sluice.mux.store.TrackIndex;
import dev.sluice.node.log.EventLog;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of stored segments: a folder for each stream, files numbered in it. One thread writes;
 * {@link #read}, {@link #recovered} and {@link #bytes} are for any thread.
 */
final class SegmentFolder implements AutoCloseable {
  /** A file is closed before it would become longer, unless one record is: 64 MiB. */
  static final long FILE_BYTES = 64L << 20;

  /** The longest CMAF header that is taken from a file. */
  private static final int MAX_INIT_BYTES = 1 << 20;

  private static final String SUFFIX = ".segments";
  private static final Pattern FILE = Pattern.compile("\\d{8}" + Pattern.quote(SUFFIX));

  /** Where media are. */
  record Place(int file, int position) {}

  /** Is told which file had to go. */
  interface Removed {
    void removed(StreamName name, int file);
  }

  private record FileOf(StreamName name, int file) {}

  /** The file of a stream that is being written. */
  private static final class Open {
    final int file;
    final FileChannel channel;
    final Set<Bytes> inits = new HashSet<>();
    long size;

    Open(int file, FileChannel channel) {
      this.file = file;
      this.channel = channel;
    }
  }

  private final Path folder;
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();
  private final ConcurrentMap<StreamName, Recovered> recovered = new ConcurrentHashMap<>();

  // the writer's
  private final Map<FileOf, Long> files = new LinkedHashMap<>(); // oldest first
  private final Map<StreamName, Integer> lastFile = new HashMap<>();
  private final Map<StreamName, Open> open = new HashMap<>();

  private SegmentFolder(Path folder, long maxBytes) {
    this.folder = folder;
    this.maxBytes = maxBytes;
  }

  /** As {@link SegmentFiles#open}. */
  static SegmentFolder open(Path folder, long maxBytes, long keepMs, long nowMs)
      throws IOException {
    Files.createDirectories(folder);
    var opened = new SegmentFolder(folder, maxBytes);
    List<Path> streams;
    try (Stream<Path> all = Files.list(folder)) {
      streams = all.filter(Files::isDirectory).toList();
    }
    record Aged(FileOf file, long size, long ms) {}
    List<Aged> aged = new ArrayList<>();
    for (Path stream : streams) {
      StreamName name = name(stream);
      SortedMap<Integer, Path> found = numbered(stream);
      long newestMs = 0;
      for (Path file : found.values()) {
        newestMs = Math.max(newestMs, Files.getLastModifiedTime(file).toMillis());
      }
      if (name == null || found.isEmpty() || nowMs - newestMs > keepMs) {
        delete(stream);
        continue;
      }
      opened.recover(name, found);
      for (Map.Entry<Integer, Path> file : found.entrySet()) {
        long ms = Files.getLastModifiedTime(file.getValue()).toMillis();
        aged.add(new Aged(new FileOf(name, file.getKey()), Files.size(file.getValue()), ms));
      }
      opened.lastFile.put(name, found.lastKey());
    }
    aged.sort(Comparator.comparingLong(Aged::ms).thenComparingInt(each -> each.file.file));
    for (Aged each : aged) {
      opened.files.put(each.file, each.size);
      opened.bytes.addAndGet(each.size);
    }
    return opened;
  }

  private static @Nullable StreamName name(Path folder) {
    try {
      return StreamName.parse(LedgerFiles.unescaped(folder.getFileName().toString()));
    } catch (MalformedException other) {
      return null;
    }
  }

  private static SortedMap<Integer, Path> numbered(Path stream) throws IOException {
    SortedMap<Integer, Path> found = new TreeMap<>();
    try (Stream<Path> all = Files.list(stream)) {
      all.filter(file -> FILE.matcher(file.getFileName().toString()).matches())
          .forEach(file -> found.put(number(file), file));
    }
    return found;
  }

  private static int number(Path file) {
    return Integer.parseInt(file.getFileName().toString().substring(0, 8));
  }

  private static void delete(Path stream) throws IOException {
    try (Stream<Path> all = Files.list(stream)) {
      for (Path file : all.toList()) {
        if (FILE.matcher(file.getFileName().toString()).matches()) {
          Files.delete(file);
        }
      }
    }
    try (Stream<Path> rest = Files.list(stream)) {
      if (rest.findAny().isEmpty()) {
        Files.delete(stream);
      }
    }
  }

  private Path path(StreamName name, int file) {
    return folder
        .resolve(LedgerFiles.escaped(name))
        .resolve(String.format(Locale.ROOT, "%08d%s", file, SUFFIX));
  }

  // ---- what was there

  private void recover(StreamName name, Map<Integer, Path> found) throws IOException {
    Map<Integer, TrackIndex> indexes = new TreeMap<>();
    Map<String, Bytes> inits = new HashMap<>();
    for (Map.Entry<Integer, Path> each : found.entrySet()) {
      scan(name, each.getKey(), each.getValue(), indexes, inits);
    }
    recovered.put(name, new Recovered(List.copyOf(indexes.values()), Map.copyOf(inits)));
  }

  /** Reads heads up to where the file ends, or makes no sense any more, and cuts it there. */
  private static void scan(
      StreamName name,
      int file,
      Path path,
      Map<Integer, TrackIndex> indexes,
      Map<String, Bytes> inits)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      long position = 0;
      String torn = "";
      while (position < size && torn.isEmpty()) {
        try {
          StoredHead head = head(channel, position);
          if (head == null || position + head.recordSize() > size) {
            torn = "it ends within a record";
          } else if (position + head.recordSize() == size && !isWhole(channel, position, head)) {
            torn = "its last record is damaged";
          } else {
            take(channel, file, position, head, indexes, inits);
            position += head.recordSize();
          }
        } catch (MalformedException | UnsupportedException wrong) {
          torn = String.valueOf(wrong.getMessage());
        }
      }
      if (!torn.isEmpty()) {
        EventLog.warn(
            "segments-cut",
            "stream",
            name,
            "file",
            path,
            "at",
            position,
            "what",
            torn + "; what is behind is left out");
        channel.truncate(position);
      }
    }
  }

  private static void take(
      FileChannel channel,
      int file,
      long position,
      StoredHead head,
      Map<Integer, TrackIndex> indexes,
      Map<String, Bytes> inits)
      throws IOException {
    int mediaAt = Math.toIntExact(position + StoredHead.SIZE);
    if (head.kind() == StoredHead.Kind.INIT) {
      if (head.size() > MAX_INIT_BYTES) {
        throw new MalformedException("a CMAF header of %d bytes".formatted(head.size()));
      }
      ByteBuf init = Unpooled.buffer(head.size(), head.size());
      if (!fill(channel, mediaAt, init) || !head.matches(init)) {
        throw new MalformedException("a damaged CMAF header");
      }
      inits.put(head.initDigest().toString(), Bytes.copyOf(init));
      return;
    }
    TrackIndex index =
        indexes.computeIfAbsent(head.trackId(), id -> new TrackIndex(id, head.trackKind()));
    index.add(head);
    index.stored(head.cut().number(), file, mediaAt);
  }

  private static @Nullable StoredHead head(FileChannel channel, long position) throws IOException {
    ByteBuf head = Unpooled.buffer(StoredHead.SIZE, StoredHead.SIZE);
    return fill(channel, position, head) ? StoredHead.read(head) : null;
  }

  private static boolean isWhole(FileChannel channel, long position, StoredHead head)
      throws IOException {
    ByteBuf media = Unpooled.directBuffer(Math.max(1, head.size()), Math.max(1, head.size()));
    try {
      return head.size() == 0
          || fill(channel, position + StoredHead.SIZE, media) && head.matches(media);
    } finally {
      media.release();
    }
  }

  /** Fills {@code into} from {@code position} on; false when the file ends before. */
  private static boolean fill(FileChannel channel, long position, ByteBuf into) throws IOException {
    long at = position;
    while (into.isWritable()) {
      int count = into.writeBytes(channel, at, into.writableBytes());
      if (count < 0) {
        return false;
      }
      at += count;
    }
    return true;
  }

  Recovered recovered(StreamName name) {
    Recovered found = recovered.remove(name);
    return found == null ? Recovered.NOTHING : found;
  }

  // ---- writing

  /**
   * Appends a segment, and in front of it the CMAF header when the file has not got it yet.
   *
   * @return null when there is no room for it
   * @throws IOException when the disk fails; what is there stays good
   */
  @Nullable Place append(
      StreamName name, StoredHead head, Bytes init, ByteBuf media, Removed removed)
      throws IOException {
    Open to = open.get(name);
    long needed = head.recordSize() + (long) StoredHead.SIZE + init.size();
    if (to != null && to.size > 0 && to.size + needed > FILE_BYTES) {
      closeFile(name);
      to = null;
    }
    if (!makeRoom(needed, removed)) {
      return null;
    }
    to = open.get(name); // it may have had to go
    if (to == null) {
      to = begin(name);
    }
    boolean withInit = !to.inits.contains(head.initDigest());
    ByteBuf heads = Unpooled.buffer();
    if (withInit) {
      head.asInit(init).write(heads);
      init.writeTo(heads);
    }
    head.write(heads);
    int mediaAt = Math.toIntExact(to.size + heads.readableBytes());
    List<ByteBuffer> parts = new ArrayList<>();
    parts.add(heads.nioBuffer());
    parts.addAll(List.of(media.nioBuffers()));
    long total = heads.readableBytes() + (long) media.readableBytes();
    try {
      writeAll(to.channel, parts.toArray(ByteBuffer[]::new), total);
    } catch (IOException failed) {
      cut(name, to);
      throw failed;
    }
    if (withInit) {
      to.inits.add(head.initDigest());
    }
    to.size += total;
    files.merge(new FileOf(name, to.file), total, Long::sum);
    bytes.addAndGet(total);
    return new Place(to.file, mediaAt);
  }

  private static void writeAll(FileChannel channel, ByteBuffer[] parts, long total)
      throws IOException {
    for (long left = total; left > 0; ) {
      left -= channel.write(parts);
    }
  }

  private Open begin(StreamName name) throws IOException {
    int file = lastFile.getOrDefault(name, 0) + 1;
    Path path = path(name, file);
    Files.createDirectories(path.getParent());
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lastFile.put(name, file);
    files.put(new FileOf(name, file), 0L);
    Open begun = new Open(file, channel);
    open.put(name, begun);
    return begun;
  }

  /** A record that was not written whole is taken back; where that fails a new file is begun. */
  private void cut(StreamName name, Open to) {
    try {
      to.channel.truncate(to.size);
      to.channel.position(to.size);
    } catch (IOException alsoFailed) {
      closeFile(name);
    }
  }

  private void closeFile(StreamName name) {
    Open closed = open.remove(name);
    if (closed != null) {
      try {
        closed.channel.close();
      } catch (IOException failed) {
        EventLog.warn("segments-not-closed", "stream", name, "what", failed);
      }
    }
  }

  private boolean makeRoom(long needed, Removed removed) {
    if (needed > maxBytes) {
      return false;
    }
    while (bytes.get() + needed > maxBytes && !files.isEmpty()) {
      FileOf oldest = files.keySet().iterator().next();
      remove(oldest);
      removed.removed(oldest.name, oldest.file);
    }
    return true;
  }

  private void remove(FileOf file) {
    Open current = open.get(file.name);
    if (current != null && current.file == file.file) {
      closeFile(file.name);
    }
    Long size = files.remove(file);
    bytes.addAndGet(size == null ? 0 : -size);
    try {
      Files.deleteIfExists(path(file.name, file.file));
    } catch (IOException failed) {
      EventLog.warn("segments-not-deleted", "stream", file.name, "what", failed);
    }
  }

  void dropBefore(StreamName name, int file) {
    for (FileOf each : List.copyOf(files.keySet())) {
      if (each.name.equals(name) && each.file < file) {
        remove(each);
      }
    }
  }

  void forget(StreamName name) {
    closeFile(name);
    dropBefore(name, Integer.MAX_VALUE);
    lastFile.remove(name);
    recovered.remove(name);
    try {
      Files.deleteIfExists(folder.resolve(LedgerFiles.escaped(name)));
    } catch (IOException failed) {
      EventLog.warn("segments-not-deleted", "stream", name, "what", failed);
    }
  }

  /** Bytes of all files. */
  long bytes() {
    return bytes.get();
  }

  // ---- reading

  /**
   * Fills {@code media}, which has exactly the room for it, from a file.
   *
   * @return false when something else is there
   * @throws IOException when it cannot be read, or the file is not there any more
   */
  boolean read(StreamName name, int file, int position, ByteBuf media) throws IOException {
    try (FileChannel channel = FileChannel.open(path(name, file), StandardOpenOption.READ)) {
      StoredHead head = head(channel, position - (long) StoredHead.SIZE);
      return head != null
          && head.size() == media.capacity()
          && fill(channel, position, media)
          && head.matches(media);
    } catch (MalformedException | UnsupportedException wrong) {
      return false;
    }
  }

  @Override
  public void close() {
    List.copyOf(open.keySet()).forEach(this::closeFile);
  }
}
