package dev.sluice.bench.fetch;

import dev.sluice.wire.Bytes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The newest segments of a live stream, each fetched once on a thread of its own, so that clients
 * know what there is and what it has to be.
 */
public final class Shelf implements AutoCloseable {
  /** Segments among which clients choose. */
  public static final int KEPT = 5;

  /** Those whose checksum is remembered: clients may be slow. */
  private static final int REMEMBERED = 30;

  private static final long EVERY_NS = 500_000_000;

  private final Http http;
  private final String playlist;
  private final String folder;
  private final Thread thread;
  private final Map<String, Integer> checksums = new LinkedHashMap<>(); // guarded by this
  private final ArrayDeque<Segment> newest = new ArrayDeque<>(); // guarded by this
  private volatile List<String> names = List.of();
  private volatile boolean closing;
  private volatile @Nullable IOException failure;

  /** A segment as it was fetched. */
  public record Segment(String name, Bytes bytes) {}

  private Shelf(Http http, String playlist) {
    this.http = http;
    this.playlist = playlist;
    this.folder = playlist.substring(0, playlist.lastIndexOf('/') + 1);
    this.thread = Thread.ofPlatform().daemon().name("shelf").unstarted(this::run);
  }

  /**
   * Fills it once and keeps it full.
   *
   * @param playlist path of a media playlist; not of a counted viewer
   */
  public static Shelf open(Http http, String playlist) throws IOException {
    var shelf = new Shelf(http, playlist);
    shelf.fill();
    shelf.thread.start();
    return shelf;
  }

  private void run() {
    try {
      while (!closing) {
        LockSupport.parkNanos(EVERY_NS);
        fill();
      }
    } catch (IOException failed) {
      failure = failed;
    }
  }

  private void fill() throws IOException {
    List<String> listed = TrackPage.read(http.text(playlist)).segments();
    for (String name : listed.subList(Math.max(0, listed.size() - KEPT), listed.size())) {
      if (!name.isEmpty() && !knows(name)) {
        put(new Segment(name, Bytes.of(http.get(folder + name))));
      }
    }
  }

  private synchronized boolean knows(String name) {
    return checksums.containsKey(name);
  }

  private synchronized void put(Segment segment) {
    checksums.put(segment.name, checksum(segment.bytes.toArray()));
    if (checksums.size() > REMEMBERED) {
      checksums.remove(checksums.keySet().iterator().next());
    }
    newest.add(segment);
    if (newest.size() > KEPT) {
      newest.remove();
    }
    names = newest.stream().map(Segment::name).toList();
  }

  /** Names of the newest segments, relative to the playlist. */
  public List<String> names() {
    return names;
  }

  /** The newest segments. */
  public synchronized List<Segment> newest() {
    return List.copyOf(newest);
  }

  /** Whether these are the bytes of a segment. */
  public synchronized boolean isRight(String name, byte[] body) {
    Integer expected = checksums.get(name);
    return expected != null && expected == checksum(body);
  }

  private static int checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Passes on what kept it from being filled, if anything did. */
  public void check() throws IOException {
    IOException failed = failure;
    if (failed != null) {
      throw new IOException("segments cannot be fetched: " + failed.getMessage(), failed);
    }
  }

  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join(20_000);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }
}
