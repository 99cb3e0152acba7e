package dev.sluice.access.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.jwt.KeyRing.Effect;
import dev.sluice.access.jwt.KeyRing.Event;
import dev.sluice.access.jwt.KeyRing.Step;
import dev.sluice.testkit.Seeds;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** When keys are fetched. */
class KeyRingTest {
  private static final long S = 1_000_000_000L;
  private static final long REFRESH = 3_600 * S;
  private static final JwtKeys SOME = JwtKeys.ofSecret(Vectors.SECRET);
  private static final JwtKeys OTHERS = Vectors.keys("keys.json");

  private KeyRing ring = KeyRing.EMPTY;

  private Effect step(Event event, long nowNs) {
    Step step = ring.step(event, REFRESH, nowNs);
    ring = step.state();
    return step.effect();
  }

  private static Event tick() {
    return new Event.Tick();
  }

  private static Event wanted() {
    return new Event.Wanted();
  }

  @Test
  void keysAreFetchedAtTheStartAndWhenTheyAreOld() {
    long start = Long.MAX_VALUE - 2 * S; // the clock may wrap
    assertThat(step(tick(), start)).isEqualTo(Effect.FETCH);
    assertThat(step(tick(), start + S)).isEqualTo(Effect.NOTHING);
    assertThat(step(new Event.Fetched(SOME), start + 2 * S)).isEqualTo(Effect.RELEASE);
    assertThat(ring.keys()).isSameAs(SOME);
    assertThat(step(tick(), start + REFRESH - 1)).isEqualTo(Effect.NOTHING);
    assertThat(step(tick(), start + REFRESH)).isEqualTo(Effect.FETCH);
    assertThat(step(new Event.Fetched(OTHERS), start + REFRESH + 1)).isEqualTo(Effect.RELEASE);
    assertThat(ring.keys()).isSameAs(OTHERS);
  }

  @Test
  void anUnknownKeyHasThemFetchedButNotAllTheTime() {
    assertThat(step(wanted(), 0)).isEqualTo(Effect.FETCH);
    assertThat(step(wanted(), 1)).as("joins in").isEqualTo(Effect.NOTHING);
    assertThat(ring.mayHaveMore(1)).isTrue();
    assertThat(step(new Event.Fetched(SOME), S)).isEqualTo(Effect.RELEASE);
    assertThat(ring.mayHaveMore(S)).isFalse();
    assertThat(step(wanted(), KeyRing.MIN_GAP_NS - 1)).isEqualTo(Effect.RELEASE);
    assertThat(ring.mayHaveMore(KeyRing.MIN_GAP_NS)).isTrue();
    assertThat(step(wanted(), KeyRing.MIN_GAP_NS)).isEqualTo(Effect.FETCH);
  }

  @Test
  void whereFetchingFailsTheKeysStayAndItIsTriedLessAndLessOften() {
    step(tick(), 0);
    step(new Event.Fetched(SOME), 0);
    long now = REFRESH;
    assertThat(step(tick(), now)).isEqualTo(Effect.FETCH);
    for (long wait : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      assertThat(step(new Event.Failed(), now)).isEqualTo(Effect.RELEASE);
      assertThat(ring.keys()).isSameAs(SOME);
      assertThat(step(tick(), now + wait * S - 1)).isEqualTo(Effect.NOTHING);
      now += wait * S;
      assertThat(step(tick(), now)).as("after %d s", wait).isEqualTo(Effect.FETCH);
    }
    assertThat(step(new Event.Fetched(OTHERS), now)).isEqualTo(Effect.RELEASE);
    assertThat(ring.failures()).isZero();
  }

  @Test
  void keysThatCannotBeFetchedForADayAreNotBelieved() {
    step(tick(), 0);
    step(new Event.Fetched(SOME), 0);
    step(tick(), KeyRing.STALE_NS - 1);
    step(new Event.Failed(), KeyRing.STALE_NS - 1);
    assertThat(ring.keys()).isSameAs(SOME);
    step(tick(), KeyRing.STALE_NS + 2 * S);
    step(new Event.Failed(), KeyRing.STALE_NS + 2 * S);
    assertThat(ring.keys()).isSameAs(JwtKeys.NONE);
  }

  /** Whatever happens: one fetch at a time, and whoever waits is released when it ends. */
  @RepeatedTest(100)
  void nobodyWaitsForNothing(RepetitionInfo run) {
    var random = Seeds.random(run);
    long now = 0;
    int waiting = 0;
    boolean fetching = false;
    long lastFetch = Long.MIN_VALUE / 2;
    for (int i = 0; i < 500; i++) {
      now += random.nextLong(20 * S);
      Event event =
          fetching && random.nextInt(3) == 0
              ? random.nextBoolean() ? new Event.Failed() : new Event.Fetched(SOME)
              : random.nextBoolean() ? tick() : wanted();
      waiting += event instanceof Event.Wanted ? 1 : 0;
      fetching &= !(event instanceof Event.Failed || event instanceof Event.Fetched);
      switch (step(event, now)) {
        case NOTHING -> {}
        case FETCH -> {
          assertThat(fetching).isFalse();
          assertThat(now - lastFetch).isGreaterThanOrEqualTo(S);
          fetching = true;
          lastFetch = now;
        }
        case RELEASE -> waiting = 0;
      }
      assertThat(ring.fetching()).isEqualTo(fetching);
      assertThat(waiting == 0 || fetching).isTrue();
    }
  }
}
