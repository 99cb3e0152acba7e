package dev.sluice.node;

import dev.sluice.access.Lookup;
import dev.sluice.access.jwt.JwtKeys;
import dev.sluice.access.jwt.JwtSource;
import dev.sluice.access.jwt.KeyRing;
import dev.sluice.access.jwt.KeyRing.Event;
import dev.sluice.net.OutgoingHttp;
import dev.sluice.node.log.EventLog;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are fetched, as {@link KeyRing} says when. One fetch at a time, on a thread of its own;
 * nobody else waits for it but those whose token needs it.
 */
final class KeyFetcher implements JwtSource, Lookup {
  /** How long a fetch may take as a whole. */
  private static final long TIME_LIMIT_MS = 5_000;

  private static final String ACCEPTED = "application/jwk-set+json, application/json";

  private static final int OK = 200;

  private final Fetch fetch;
  private final JwtKeys constant;
  private final long refreshNs;
  private final LongSupplier nowNs;
  private final Executor threads;
  private final Object lock = new Object();

  // under the lock
  private final List<Runnable> waiting = new ArrayList<>();

  private volatile KeyRing ring = KeyRing.EMPTY;

  /**
   * Those that are known, together with the constant ones: made once, so that it can be compared.
   */
  private volatile JwtKeys keys;

  /** Fetches the text of the keys; blocks. */
  @FunctionalInterface
  interface Fetch {
    /**
     * The text.
     *
     * @throws IOException when it cannot be had
     * @throws InterruptedException when the server stops
     */
    String text() throws IOException, InterruptedException;
  }

  /**
   * Nothing is fetched before the first {@link #tick}.
   *
   * @param constant keys that are known besides
   * @param nowNs a clock that never goes back
   * @param threads runs what blocks
   */
  KeyFetcher(
      Fetch fetch, JwtKeys constant, Duration refresh, LongSupplier nowNs, Executor threads) {
    this.fetch = fetch;
    this.constant = constant;
    this.keys = constant;
    this.refreshNs = refresh.toNanos();
    this.nowNs = nowNs;
    this.threads = threads;
  }

  /** Fetches over HTTP. */
  static Fetch http(URI address, OutgoingHttp http) {
    var call = new OutgoingHttp.Call("GET", address, Map.of("Accept", ACCEPTED), "");
    return () -> {
      OutgoingHttp.Answer answer = http.ask(call, JwtKeys.MAX_CHARS, TIME_LIMIT_MS);
      if (answer.status() != OK) {
        throw new IOException("the answer is " + answer.status());
      }
      return answer.body();
    };
  }

  @Override
  public JwtKeys keys() {
    return keys;
  }

  @Override
  public boolean mayHaveMore() {
    return ring.mayHaveMore(nowNs.getAsLong());
  }

  @Override
  public Lookup lookup() {
    return this;
  }

  @Override
  public void start(Runnable then) {
    step(new Event.Wanted(), then);
  }

  /** Time has passed; to be called every second or so. */
  void tick() {
    step(new Event.Tick(), null);
  }

  private void step(Event event, @Nullable Runnable waits) {
    List<Runnable> released = List.of();
    boolean fetches = false;
    synchronized (lock) {
      if (waits != null) {
        waiting.add(waits);
      }
      KeyRing.Step step = ring.step(event, refreshNs, nowNs.getAsLong());
      if (step.state().keys() != ring.keys()) {
        keys = constant.and(step.state().keys());
      }
      ring = step.state();
      switch (step.effect()) {
        case NOTHING -> {}
        case FETCH -> fetches = true;
        case RELEASE -> {
          released = List.copyOf(waiting);
          waiting.clear();
        }
      }
    }
    if (fetches) {
      threads.execute(this::fetch);
    }
    released.forEach(Runnable::run);
  }

  private void fetch() {
    Event event;
    try {
      JwtKeys fresh = JwtKeys.parse(fetch.text());
      EventLog.info("access", "what", "keys of tokens were fetched", "keys", fresh.size());
      event = new Event.Fetched(fresh);
    } catch (IOException | MalformedException failed) {
      EventLog.warn("access", "what", "keys of tokens were not to be had: " + failed.getMessage());
      event = new Event.Failed();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      event = new Event.Failed();
    } catch (RuntimeException fault) {
      EventLog.error("access", fault, "what", "fetching the keys of tokens");
      event = new Event.Failed();
    }
    step(event, null);
  }
}
