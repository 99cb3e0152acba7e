package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Two servers that have the same streams, looked at together: what both list is the same. */
final class Twins {
  /** How often they are looked at. */
  private static final long LOOK_NS = 300_000_000;

  private final List<Pair> pairs = new ArrayList<>();
  private long lookedNs = System.nanoTime() - LOOK_NS;

  /** One stream at both. */
  private static final class Pair {
    final Cadence cadence;
    final HlsRecord one;
    final HlsRecord other;

    /** The number up to which something was seen at either, when that was asked for. */
    long seen;

    Pair(Cadence cadence, HlsRecord one, HlsRecord other) {
      this.cadence = cadence;
      this.one = one;
      this.other = other;
    }

    void mark() {
      seen = Math.max(one.newest("v0"), other.newest("v0"));
    }

    /** Both have segments behind the mark, picture and sound. */
    boolean goesOn() {
      int found = 0;
      for (long number : one.numbers("v0").tailSet(seen, false)) {
        boolean here = one.has("v0", number) && one.has("a1", number);
        boolean there = other.has("v0", number) && other.has("a1", number);
        found += here && there ? 1 : 0;
      }
      return found >= cadence.segments();
    }
  }

  /**
   * Two servers.
   *
   * @param otherWatches whether the second has to be watched to have a stream
   */
  Twins(List<Cadence> cadences, ServerUnderTest one, ServerUnderTest other, boolean otherWatches)
      throws IOException, InterruptedException {
    for (Cadence each : cadences) {
      pairs.add(
          new Pair(
              each,
              new HlsRecord(one, each.stream(), false),
              new HlsRecord(other, each.stream(), otherWatches)));
    }
  }

  /** Looks at both for {@code time}. */
  void lookFor(Duration time) {
    long sinceNs = System.nanoTime();
    Await.until(
        time + " to pass",
        time.plusSeconds(30),
        () -> {
          look();
          return System.nanoTime() - sinceNs >= time.toNanos();
        });
  }

  /** What is seen from now on is new. */
  void mark() {
    pairs.forEach(Pair::mark);
  }

  /** Waits until all streams go on at both with what is new. */
  void awaitNew(String what, Duration bound) {
    try {
      Await.until(what, bound, () -> look() && pairs.stream().allMatch(Pair::goesOn));
    } catch (RuntimeException late) {
      throw new AssertionError(what + ": " + this, late);
    }
  }

  /** Looks at all, unless that was a moment ago. */
  private boolean look() throws InterruptedException {
    if (System.nanoTime() - lookedNs < LOOK_NS) {
      return false;
    }
    lookedNs = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> looks = new ArrayList<>();
      for (Pair pair : pairs) {
        looks.add(threads.submit(() -> pair.one.glance("v0", "a1")));
        looks.add(threads.submit(() -> pair.other.glance("v0", "a1")));
      }
      for (Future<Boolean> each : looks) {
        each.get();
      }
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof AssertionError wrong) {
        throw wrong;
      }
      throw new IllegalStateException(failed.getCause());
    }
    assertSame();
    return true;
  }

  private void assertSame() {
    for (Pair pair : pairs) {
      try {
        pair.other.assertSame(pair.one);
      } catch (AssertionError differs) {
        throw new AssertionError(pair.cadence + ": " + this, differs);
      }
    }
  }

  /** All streams had segments that both had; how many, for people. */
  String sum() {
    StringBuilder sum = new StringBuilder();
    for (Pair pair : pairs) {
      int common = pair.other.assertSame(pair.one);
      assertThat(common).as("%s", pair.cadence).isPositive();
      sum.append(
          "%s: %d segments of tracks the same, %d here and not there, %d there and not here%n"
              .formatted(
                  pair.cadence,
                  common,
                  missing(pair.one, pair.other),
                  missing(pair.other, pair.one)));
    }
    return sum.toString();
  }

  /** How many segments one has that the other tells as gaps. */
  private static int missing(HlsRecord of, HlsRecord at) {
    int missing = 0;
    for (String track : of.segments.keySet()) {
      for (long number : of.segments.get(track).keySet()) {
        boolean told = at.newest(track) >= number;
        missing += told && of.has(track, number) && !at.has(track, number) ? 1 : 0;
      }
    }
    return missing;
  }

  @Override
  public String toString() {
    StringBuilder all = new StringBuilder();
    for (Pair pair : pairs) {
      all.append(
          "%n%s, behind %d%n  one   %s%n  other %s"
              .formatted(pair.cadence, pair.seen, tail(pair.one), tail(pair.other)));
    }
    return all.toString();
  }

  private static String tail(HlsRecord record) {
    StringBuilder text = new StringBuilder();
    record.segments.forEach((track, all) -> {
      for (var each : all.tailMap(Math.max(0, record.newest(track) - 6), true).entrySet()) {
        text.append("%n    %s %d %s".formatted(track, each.getKey(), each.getValue()));
      }
    });
    return text.toString();
  }
}
