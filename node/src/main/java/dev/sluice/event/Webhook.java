package dev.sluice.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.event.Spill.Line;
import dev.sluice.event.WebhookSender.Effect;
import dev.sluice.event.WebhookSender.Input;
import dev.sluice.hub.Client;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One receiver of signed batches of events. Carries out what {@link WebhookSender} wants, one thing
 * at a time, on threads of its own: neither a slow receiver nor a slow disk holds up others.
 */
public final class Webhook implements EventListener {
  /** Events that wait for the disk; those beyond are dropped, which is told. */
  static final int MAX_QUEUED = 10_000;

  /** The header of the signature. */
  public static final String SIGNATURE = "Sluice-Signature";

  private final URI uri;
  private final EventFilter filter;
  private final Outside outside;
  private final Executor threads;
  private final LongSupplier nowMs;
  private final Consumer<Long> lost;
  private final WebhookSender sender; // of whoever carries out
  private boolean fileFailing; // of whoever carries out
  private final Queue<Input> inputs = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicInteger wanted = new AtomicInteger();
  private final AtomicLong missed = new AtomicLong();
  private final CountDownLatch written = new CountDownLatch(1);
  private volatile boolean closed;
  private volatile Counts counts = new Counts(0, 0, 0, 0, 0);

  /** What is outside: its file, its receiver, and others who hear of it. */
  public interface Outside {
    /**
     * What the file holds, which is opened by this.
     *
     * @throws IOException when it cannot be
     */
    byte[] open() throws IOException;

    /** Cuts the file off behind its first {@code bytes}. */
    void truncate(int bytes) throws IOException;

    /** Appends to the file. */
    void append(byte[] bytes) throws IOException;

    /** Writes the file anew, all of it or nothing. */
    void replace(byte[] bytes) throws IOException;

    /**
     * Whether the receiver has taken a body; blocks.
     *
     * @throws InterruptedException when the server stops
     */
    boolean post(String body) throws InterruptedException;

    /** The receiver is down, or up again. */
    void down(boolean down);

    /** The file cannot be written, or can be again. */
    void fileFailed(@Nullable IOException fault);
  }

  /**
   * What there was.
   *
   * @param sent events that were taken
   * @param failed posts that were not taken
   * @param dropped events that were dropped
   * @param left events that are to be delivered
   * @param leftBytes of these
   */
  public record Counts(long sent, long failed, long dropped, int left, long leftBytes) {}

  /**
   * Goes on with what its file says is left.
   *
   * @param maxBytes of events that are left
   * @param lost is told how many events were dropped, once some are taken again
   * @throws IOException when the file cannot be used
   */
  public Webhook(
      URI uri,
      EventFilter filter,
      long maxBytes,
      Outside outside,
      RandomGenerator random,
      LongSupplier nowMs,
      Executor threads,
      Consumer<Long> lost)
      throws IOException {
    this.uri = uri;
    this.filter = filter;
    this.outside = outside;
    this.nowMs = nowMs;
    this.threads = threads;
    this.lost = lost;
    byte[] file = outside.open();
    Spill.Replay replay = Spill.read(Unpooled.wrappedBuffer(file));
    if (replay.goodBytes() < file.length) {
      outside.truncate(replay.goodBytes());
    }
    this.sender = new WebhookSender(maxBytes, random, replay.left(), replay.goodBytes());
    count();
  }

  /** The figures of the event that tells of events that a webhook has dropped. */
  public static Map<String, Object> lostFigures(URI uri, long count) {
    return Map.of("where", "webhook", "receiver", String.valueOf(uri.getHost()), "count", count);
  }

  /**
   * The value of {@link #SIGNATURE}: {@code t=…,v1=…}, the time in seconds and the HMAC-SHA-256 of
   * time, a full stop and the body, in hexadecimal digits.
   */
  public static String signature(Bytes secret, long utcMs, String body) {
    long seconds = Math.floorDiv(utcMs, 1_000L);
    Bytes signed = Bytes.of((seconds + "." + body).getBytes(UTF_8));
    return "t=%d,v1=%s"
        .formatted(seconds, HexFormat.of().formatHex(signed.hmacSha256(secret).toArray()));
  }

