package dev.sluice.access.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.backend.BackendCalls.Effect;
import dev.sluice.access.backend.BackendReply.Allowed;
import dev.sluice.access.backend.BackendReply.Denied;
import dev.sluice.access.backend.BackendReply.Failed;
import dev.sluice.testkit.Seeds;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** When a back end is asked, and what holds meanwhile. */
class BackendCallsTest {
  private static final BackendPolicy POLICY = new BackendPolicy(5_000, 60_000);
  private static final BackendRequest REQUEST =
      new BackendRequest("GET", URI.create("http://a/"), "", "");
  private static final Allowed YES = new Allowed("", 0, 10_000);
  private static final Denied NO = new Denied("no", 10_000);
  private static final Failed FAILED = new Failed("status 500");

  private final BackendCalls calls = new BackendCalls(POLICY);
  private final List<String> released = new ArrayList<>();
  private final List<Long> asked = new ArrayList<>();
  private long nowMs = Long.MAX_VALUE - 20_000; // the clock may wrap

  private void carryOut(List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Ask(long number, _, long timeLimitMs) -> {
          assertThat(timeLimitMs).isBetween(1L, 5_000L);
          asked.add(number);
        }
        case Effect.Release(List<Runnable> waiting) -> waiting.forEach(Runnable::run);
      }
    }
  }

  private void ask(String key) {
    carryOut(calls.ask(key, REQUEST, () -> released.add(key), nowMs));
  }

  private void reply(long number, BackendReply reply) {
    carryOut(calls.replied(number, reply, nowMs));
  }

  private void pass(long ms) {
    nowMs += ms;
    carryOut(calls.tick(nowMs));
  }

  private void goDown() {
    for (int i = 0; i < Breaker.MAX_FAILURES; i++) {
      assertThat(calls.isDown()).isFalse();
      nowMs += i == 0 ? 0 : BackendPolicy.LEAST_ROW_MS / (Breaker.MAX_FAILURES - 1);
      ask("down " + i);
      reply(asked.getLast(), FAILED);
    }
    assertThat(calls.isDown()).isTrue();
    released.clear();
    asked.clear();
  }

  @Test
  void aQuestionIsAskedOnceAndItsAnswerHoldsForItsTime() {
    assertThat(calls.known("a", nowMs)).isNull();
    ask("a");
    ask("a");
    ask("b");
    assertThat(asked).containsExactly(1L, 2L);
    reply(1, YES);
    assertThat(released).containsExactly("a", "a");
    assertThat(calls.known("a", nowMs)).isEqualTo(YES);
    assertThat(calls.known("b", nowMs)).isNull();
    reply(2, NO);
    assertThat(calls.known("b", nowMs)).isEqualTo(NO);
    pass(9_999);
    assertThat(calls.known("a", nowMs)).isEqualTo(YES);
    pass(1);
    assertThat(calls.known("a", nowMs)).isNull();
  }

  @Test
  void whatTakesTooLongIsGivenUpAndALateReplyChangesNothing() {
    ask("a");
    pass(4_999);
    assertThat(released).isEmpty();
    pass(1);
    assertThat(released).containsExactly("a");
    assertThat(calls.known("a", nowMs)).isEqualTo(new Failed("too slow"));
    reply(1, YES);
    assertThat(calls.known("a", nowMs)).isEqualTo(new Failed("too slow"));
    pass(BackendPolicy.DOWN_MS);
    assertThat(calls.known("a", nowMs)).as("it is asked again").isNull();
  }

  @Test
  void anOldAnswerHoldsForAWhileWhereThereIsNoNewOne() {
    ask("a");
    reply(1, YES);
    for (long until = 10_000; until < 70_000; until += 10_000) {
      pass(10_000);
      ask("a");
      reply(asked.getLast(), FAILED);
      calls
          .ask("other", REQUEST, () -> {}, nowMs)
          .forEach(effect -> {
            if (effect instanceof Effect.Ask(long number, _, _)) {
              calls.replied(number, YES, nowMs); // up, as far as others are concerned
            }
          });
      assertThat(calls.known("a", nowMs)).isEqualTo(YES);
      assertThat(calls.known("a", nowMs + BackendPolicy.DOWN_MS)).isNull();
    }
    pass(10_000);
    ask("a");
    reply(asked.getLast(), FAILED);
    assertThat(calls.known("a", nowMs)).as("more than a minute old").isEqualTo(FAILED);
  }

  @Test
  void aBackEndThatIsDownIsLeftAloneAndThenAskedOneQuestion() {
    goDown();
    ask("a");
    assertThat(asked).isEmpty();
    assertThat(released).containsExactly("a");
    assertThat(calls.known("a", nowMs)).isEqualTo(new Failed("it is down"));
    long pause = Breaker.FIRST_PAUSE_MS;
    while (pause < Breaker.MAX_PAUSE_MS) {
      pass(pause - 1);
      ask("early");
      assertThat(asked).isEmpty();
      pass(1);
      ask("probe");
      ask("beside");
      assertThat(asked).as("after %d ms", pause).hasSize(1);
      assertThat(released).endsWith("beside");
      reply(asked.removeFirst(), FAILED);
      pause = Math.min(2 * pause, Breaker.MAX_PAUSE_MS);
    }
    pass(pause);
    ask("probe");
    reply(asked.removeFirst(), NO);
    assertThat(calls.isDown()).as("no is an answer").isFalse();
    ask("x");
    ask("y");
    assertThat(asked).hasSize(2);
  }

  @Test
  void failuresOfOneMomentAreNoneToMind() {
    for (int i = 0; i < 10 * Breaker.MAX_FAILURES; i++) {
      ask("key " + i);
    }
    for (int i = 0; i < 10 * Breaker.MAX_FAILURES; i++) {
      reply(asked.get(i), FAILED);
    }
    assertThat(calls.isDown()).isFalse();
    nowMs += BackendPolicy.LEAST_ROW_MS;
    ask("one more");
    reply(asked.getLast(), FAILED);
    assertThat(calls.isDown()).as("they go on").isTrue();
  }

  @Test
  void callsThatWereUnderWayDoNotMakeThePauseLonger() {
    for (int i = 0; i < 50; i++) {
      ask("key " + i);
    }
    for (int i = 0; i < 50; i++) {
      nowMs += 10;
      reply(asked.get(i), FAILED);
    }
    assertThat(calls.isDown()).isTrue();
    ask("too soon");
    pass(Breaker.FIRST_PAUSE_MS);
    ask("probe");
    assertThat(asked).hasSize(51);
  }

  @Test
  void whoHadToWaitForACallDoesNotTellThatItIsDown() {
    for (int i = 0; i < BackendPolicy.MAX_CALLS; i++) {
      ask("key " + i);
    }
    for (int i = 0; i < 100; i++) {
      nowMs += 10;
      ask("late " + i);
    }
    nowMs += 3_000;
    for (int i = 0; i < BackendPolicy.MAX_CALLS; i++) {
      reply(asked.get(i), YES);
    }
    assertThat(asked).as("those that waited").hasSize(BackendPolicy.MAX_CALLS + 100);
    for (int i = 0; i < 200; i++) {
      pass(10); // their time runs out, one after the other
    }
    assertThat(calls.known("late 99", nowMs)).isEqualTo(new Failed("too slow"));
    assertThat(calls.asked()).isZero();
    assertThat(calls.isDown()).isFalse();
  }

  @Test
  void oneFailureAmongAnswersIsNoneToMind() {
    for (int i = 0; i < 50; i++) {
      ask("key " + i);
      reply(asked.getLast(), i % Breaker.MAX_FAILURES == 0 ? YES : FAILED);
      assertThat(calls.isDown()).isFalse();
    }
  }

  @Test
  void notMoreThanSoManyAreAskedAndWait() {
    int all = BackendPolicy.MAX_CALLS + BackendPolicy.MAX_QUEUED;
    for (int i = 0; i < all; i++) {
      ask("key " + i);
    }
    assertThat(asked).hasSize(BackendPolicy.MAX_CALLS);
    assertThat(released).isEmpty();
    ask("one more");
    assertThat(released).containsExactly("one more");
    assertThat(calls.known("one more", nowMs)).isEqualTo(new Failed("too many wait for it"));
    reply(1, YES);
    assertThat(asked).hasSize(BackendPolicy.MAX_CALLS + 1);
    pass(5_000);
    assertThat(released).hasSize(all + 1);
    assertThat(calls.asked()).isZero();
  }

  @Test
  void notMoreThanSoManyAnswersAreKept() {
    for (int i = 0; i <= BackendPolicy.MAX_ANSWERS; i++) {
      ask("key " + i);
      reply(asked.getLast(), YES);
    }
    assertThat(calls.size()).isEqualTo(BackendPolicy.MAX_ANSWERS);
    assertThat(calls.known("key 0", nowMs)).isNull();
    assertThat(calls.known("key 1", nowMs)).isEqualTo(YES);
  }

  @Test
  void anAnswerIsForgottenWhenItIsOfNoUseAnyMore() {
    ask("a");
    reply(asked.getLast(), YES);
    pass(69_999); // it may still hold for want of a new one
    ask("b");
    reply(asked.getLast(), YES);
    assertThat(calls.size()).isEqualTo(2);
    pass(1);
    ask("c");
    reply(asked.getLast(), YES);
    assertThat(calls.size()).isEqualTo(2);
    assertThat(calls.known("b", nowMs)).isEqualTo(YES);
  }

  private record Due(long atMs, long number, BackendReply reply) {}

  /**
   * 500 questions a second to a back end that takes about 2 s, fails a tenth, and is away at times:
   * everybody hears within the time limit, never more calls run than are allowed, and whoever hears
   * finds an answer; while it is there it is taken to be there.
   */
  @RepeatedTest(10)
  void everybodyHearsInTimeWhateverTheBackEndDoes(RepetitionInfo run) {
    var random = Seeds.random(run);
    var due = new PriorityQueue<Due>((a, b) -> Long.compare(a.atMs - b.atMs, 0));
    Map<String, Long> since = new HashMap<>();
    long start = nowMs;
    long slowest = 0;
    int heard = 0;
    int running = 0;
    for (long ms = 0; ms < 30_000; ms += 2) {
      nowMs = start + ms;
      List<Effect> effects = new ArrayList<>(calls.tick(nowMs));
      for (Due next; (next = due.peek()) != null && next.atMs - nowMs <= 0; ) {
        due.remove();
        running--;
        effects.addAll(calls.replied(next.number, next.reply, nowMs));
      }
      if (ms < 24_000) {
        String key = "key " + random.nextInt(4_000);
        if (calls.known(key, nowMs) == null) {
          since.putIfAbsent(key, nowMs);
          effects.addAll(calls.ask(key, REQUEST, () -> released.add(key), nowMs));
        }
      }
      for (Effect effect : effects) {
        switch (effect) {
          case Effect.Ask(long number, _, long timeLimitMs) -> {
            boolean away = ms / 4_000 % 3 == 2;
            long takes = Math.min(timeLimitMs, away ? 5_000 : random.nextLong(1_500, 2_500));
            BackendReply reply = away || random.nextInt(10) == 0 ? FAILED : YES;
            due.add(new Due(nowMs + takes, number, reply));
            running++;
          }
          case Effect.Release(List<Runnable> waiting) -> waiting.forEach(Runnable::run);
        }
      }
      assertThat(running).isLessThanOrEqualTo(BackendPolicy.MAX_CALLS);
      assertThat(ms < 8_000 && calls.isDown()).as("down after %d ms", ms).isFalse();
      for (String key : released) {
        Long began = since.remove(key);
        if (began != null) {
          slowest = Math.max(slowest, nowMs - began);
          heard++;
        }
        assertThat(calls.known(key, nowMs)).isNotNull();
      }
      released.clear();
    }
    assertThat(since).isEmpty();
    assertThat(calls.asked()).isZero();
    assertThat(heard).isGreaterThan(1_000);
    assertThat(slowest).isLessThanOrEqualTo(5_000);
  }
}
