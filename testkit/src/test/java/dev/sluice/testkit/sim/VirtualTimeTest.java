package dev.sluice.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
  private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - 5); // wraps during the test
  private final List<String> seen = new ArrayList<>();

  @Test
  void runsEventsInOrderOfTimeAndThenOfScheduling() {
    long start = time.nowNs();
    time.schedule(20, () -> note("c", start));
    time.schedule(10, () -> note("a", start));
    time.schedule(10, () -> note("b", start));
    time.runUntilIdle();
    assertThat(seen).containsExactly("a 10", "b 10", "c 20");
  }

  @Test
  void anEventOfThisInstantRunsAfterThoseAlreadyWaiting() {
    long start = time.nowNs();
    time.schedule(
        5,
        () -> {
          note("first", start);
          time.schedule(0, () -> note("third", start));
        });
    time.schedule(5, () -> note("second", start));
    time.runUntilIdle();
    assertThat(seen).containsExactly("first 5", "second 5", "third 5");
  }

  @Test
  void runForStopsAtItsEndAndMovesTheClockThere() {
    long start = time.nowNs();
    time.schedule(10, () -> note("due", start));
    time.schedule(11, () -> note("not yet", start));
    time.runFor(10);
    assertThat(seen).containsExactly("due 10");
    assertThat(time.nowNs() - start).isEqualTo(10);
    assertThat(time.pending()).isEqualTo(1);
  }

  @Test
  void aPeriodicEventStopsWhenItIsCancelledByItself() {
    var event = new VirtualTime.Event[1];
    long start = time.nowNs();
    event[0] =
        time.scheduleEvery(
            10,
            () -> {
              note("tick", start);
              if (seen.size() == 3) {
                event[0].cancel();
              }
            });
    time.runFor(100);
    assertThat(seen).containsExactly("tick 10", "tick 20", "tick 30");
    assertThat(time.pending()).isZero();
  }

  @Test
  void aCancelledEventDoesNotHappen() {
    var event = time.schedule(10, () -> seen.add("wrong"));
    event.cancel();
    time.runFor(20);
    assertThat(seen).isEmpty();
  }

  @Test
  void theEndlessIsNoticed() {
    time.scheduleEvery(1, () -> {});
    assertThatThrownBy(time::runUntilIdle)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("still busy");
  }

  @Test
  void thePastCannotBeScheduled() {
    assertThatThrownBy(() -> time.schedule(-1, () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void note(String what, long startNs) {
    seen.add(what + " " + (time.nowNs() - startNs));
  }
}
