package dev.sluice.node.metrics;

import dev.sluice.hub.Loop;

/**
 * How late a loop comes to what it has to do: the most in the last 10 to 20 seconds. Written by the
 * loop, read by any thread.
 */
final class LoopLag {
  /** How often it is looked at. */
  static final long PERIOD_NS = 1_000_000_000L;

  /** How long the most of a window is remembered, at least. */
  static final long WINDOW_NS = 10_000_000_000L;

  private final Loop loop;
  private long dueNs;
  private long windowEndNs;
  private volatile long mostNs;
  private volatile long mostBeforeNs;

  LoopLag(Loop loop) {
    this.loop = loop;
  }

  /** Begins to look, for as long as the loop lives. Any thread. */
  void start() {
    loop.execute(() -> {
      windowEndNs = loop.nowNs() + WINDOW_NS;
      again();
    });
  }

  private void again() {
    dueNs = loop.nowNs() + PERIOD_NS;
    loop.schedule(this::look, PERIOD_NS);
  }

  private void look() {
    long nowNs = loop.nowNs();
    if (nowNs - windowEndNs >= 0) {
      mostBeforeNs = mostNs;
      mostNs = 0;
      windowEndNs = nowNs + WINDOW_NS;
    }
    mostNs = Math.max(mostNs, nowNs - dueNs);
    again();
  }

  /** The most it was late. */
  long mostNs() {
    return Math.max(mostNs, mostBeforeNs);
  }
}
