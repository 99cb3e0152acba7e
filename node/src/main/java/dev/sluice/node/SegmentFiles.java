package dev.sluice.node;

import dev.sluice.hub.segments.SegmentStore;
import dev.sluice.media.StreamName;
import dev.sluice.mux.store.StoredHead;
import dev.sluice.node.log.EventLog;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Segments in a folder, files of some minutes for each stream. One thread writes, in the order in
 * which it is asked to; few read. What the writer cannot keep up with is lost, and counted: nobody
 * waits for a disk.
 *
 * <p>All in {@link #folder} is ours. Where the size of all files would grow past its bound, the
 * file that was written longest ago goes.
 */
final class SegmentFiles implements SegmentStore, AutoCloseable {
  /** Bytes that may wait for the disk. */
  static final long MAX_WAITING_BYTES = 64L << 20;

  /** Writes that may wait for the disk. */
  private static final int MAX_WAITING = 10_000;

  /** Reads that may wait; further ones are refused. */
  static final int MAX_READS = 256;

  private static final int READERS = 2;
  private static final long STOP_S = 3;

  private final SegmentFolder folder;
  private final ByteBufAllocator allocator;
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final ConcurrentMap<StreamName, Removal> watchers = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor writer = threads("sluice-segments", 1, MAX_WAITING);
  private final ThreadPoolExecutor readers = threads("sluice-segment-reads", READERS, MAX_READS);
  private volatile boolean complained;

  private SegmentFiles(SegmentFolder folder, ByteBufAllocator allocator) {
    this.folder = folder;
    this.allocator = allocator;
    writer.prestartCoreThread();
    readers.prestartAllCoreThreads();
  }

  private static ThreadPoolExecutor threads(String name, int count, int waiting) {
    return new ThreadPoolExecutor(
        count,
        count,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(waiting),
        Thread.ofPlatform().name(name).daemon().factory());
  }

  /**
   * Finds out what there is.
   *
   * @param maxBytes of all files
   * @param keepMs what has not been written to for so long is deleted
   * @param nowMs the wall clock
   * @throws IOException when the folder cannot be made or read
   */
  static SegmentFiles open(
      Path folder, long maxBytes, long keepMs, long nowMs, ByteBufAllocator allocator)
      throws IOException {
    return new SegmentFiles(SegmentFolder.open(folder, maxBytes, keepMs, nowMs), allocator);
  }

  @Override
  public boolean keeps() {
    return true;
  }

  @Override
  public Recovered recovered(StreamName name) {
    return folder.recovered(name);
  }

  @Override
  public void watch(StreamName name, Removal removal) {
    watchers.put(name, removal);
  }

  @Override
  public void append(StreamName name, StoredHead head, Bytes init, ByteBuf media, Outcome outcome) {
    long bytes = media.readableBytes();
    boolean room = waitingBytes.addAndGet(bytes) <= MAX_WAITING_BYTES;
    Runnable done =
        () -> {
          waitingBytes.addAndGet(-bytes);
          media.release();
        };
    if (!room
        || !submit(() -> {
          try {
            write(name, head, init, media, outcome);
          } finally {
            done.run();
          }
        })) {
      done.run();
      lose(name, "the disk is too slow", outcome);
    }
  }

  private boolean submit(Runnable task) {
    try {
      writer.execute(task);
      return true;
    } catch (RejectedExecutionException full) {
      return false;
    }
  }

  private void write(StreamName name, StoredHead head, Bytes init, ByteBuf media, Outcome outcome) {
    try {
      SegmentFolder.Place place =
          folder.append(
              name, head.withMediaCrc(StoredHead.mediaCrc(media)), init, media, this::removed);
      if (place == null) {
        lose(name, "there is no room", outcome);
        return;
      }
      complained = false;
      written.incrementAndGet();
      outcome.stored(place.file(), place.position());
    } catch (IOException failed) {
      lose(name, failed.toString(), outcome);
    }
  }

  private void removed(StreamName name, int file) {
    Removal watcher = watchers.get(name);
    if (watcher != null) {
      watcher.removed(file);
    }
  }

  private void lose(StreamName name, String what, Outcome outcome) {
    lost.incrementAndGet();
    if (!complained) { // once, until it works again
      complained = true;
      EventLog.warn("segment-not-stored", "stream", name, "what", what);
    }
    outcome.lost();
  }

  /** Segments that are not there for want of room or speed. */
  long lost() {
    return lost.get();
  }

  /** Segments that were written. */
  long written() {
    return written.get();
  }

  /** Bytes that wait for the disk. */
  long waitingBytes() {
    return waitingBytes.get();
  }

  /** Bytes of all files. */
  long storedBytes() {
    return folder.bytes();
  }

  @Override
  public void read(
      StreamName name, int file, int position, int size, Consumer<@Nullable ByteBuf> then) {
    try {
      readers.execute(() -> then.accept(readNow(name, file, position, size)));
    } catch (RejectedExecutionException full) {
      then.accept(null);
    }
  }

  private @Nullable ByteBuf readNow(StreamName name, int file, int position, int size) {
    ByteBuf media = allocator.directBuffer(size, size);
    try {
      if (folder.read(name, file, position, media)) {
        return media;
      }
      EventLog.warn("segment-damaged", "stream", name, "file", file, "position", position);
    } catch (NoSuchFileException gone) {
      // it has been let go since whoever asks has looked
    } catch (IOException failed) {
      EventLog.warn("segment-unreadable", "stream", name, "what", failed);
    }
    media.release();
    return null;
  }

  @Override
  public void dropBefore(StreamName name, int file) {
    submit(() -> folder.dropBefore(name, file));
  }

  @Override
  public void forget(StreamName name) {
    watchers.remove(name);
    submit(() -> folder.forget(name));
  }

  /** Writes what is waiting, and ends. Blocks. */
  @Override
  public void close() {
    readers.shutdown();
    writer.shutdown();
    try {
      if (!writer.awaitTermination(STOP_S, TimeUnit.SECONDS)) {
        EventLog.warn("segment-not-stored", "what", "the disk took too long");
      }
      readers.awaitTermination(STOP_S, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    folder.close();
  }
}