  @Override
  public void happened(Event event, @Nullable Client client) {
    if (!filter.passes(event)) {
      return;
    }
    if (queued.incrementAndGet() > MAX_QUEUED) {
      queued.decrementAndGet();
      missed.incrementAndGet();
      return;
    }
    put(new Input.Told(event.json()));
  }

  /** Time has passed; to be called several times a second. */
  public void tick() {
    if (inputs.isEmpty()) {
      put(new Input.Tick());
    }
  }

  private void put(Input input) {
    if (closed) {
      return;
    }
    inputs.add(input);
    work();
  }

  private void work() {
    if (wanted.getAndIncrement() == 0) {
      threads.execute(this::carryOut);
    }
  }

  private void carryOut() {
    int done = wanted.get();
    do {
      var lines = new Lines();
      for (Input input; (input = inputs.poll()) != null; ) {
        if (input instanceof Input.Told) {
          queued.decrementAndGet();
        }
        long gone = missed.getAndSet(0);
        if (gone > 0) {
          lines.take(sender.step(new Input.Missed(gone), nowMs.getAsLong()));
        }
        lines.take(sender.step(input, nowMs.getAsLong()));
      }
      lines.write();
      count();
      if (closed && inputs.isEmpty()) {
        written.countDown();
      }
      done = wanted.addAndGet(-done);
    } while (done != 0);
  }

  private void count() {
    counts =
        new Counts(
            sender.sent(), sender.failed(), sender.dropped(), sender.left(), sender.leftBytes());
  }

  /** Gathers what goes to the file, so that many events are one write; posts come behind it. */
  private final class Lines {
    private final ByteBuf bytes = Unpooled.buffer();
    private final List<Effect.Post> posts = new ArrayList<>();

    void take(List<Effect> effects) {
      for (Effect effect : effects) {
        switch (effect) {
          case Effect.Append(Line line) -> Spill.write(line, bytes);
          case Effect.Replace(List<Line> all) -> {
            bytes.clear(); // what was to be appended is among them
            all.forEach(line -> Spill.write(line, bytes));
            toFile(true);
          }
          case Effect.Post post -> posts.add(post);
          case Effect.Lost(long count) -> lost.accept(count);
          case Effect.Down(boolean down) -> outside.down(down);
        }
      }
    }

    void write() {
      if (bytes.isReadable()) {
        toFile(false);
      }
      if (!closed) {
        posts.forEach(post -> threads.execute(() -> post(post)));
      }
    }

    private void toFile(boolean anew) {
      byte[] all = new byte[bytes.readableBytes()];
      bytes.readBytes(all).clear();
      try {
        if (anew) {
          outside.replace(all);
        } else {
          outside.append(all);
        }
        if (fileFailing) {
          fileFailing = false;
          outside.fileFailed(null);
        }
      } catch (IOException failed) {
        if (!fileFailing) {
          fileFailing = true;
          outside.fileFailed(failed);
        }
        take(sender.step(new Input.FileFailed(), nowMs.getAsLong()));
      }
    }
  }

  private void post(Effect.Post post) {
    boolean taken = false;
    try {
      taken = outside.post(post.body());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      put(new Input.Answered(post.number(), taken));
    }
  }

  /** Where it is. */
  public URI uri() {
    return uri;
  }

  /** What there was. Any thread. */
  public Counts counts() {
    return counts;
  }

  /** Writes what is left, and ends; at most {@code boundMs}. */
  public void close(long boundMs) throws InterruptedException {
    closed = true; // nothing comes from now on
    work();
    written.await(boundMs, TimeUnit.MILLISECONDS);
  }
}
