package dev.sluice.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Loop;
import dev.sluice.hub.SimLoops;
import org.junit.jupiter.api.Test;

/** Lag of a loop whose timers come late, on virtual time. */
class LoopLagTest {
  private static final long MS = 1_000_000;

  private final SimLoops loops = new SimLoops(1);
  private final Loop loop = loops.loop(0);
  private long lateNs;

  /** A loop that comes to what is scheduled as late as it is told. */
  private final Loop busy =
      new Loop() {
        @Override
        public int index() {
          return 0;
        }

        @Override
        public void execute(Runnable task) {
          loop.execute(task);
        }

        @Override
        public Timer schedule(Runnable task, long delayNs) {
          return loop.schedule(task, delayNs + lateNs);
        }

        @Override
        public boolean inLoop() {
          return loop.inLoop();
        }

        @Override
        public long nowNs() {
          return loop.nowNs();
        }
      };

  @Test
  void theMostIsRememberedForTenToTwentySeconds() {
    var lag = new LoopLag(busy);
    lag.start();
    loops.runFor(5 * LoopLag.PERIOD_NS);
    assertThat(lag.mostNs()).isZero();
    lateNs = 300 * MS;
    loops.runFor(LoopLag.PERIOD_NS); // one that is scheduled late
    lateNs = 0;
    loops.runFor(2 * LoopLag.PERIOD_NS);
    assertThat(lag.mostNs()).isEqualTo(300 * MS);
    loops.runFor(LoopLag.WINDOW_NS - LoopLag.PERIOD_NS);
    assertThat(lag.mostNs()).isEqualTo(300 * MS);
    loops.runFor(LoopLag.WINDOW_NS + LoopLag.PERIOD_NS);
    assertThat(lag.mostNs()).isZero();
  }

  @Test
  void aSmallerOneDoesNotHideALargerOne() {
    var lag = new LoopLag(busy);
    lag.start();
    for (long late : new long[] {20, 200, 50}) {
      lateNs = late * MS;
      loops.runFor(LoopLag.PERIOD_NS + lateNs);
    }
    lateNs = 0;
    loops.runFor(2 * LoopLag.PERIOD_NS);
    assertThat(lag.mostNs()).isEqualTo(200 * MS);
  }
}
