package dev.sluice.interop.storm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Many attacks at a time, each drawn from the storm's seed and its own number: the same number does
 * the same again, alone or among the others.
 */
final class Storm implements AutoCloseable {
  /** All kinds of attack. */
  static final List<Attack> ATTACKS =
      Stream.of(
              RtmpAttacks.all(),
              RtmpBombs.all(),
              HttpAttacks.all(),
              WebSocketAttacks.all(),
              TlsAttacks.all(),
              Http2Attacks.all())
          .flatMap(List::stream)
          .toList();

  /** Who has not come to an end by then is ended. */
  private static final long LONGEST_SECONDS = 40;

  private final Prey prey;
  private final long seed;
  private final int atATime;
  private final Semaphore places;
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, LongAdder> done = new ConcurrentHashMap<>();
  private final LongAdder held = new LongAdder();
  private final Queue<Integer> turnedAway = new ConcurrentLinkedQueue<>();

  Storm(Prey prey, long seed, int atATime) {
    this.prey = prey;
    this.seed = seed;
    this.atATime = atATime;
    this.places = new Semaphore(atATime);
  }

  /** Sends the connections of these numbers; returns when the last one has begun. */
  void send(IntStream numbers) throws InterruptedException {
    for (int number : numbers.toArray()) {
      places.acquire();
      Attack attack = ATTACKS.get(number % ATTACKS.size());
      var assailant = new Assailant(prey, new SplittableRandom(seed * 1_000_003 + number));
      ScheduledFuture<?> limit =
          watch.schedule(() -> hold(assailant), LONGEST_SECONDS, TimeUnit.SECONDS);
      Thread.ofVirtual()
          .name(attack.name())
          .start(() -> {
            try {
              carryOut(attack, assailant, number);
            } finally {
              limit.cancel(false);
              places.release();
            }
          });
    }
  }

  /** Waits until all are over. */
  void awaitEnd() throws InterruptedException {
    places.acquire(atATime);
    places.release(atATime);
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  private void hold(Assailant assailant) {
    held.increment();
    assailant.end();
  }

  private void carryOut(Attack attack, Assailant assailant, int number) {
    try {
      attack.deed().by(assailant);
    } catch (IOException | UncheckedIOException _) {
      // turned away: what else
    } catch (RuntimeException | AssertionError failure) {
      failures.add(
          "connection %d (%s): %s; again with -Dseed=%d -Dstorm.only=%d"
              .formatted(number, attack, failure, seed, number));
    } finally {
      assailant.end();
      turnedAway.addAll(assailant.turnedAway());
      done.computeIfAbsent(attack.name(), _ -> new LongAdder()).increment();
    }
  }

  /** Expectations that the server did not meet. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Our ports of the RTMP connections that the server ended; a port may come again. */
  List<Integer> turnedAway() {
    return List.copyOf(turnedAway);
  }

  /** How many of each kind there were. */
  Map<String, Long> done() {
    Map<String, Long> counts = new TreeMap<>();
    done.forEach((name, count) -> counts.put(name, count.sum()));
    return counts;
  }

  /** How many attacks there were. */
  long connections() {
    return done().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Attacks that had to be ended. */
  long held() {
    return held.sum();
  }
}
