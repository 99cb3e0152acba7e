package dev.sluice.node;

import dev.sluice.hub.segments.Ledgers;
import dev.sluice.media.StreamName;
import dev.sluice.mux.packager.Ledger;
import dev.sluice.node.log.EventLog;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Ledgers in a folder, one file a stream. All are read at the start; one thread writes, in the
 * order in which it is asked to.
 *
 * <p>A file that cannot be read is put aside, with a warning: its stream counts anew, from the
 * clock, which is never below what it would have counted.
 */
final class LedgerFiles implements Ledgers, AutoCloseable {
  /** Files that are kept; the ones written longest ago go first. */
  static final int MAX_FILES = 10_000;

  /**
   * A ledger's file is written anew long before it has so many bytes; larger ones are no ledgers.
   */
  static final long MAX_BYTES = 16 << 20;

  /** Writes that may wait for the disk. */
  private static final int MAX_WAITING = 10_000;

  private static final String SUFFIX = ".ledger";
  private static final String ASIDE = ".unreadable";
  private static final long STOP_S = 3;

  private final Path folder;
  private final ConcurrentMap<StreamName, Ledger> ledgers = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor writer =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING),
          Thread.ofPlatform().name("sluice-ledgers").daemon().factory());

  // the writer's
  private boolean complained;

  private LedgerFiles(Path folder) {
    this.folder = folder;
    writer.prestartCoreThread(); // not with the first stream: its threads are not a stream's
  }

  /**
   * Reads what there is.
   *
   * @throws IOException when the folder cannot be made or read
   */
  static LedgerFiles open(Path folder) throws IOException {
    Files.createDirectories(folder);
    LedgerFiles files = new LedgerFiles(folder);
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(file -> file.toString().endsWith(SUFFIX)).forEach(found::add);
    }
    for (Path old : tooMany(found)) {
      Files.deleteIfExists(old);
      found.remove(old);
    }
    for (Path file : found) {
      files.read(file);
    }
    return files;
  }

  private static List<Path> tooMany(List<Path> found) throws IOException {
    if (found.size() <= MAX_FILES) {
      return List.of();
    }
    record Aged(Path file, long ms) {}
    List<Aged> aged = new ArrayList<>();
    for (Path file : found) {
      aged.add(new Aged(file, Files.getLastModifiedTime(file).toMillis()));
    }
    aged.sort(Comparator.comparingLong(Aged::ms));
    return aged.stream().limit(found.size() - (long) MAX_FILES).map(Aged::file).toList();
  }

  private void read(Path file) throws IOException {
    String base = file.getFileName().toString();
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new MalformedException("more than %d bytes".formatted(MAX_BYTES));
      }
      StreamName name =
          StreamName.parse(unescaped(base.substring(0, base.length() - SUFFIX.length())));
      ByteBuf all = Unpooled.wrappedBuffer(Files.readAllBytes(file));
      ledgers.put(name, Ledger.read(all));
      if (all.isReadable()) { // a line that was torn: what is appended must not stand behind it
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(all.readerIndex());
        }
      }
    } catch (MalformedException | UnsupportedException unreadable) {
      Path aside = file.resolveSibling(base + ASIDE);
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      EventLog.warn("ledger-unreadable", "file", aside, "what", unreadable.getMessage());
    }
  }

  /** A stream's name as a file's: neither of these stands in one. */
  static String escaped(StreamName name) {
    return name.toString().replace('/', '+').replace('!', '@');
  }

  /** The name of a file as a stream's; its suffix taken off. */
  static String unescaped(String base) {
    return base.replace('+', '/').replace('@', '!');
  }

  private Path file(StreamName name) {
    return folder.resolve(escaped(name) + SUFFIX);
  }

  @Override
  public Ledger open(StreamName name) {
    return ledgers.computeIfAbsent(name, _ -> new Ledger());
  }

  @Override
  public void append(StreamName name, ByteBuf lines, Runnable written) {
    byte[] bytes = taken(lines);
    submit(
        name,
        () -> {
          write(file(name), bytes, StandardOpenOption.APPEND);
          written.run();
        });
  }

  @Override
  public void replace(StreamName name, ByteBuf lines) {
    byte[] bytes = taken(lines);
    submit(
        name,
        () -> {
          Path next = folder.resolve(escaped(name) + ".next");
          write(next, bytes, StandardOpenOption.TRUNCATE_EXISTING);
          Files.move(
              next,
              file(name),
              StandardCopyOption.ATOMIC_MOVE,
              StandardCopyOption.REPLACE_EXISTING);
        });
  }

  private static byte[] taken(ByteBuf lines) {
    try {
      return ByteBufUtil.getBytes(lines);
    } finally {
      lines.release();
    }
  }

  /** To the disk itself: a ledger has to survive more than the process. */
  private static void write(Path file, byte[] bytes, StandardOpenOption how) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(false);
    }
  }

  /** What writes. */
  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  private void submit(StreamName name, Writing writing) {
    try {
      writer.execute(() -> {
        try {
          writing.run();
          complained = false;
        } catch (IOException failed) {
          complain(name, failed.toString());
        }
      });
    } catch (RejectedExecutionException full) {
      EventLog.warn("ledger-not-written", "stream", name, "what", "too many writes wait");
    }
  }

  private void complain(StreamName name, String what) {
    if (!complained) { // once, until it works again
      complained = true;
      EventLog.warn("ledger-not-written", "stream", name, "what", what);
    }
  }

  /** Writes what is waiting, and ends. Blocks. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(STOP_S, TimeUnit.SECONDS)) {
        EventLog.warn("ledger-not-written", "what", "the disk took too long");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
