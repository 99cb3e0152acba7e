package dev.sluice.node;

import dev.sluice.net.HttpOptions;
import dev.sluice.net.TlsPair;
import dev.sluice.node.log.EventLog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of the listeners, and how they change while the server runs: new connections get
 * the new one, those that are there keep theirs. What cannot be used is refused with a line in the
 * log, and what was there stays. Blocks on the disk; not for a loop.
 */
final class Certificates {
  /** Fewer days than these before its end a certificate is warned of, once a day. */
  static final int WARN_DAYS = 14;

  private static final long DAY_MS = Duration.ofDays(1).toMillis();

  private final LongSupplier utcMs;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Listener> listeners = new ArrayList<>();

  /** Serves with another pair from now on. */
  @FunctionalInterface
  interface Taker {
    /**
     * Takes it.
     *
     * @throws IOException when it cannot be taken, and what was there stays
     */
    void take(TlsPair pair) throws IOException;
  }

  /** What tells one state of a file from another without reading it. */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {
    static @Nullable Stamp of(Path file) {
      try {
        BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(is.lastModifiedTime(), is.size(), is.fileKey());
      } catch (IOException gone) {
        return null;
      }
    }
  }

  private record Stamps(@Nullable Stamp certificate, @Nullable Stamp key) {
    static Stamps of(HttpOptions.Tls files) {
      return new Stamps(Stamp.of(files.certificate()), Stamp.of(files.key()));
    }
  }

  /** One section of the configuration, with all its addresses. */
  private static final class Listener {
    final String section;
    final Taker taker;
    final HttpOptions.Tls files;
    volatile TlsPair pair;
    Stamps seen;
    @Nullable Stamps candidate;
    long warnedDays = Long.MAX_VALUE;

    Listener(String section, HttpOptions.Tls files, TlsPair pair, Stamps seen, Taker taker) {
      this.section = section;
      this.files = files;
      this.pair = pair;
      this.seen = seen;
      this.taker = taker;
    }
  }

  /**
   * None yet.
   *
   * @param utcMs the clock: UTC in milliseconds
   */
  Certificates(LongSupplier utcMs) {
    this.utcMs = utcMs;
  }

  /**
   * Reads a pair, and watches it from now on.
   *
   * @param section where the configuration names it
   * @param taker is given what comes later
   * @throws IOException when it cannot be used
   */
  TlsPair open(String section, HttpOptions.Tls files, Taker taker) throws IOException {
    lock.lock();
    try {
      Stamps seen = Stamps.of(files); // before it is read: what changes meanwhile is seen later
      TlsPair pair = TlsPair.read(files);
      var listener = new Listener(section, files, pair, seen, taker);
      listeners.add(listener);
      warn(listener);
      return pair;
    } finally {
      lock.unlock();
    }
  }

  /** Says when each certificate ends, as long as the server runs. */
  void measure(MeterRegistry registry) {
    lock.lock();
    try {
      for (Listener listener : listeners) {
        Gauge.builder("sluice.tls.certificate.days", () -> days(listener))
            .description("days until the certificate ends, below 0 when it has")
            .tag("listener", listener.section)
            .register(registry);
      }
    } finally {
      lock.unlock();
    }
  }

  private double days(Listener listener) {
    return (double) (listener.pair.expiresAtMs() - utcMs.getAsLong()) / DAY_MS;
  }

  /** Reads again at once what has changed, as somebody wants it who knows that it is whole. */
  void again() {
    lock.lock();
    try {
      for (Listener listener : listeners) {
        Stamps now = Stamps.of(listener.files);
        if (!now.equals(listener.seen)) {
          read(listener, now);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks whether files have changed, and takes what is new: once both have been the same for two
   * looks, so that neither is read while it is written, nor one before the other. To be called
   * every second or so.
   */
  void look() {
    if (!lock.tryLock()) {
      return; // a look is under way, and the disk is slow
    }
    try {
      for (Listener listener : listeners) {
        Stamps now = Stamps.of(listener.files);
        if (now.equals(listener.seen)) {
          listener.candidate = null;
        } else if (now.equals(listener.candidate)) {
          read(listener, now);
        } else {
          listener.candidate = now;
        }
        warn(listener);
      }
    } finally {
      lock.unlock();
    }
  }

  private void read(Listener listener, Stamps now) {
    listener.seen = now;
    listener.candidate = null;
    TlsPair pair;
    try {
      pair = TlsPair.read(listener.files);
    } catch (IOException refused) {
      refused(listener, refused);
      return;
    }
    if (!pair.isSame(listener.pair)) {
      take(listener, pair);
    }
  }

  private void take(Listener listener, TlsPair pair) {
    try {
      listener.taker.take(pair);
    } catch (IOException refused) {
      refused(listener, refused);
      return;
    }
    listener.pair = pair;
    listener.warnedDays = Long.MAX_VALUE;
    EventLog.info(
        "certificate-taken",
        "listener",
        listener.section,
        "certificate",
        listener.files.certificate(),
        "expires",
        Instant.ofEpochMilli(pair.expiresAtMs()));
    warn(listener);
  }

  private static void refused(Listener listener, IOException why) {
    EventLog.warn(
        "certificate-refused",
        "listener",
        listener.section,
        "why",
        why.getMessage(),
        "what",
        "the one before stays");
  }

  private void warn(Listener listener) {
    long leftMs = listener.pair.expiresAtMs() - utcMs.getAsLong();
    long days = Math.floorDiv(leftMs, DAY_MS);
    if (days < WARN_DAYS && days < listener.warnedDays) {
      listener.warnedDays = days;
      EventLog.warn(
          leftMs <= 0 ? "certificate-expired" : "certificate-expires",
          "listener",
          listener.section,
          "certificate",
          listener.files.certificate(),
          "expires",
          Instant.ofEpochMilli(listener.pair.expiresAtMs()),
          "days",
          TimeUnit.MILLISECONDS.toDays(leftMs));
    }
  }
}
