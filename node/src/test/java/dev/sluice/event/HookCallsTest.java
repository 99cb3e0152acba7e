package dev.sluice.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.backend.BackendRequest;
import dev.sluice.access.backend.Breaker;
import dev.sluice.testkit.Seeds;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One receiver on virtual time. */
class HookCallsTest {
  private static final URI RECEIVER = URI.create("http://a/");
  private final HookCalls calls = new HookCalls();

  private static BackendRequest request(int number) {
    return BackendRequest.post(RECEIVER, "", Integer.toString(number));
  }

  @Test
  void oneAtATimeInOrder() {
    assertThat(calls.offer(request(1), 0)).isEqualTo(request(1));
    assertThat(calls.offer(request(2), 0)).isNull();
    assertThat(calls.offer(request(3), 0)).isNull();
    assertThat(calls.tick(60_000)).isNull();
    assertThat(calls.replied(true, 60_000)).isEqualTo(request(2));
    assertThat(calls.replied(false, 60_000)).as("told once").isEqualTo(request(3));
    assertThat(calls.replied(true, 60_000)).isNull();
    assertThat(List.of(calls.sent(), calls.failed(), calls.dropped())).containsExactly(2L, 1L, 0L);
  }

  @Test
  void oneThatFailsIsLeftAloneTwiceAsLongEachTime() {
    for (int i = 1; i <= Breaker.MAX_FAILURES; i++) {
      assertThat(calls.isDown()).isFalse();
      assertThat(calls.offer(request(i), 0)).isEqualTo(request(i));
      calls.replied(false, 0);
    }
    assertThat(calls.isDown()).isTrue();
    assertThat(calls.offer(request(6), 0)).isNull();
    long at = 0;
    for (long pause : new long[] {1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000}) {
      calls.offer(request(7), at);
      assertThat(calls.tick(at + pause - 1)).isNull();
      at += pause;
      assertThat(calls.tick(at)).isNotNull();
      assertThat(calls.replied(false, at)).isNull();
    }
    assertThat(calls.tick(at + 30_000)).isNotNull();
    assertThat(calls.replied(true, at)).as("it is up, all goes on").isNull();
    assertThat(calls.isDown()).isFalse();
    for (int i = 1; i <= Breaker.MAX_FAILURES; i++) {
      calls.offer(request(i), at);
      calls.replied(false, at);
    }
    assertThat(calls.offer(request(9), at)).isNull();
    assertThat(calls.tick(at + Breaker.FIRST_PAUSE_MS)).as("as at first").isNotNull();
  }

  @Test
  void whatHasNoRoomIsDropped() {
    for (int i = 0; i <= HookCalls.MAX_QUEUED; i++) {
      calls.offer(request(i), 0);
    }
    assertThat(calls.dropped()).isZero();
    calls.offer(request(-1), 0);
    assertThat(calls.dropped()).isEqualTo(1);
    for (int i = 1; i <= HookCalls.MAX_QUEUED; i++) {
      assertThat(calls.replied(true, 0)).isEqualTo(request(i));
    }
    assertThat(calls.replied(true, 0)).isNull();
  }

  @Test
  void whateverAReceiverDoesNothingIsToldTwiceOrOutOfOrder() {
    Seeds.run(
        100,
        random -> {
          var engine = new HookCalls();
          @Nullable BackendRequest running = null;
          List<Integer> told = new ArrayList<>();
          long now = 0;
          int offered = 0;
          for (int step = 0; step < 3_000; step++) {
            now += random.nextInt(200);
            BackendRequest next;
            if (running != null && random.nextInt(3) == 0) {
              next = engine.replied(random.nextInt(4) > 0, now);
              running = null;
            } else if (random.nextBoolean()) {
              next = engine.offer(request(offered++), now);
            } else {
              next = engine.tick(now);
            }
            if (next != null) {
              assertThat(running).as("one at a time").isNull();
              running = next;
              told.add(Integer.valueOf(next.body()));
            }
          }
          assertThat(told).isSorted().doesNotHaveDuplicates();
          long over = engine.sent() + engine.failed() + engine.dropped();
          assertThat(offered - over).isBetween(0L, (long) HookCalls.MAX_QUEUED + 1);
        });
  }

  @Test
  void aReceiverCarriesOutWhatItsEngineWants() {
    Queue<Runnable> threads = new ArrayDeque<>();
    List<String> told = new ArrayList<>();
    List<Boolean> changes = new ArrayList<>();
    var now = new AtomicLong();
    var receiver =
        new HookReceiver(
            RECEIVER,
            request -> {
              told.add(request.body());
              if (request.body().equals("9")) {
                throw new IllegalStateException("a fault of a test");
              }
              return !request.body().equals("0");
            },
            now::get,
            threads::add,
            changes::add);
    for (int i = 0; i < Breaker.MAX_FAILURES; i++) {
      receiver.tell(request(0));
    }
    receiver.tell(request(1));
    for (Runnable task; (task = threads.poll()) != null; ) {
      task.run();
    }
    assertThat(told).hasSize(Breaker.MAX_FAILURES).containsOnly("0");
    assertThat(changes).containsExactly(true);
    now.set(Breaker.FIRST_PAUSE_MS);
    receiver.tick();
    threads.remove().run();
    assertThat(told).endsWith("1");
    assertThat(changes).containsExactly(true, false);
    receiver.tell(request(9));
    receiver.tell(request(2));
    Runnable faulty = threads.remove();
    assertThatThrownBy(faulty::run).isInstanceOf(IllegalStateException.class);
    threads.remove().run();
    assertThat(told).as("goes on behind a fault of ours").endsWith("9", "2");
    assertThat(receiver.counts())
        .isEqualTo(new HookReceiver.Counts(2, Breaker.MAX_FAILURES + 1, 0));
  }
}
