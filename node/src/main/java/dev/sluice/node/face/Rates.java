package dev.sluice.node.face;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Bit rates of counters of bytes, over about a window: from when somebody asked a window ago, or up
 * to two. Who was not asked about before has the mean of all his time. What is not asked about any
 * more is forgotten. Any thread.
 */
public final class Rates {
  /** Counters that are remembered; others have the mean of all their time. */
  static final int MAX_KEYS = 100_000;

  /** Over less a rate says nothing: 1 s. */
  static final long MIN_SPAN_NS = 1_000_000_000;

  /** After so many windows in which nobody asked a counter is forgotten. */
  private static final int KEPT_WINDOWS = 4;

  private static final double NS_PER_S = 1e9;
  private static final int BITS = 8;

  private final long windowNs;
  private final LongSupplier nanoTime;
  private final Map<String, Marks> marks = new HashMap<>(); // guarded by this
  private long sweptNs; // guarded by this

  /** What a counter was at a time. */
  private record Mark(long ns, long in, long out) {
    Rate to(Mark now) {
      double seconds = (now.ns - ns) / NS_PER_S;
      return new Rate(
          Math.round((now.in - in) * BITS / seconds), Math.round((now.out - out) * BITS / seconds));
    }
  }

  /** Of one counter: the mark that is measured from, and the one that will be. */
  private record Marks(Mark from, Mark next, long askedNs) {}

  /** Bits per second. */
  public record Rate(long inBps, long outBps) {
    /** Nothing. */
    public static final Rate ZERO = new Rate(0, 0);

    /** Both together. */
    public Rate plus(Rate other) {
      return new Rate(inBps + other.inBps, outBps + other.outBps);
    }
  }

  /**
   * Remembers nothing yet.
   *
   * @param nanoTime a clock that does not go back
   */
  public Rates(long windowNs, LongSupplier nanoTime) {
    this.windowNs = windowNs;
    this.nanoTime = nanoTime;
    this.sweptNs = nanoTime.getAsLong();
  }

  /**
   * The rates of a counter.
   *
   * @param key names it
   * @param in bytes that have come
   * @param out bytes that have gone
   * @param aliveNs since when both are counted
   */
  public synchronized Rate of(String key, long in, long out, long aliveNs) {
    var now = new Mark(nanoTime.getAsLong(), in, out);
    sweep(now.ns);
    Marks known = marks.get(key);
    if (known == null || in < known.next.in || out < known.next.out) { // another of that name
      known = new Marks(now, now, now.ns);
      if (marks.size() >= MAX_KEYS) {
        return mean(now, aliveNs);
      }
    } else if (now.ns - known.next.ns >= windowNs) {
      known = new Marks(known.next, now, now.ns);
    } else {
      known = new Marks(known.from, known.next, now.ns);
    }
    marks.put(key, known);
    return now.ns - known.from.ns < MIN_SPAN_NS ? mean(now, aliveNs) : known.from.to(now);
  }

  private static Rate mean(Mark now, long aliveNs) {
    return aliveNs < MIN_SPAN_NS ? Rate.ZERO : new Mark(now.ns - aliveNs, 0, 0).to(now);
  }

  private void sweep(long nowNs) {
    if (nowNs - sweptNs >= windowNs) {
      sweptNs = nowNs;
      marks.values().removeIf(each -> nowNs - each.askedNs > KEPT_WINDOWS * windowNs);
    }
  }

  /** How many counters are remembered. */
  synchronized int size() {
    return marks.size();
  }
}
