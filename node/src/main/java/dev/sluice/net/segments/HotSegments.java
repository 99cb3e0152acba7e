package dev.sluice.net.segments;

import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.net.AnswerFile;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whole segments of one stream that viewers ask for again and again: from the second time on each
 * is a file from which the kernel sends it, for as long as the window has it. That is a second
 * copy, counted like the first; there is none while memory is tight. Segments' loop.
 */
final class HotSegments implements AutoCloseable {
  /** Writing a longer one would keep the loop for too long. */
  static final int MAX_BYTES = 16 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(HotSegments.class);
  private static final Path IN_MEMORY = Path.of("/dev/shm");

  /** Less room is not used: containers have as little as 64 MB there. */
  private static final long LEAST_ROOM = 1L << 30;

  /** Looked for once: it is the same for all streams. */
  private static final Path FOLDER = folder();

  private final SegmentStream stream;
  private final Path folder;
  private final Map<String, Hot> all = new HashMap<>();
  private boolean failed;

  /** What can be had under a name. */
  interface Finder {
    /** The segment {@code file}; null when it is not there, or not whole yet. */
    @Nullable Found find(SegmentStream stream, String file);
  }

  /**
   * A whole segment.
   *
   * @param bytes the window's, in order; not empty
   */
  record Found(List<ByteBuf> bytes, String contentType) {
    long size() {
      return bytes.stream().mapToLong(ByteBuf::readableBytes).sum();
    }
  }

  /** One that was asked for. */
  private static final class Hot {
    final Finder finder;

    /** By which it is known whether it is still the same. */
    final ByteBuf first;

    @Nullable AnswerFile file;

    Hot(Finder finder, Found found) {
      this.finder = finder;
      this.first = found.bytes.getFirst();
    }

    /** Equal bytes are not asked for: a window that has others has other memory. */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(@Nullable Found found) {
      return found != null && found.bytes.getFirst() == first;
    }

    void release() {
      if (file != null) {
        file.release();
        file = null;
      }
    }
  }

  HotSegments(SegmentStream stream) {
    this(stream, FOLDER);
  }

  HotSegments(SegmentStream stream, Path folder) {
    this.stream = stream;
    this.folder = folder;
    stream.onChange(this::forgetOld);
  }

  static HotSegments of(SegmentStream stream) {
    return stream.beside(HotSegments.class, HotSegments::new);
  }

  private static Path folder() {
    try {
      if (Files.isWritable(IN_MEMORY)
          && Files.getFileStore(IN_MEMORY).getUsableSpace() >= LEAST_ROOM) {
        return IN_MEMORY;
      }
    } catch (IOException unknown) {
      // as if it were not there
    }
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /**
   * The answer with a segment, which the caller borrows; null when it is to be sent in the ordinary
   * way.
   *
   * @param anyOrigin as of {@link dev.sluice.net.QuickReply#anyOrigin}
   */
  @Nullable AnswerFile answer(String file, Finder finder, boolean anyOrigin) {
    Found found = finder.find(stream, file);
    if (found == null) {
      return null;
    }
    Hot hot = all.get(file);
    if (hot == null || !hot.isOf(found)) {
      if (hot != null) {
        hot.release();
      }
      all.put(file, new Hot(finder, found)); // asked for once
      return null;
    }
    if (hot.file == null) {
      hot.file = written(found, anyOrigin);
    }
    return hot.file;
  }

  private @Nullable AnswerFile written(Found found, boolean anyOrigin) {
    long size = found.size();
    MemoryBudget memory = stream.memory();
    if (failed || size > MAX_BYTES || memory.tight()) {
      return null;
    }
    String head =
        AnswerHead.ok(
            found.contentType, SegmentAnswer.FOR_EVER, "accept-ranges: bytes\n", anyOrigin, size);
    try {
      memory.add(MemoryBudget.Account.SEGMENTS, size);
      return AnswerFile.write(
          folder, head, found.bytes, () -> memory.add(MemoryBudget.Account.SEGMENTS, -size));
    } catch (IOException noRoom) {
      failed = true;
      memory.add(MemoryBudget.Account.SEGMENTS, -size);
      LOG.info(
          "{}: segments are copied for each viewer, since {} takes no files: {}",
          stream.name(),
          folder,
          noRoom.toString());
      return null;
    }
  }

  /** How many there are. */
  int files() {
    return (int) all.values().stream().filter(hot -> hot.file != null).count();
  }

  private void forgetOld() {
    boolean tight = stream.memory().tight();
    all.entrySet()
        .removeIf(each -> {
          Hot hot = each.getValue();
          boolean gone = tight || !hot.isOf(hot.finder.find(stream, each.getKey()));
          if (gone) {
            hot.release();
          }
          return gone;
        });
  }

  @Override
  public void close() {
    all.values().forEach(Hot::release);
    all.clear();
  }
}
