package dev.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Guests.Guest;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Told;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ten thousand attempts in each second of a clock that the test turns, from several threads at
 * once, as from several loops: limits hold at every moment, and nothing is left behind. {@code
 * -Dattempts.seconds=600} for long.
 */
@Timeout(600)
class AttemptsTest {
  private static final int SECONDS = Integer.getInteger("attempts.seconds", 2);
  private static final int PER_SECOND = 10_000;
  private static final int THREADS = 4;
  private static final int USERS = 20;
  private static final int SESSIONS = 3;
  private static final String SECRET = "the-token";

  private final AtomicLong nowMs = new AtomicLong(1_800_000_000_000L);
  private final AtomicInteger decided = new AtomicInteger();
  private final AccessRules rules =
      new AccessRules(
          new Rulebook(
              List.of(
                  AccessRule.general("play", Action.PLAY, List.of(new ByToken())),
                  AccessRule.general("publish", Action.PUBLISH, List.of(new ByToken()))),
              false,
              (_, _) -> false),
          new Token("another-token"),
          nowMs::get,
          new AccessListener() {
            @Override
            public void decided(Question question, Outcome.Decision decision) {
              decided.incrementAndGet();
            }

            @Override
            public void withdrawn(Question question, Outcome.Decision decision) {}
          });

  /** A token that names its bearer, who may have so many sessions. */
  private static final class ByToken implements Prover {
    @Override
    public String name() {
      return "token";
    }

    @Override
    public Reason missing() {
      return Reason.TOKEN_MISSING;
    }

    @Override
    public Proof check(Question question, long nowMs) {
      String token = question.client().token();
      if (token == null) {
        return new Proof.Missing();
      }
      return token.startsWith(SECRET)
          ? new Proof.Good(
              "it is the token",
              Limits.until(token.substring(SECRET.length()), "", nowMs + 3_600_000, SESSIONS))
          : new Proof.Bad(Reason.TOKEN_WRONG, "it is another");
    }
  }

  /** A loop of which only the identity counts: what is to be done is done by the test's thread. */
  private static final class Here implements Loop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Override
    public int index() {
      return 0;
    }

    @Override
    public synchronized void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNs) {
      throw new IllegalStateException("nothing waits here");
    }

    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public long nowNs() {
      return 0;
    }

    void runAll() {
      for (Runnable task; (task = next()) != null; ) {
        task.run();
      }
    }

    private synchronized @Nullable Runnable next() {
      return tasks.poll();
    }
  }

  private final AtomicInteger[] inside = new AtomicInteger[2 * USERS]; // by action
  private final AtomicInteger most = new AtomicInteger();

  /** What one loop has seen. */
  private final class Crowd implements Callable<Map<Reason, Integer>> {
    private final SplittableRandom random;
    private final Here loop = new Here();
    private final List<Guest> guests = new ArrayList<>();
    private final List<Integer> seats = new ArrayList<>();
    private final Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
    private final int attempts;

    Crowd(int seed, int attempts) {
      this.random = new SplittableRandom(seed);
      this.attempts = attempts;
    }

    @Override
    public Map<Reason, Integer> call() {
      for (int i = 0; i < attempts; i++) {
        attempt();
        loop.runAll();
        if (random.nextInt(8) == 0 && !guests.isEmpty()) {
          leave(random.nextInt(guests.size()));
        }
      }
      while (!guests.isEmpty()) {
        leave(guests.size() - 1);
      }
      loop.runAll();
      return refused;
    }

    private void attempt() {
      int user = random.nextInt(USERS);
      @Nullable String token =
          switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> "guess-" + random.nextInt(1_000_000);
            default -> SECRET + "user" + user;
          };
      Action action = random.nextInt(5) == 0 ? Action.PUBLISH : Action.PLAY;
      var client = new Client("T", "rtmp", "192.0.2." + user, 1, token, "", Told.NOTHING);
      var guest = new Guest(action, client, loop);
      int seat = 2 * user + action.ordinal(); // each is counted by itself
      rules.admit(
          guest,
          reason -> {
            if (reason == null) {
              most.accumulateAndGet(inside[seat].incrementAndGet(), Math::max);
              guests.add(guest);
              seats.add(seat);
            } else {
              refused.merge(reason, 1, Integer::sum);
            }
          });
    }

    private void leave(int index) {
      Guest guest = guests.remove(index);
      int seat = seats.get(index);
      seats.subList(index, index + 1).clear();
      inside[seat].decrementAndGet(); // before the server knows: never too few
      guest.leave();
    }
  }

  @Test
  void limitsHoldWhateverComes() throws Exception {
    for (int seat = 0; seat < inside.length; seat++) {
      inside[seat] = new AtomicInteger();
    }
    for (int second = 0; second < SECONDS; second++) {
      List<Crowd> crowds = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        crowds.add(new Crowd(second * THREADS + i + 1, PER_SECOND / THREADS));
      }
      int refused = 0;
      try (var pool = Executors.newFixedThreadPool(THREADS)) {
        for (Future<Map<Reason, Integer>> crowd : pool.invokeAll(crowds)) {
          Map<Reason, Integer> seen = crowd.get();
          assertThat(seen.keySet())
              .isEqualTo(Set.of(Reason.TOKEN_MISSING, Reason.TOKEN_WRONG, Reason.SESSION_LIMIT));
          refused += seen.values().stream().mapToInt(Integer::intValue).sum();
        }
      }
      nowMs.addAndGet(1_000);
      rules.round();
      assertThat(refused).isBetween(PER_SECOND / 2, PER_SECOND - 1);
      assertThat(rules.sessions().list(SessionFilter.ALL, 0, 10).total()).isZero();
    }
    assertThat(decided.get()).isEqualTo(SECONDS * PER_SECOND);
    assertThat(most.get()).isEqualTo(SESSIONS); // reached, and never passed
    for (int user = 0; user < USERS; user++) { // nothing was left behind
      var loop = new Here();
      var client =
          new Client("T", "rtmp", "192.0.2.1", 1, SECRET + "user" + user, "", Told.NOTHING);
      for (int i = 0; i <= SESSIONS; i++) {
        Reason expected = i < SESSIONS ? null : Reason.SESSION_LIMIT;
        rules.admit(
            new Guest(Action.PLAY, client, loop), reason -> assertThat(reason).isEqualTo(expected));
        loop.runAll();
      }
    }
  }
}
