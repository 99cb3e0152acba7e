package dev.sluice.access;

import static dev.sluice.access.Guests.client;
import static dev.sluice.access.Guests.no;
import static dev.sluice.access.Guests.yes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.access.Guests.Guest;
import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Outcome.Later;
import dev.sluice.access.Revocation.Kind;
import dev.sluice.access.Revocation.Subject;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SimLoops;
import dev.sluice.testkit.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions as they come, are listed, judged again and ended. */
class SessionBookTest {
  private static final long PERIOD_MS = 30_000;

  private final SimLoops loops = new SimLoops(1);
  private final List<Decision> withdrawn = new ArrayList<>();
  private long nowMs = 1_000_000_000_000L;
  private final Journal journal = new Journal();
  private SessionBook book = book("run");

  /** A disk, which may be full. */
  private static final class Journal implements RevocationJournal {
    private Revocations kept = Revocations.NONE;
    private boolean full;

    @Override
    public Revocations kept() {
      return kept;
    }

    @Override
    public void keep(Revocations revocations) throws IOException {
      if (full) {
        throw new IOException("no space left");
      }
      kept = revocations;
    }
  }

  private SessionBook book(String run) {
    return new SessionBook(
        new SessionPolicy(PERIOD_MS, true),
        run,
        () -> nowMs,
        new AccessListener() {
          @Override
          public void decided(Question question, Decision decision) {}

          @Override
          public void withdrawn(Question question, Decision decision) {
            withdrawn.add(decision);
          }
        },
        journal);
  }

  private Guest guest(Action action, String protocol, @Nullable String token) {
    return new Guest(action, client(protocol, "192.0.2.7", token), loops.loop(0));
  }

  private static Question question(Guest guest) {
    return new Question(
        guest.publishes() ? Action.PUBLISH : Action.PLAY, guest.name(), guest.client());
  }

  private @Nullable Reason enter(Guest guest, Limits limits) {
    return book.enter(guest, question(guest), yes(limits)).refusal();
  }

  private Guest entered(Action action, String protocol, Limits limits) {
    Guest guest = guest(action, protocol, null);
    assertThat(enter(guest, limits)).isNull();
    return guest;
  }

  @Test
  void pagesAreOfThoseWhoAreMeantInTheOrderInWhichTheyCame() {
    for (int i = 0; i < 5; i++) {
      entered(Action.PLAY, i % 2 == 0 ? "hls" : "rtmp", Limits.of(i < 3 ? "alice" : ""));
    }
    entered(Action.PUBLISH, "rtmp", Limits.NONE);
    assertThat(ids(book.list(SessionFilter.ALL, 0, 10)))
        .containsExactly("run-1", "run-2", "run-3", "run-4", "run-5", "run-6");
    SessionBook.Page first = book.list(SessionFilter.ALL, 0, 4);
    assertThat(ids(first)).hasSize(4);
    assertThat(first.total()).isEqualTo(6);
    SessionBook.Page second = book.list(SessionFilter.ALL, first.next(), 4);
    assertThat(ids(second)).containsExactly("run-5", "run-6");
    assertThat(second.next()).isZero();
    assertThat(book.list(SessionFilter.ALL, 0, 6).next()).as("just all").isZero();
    assertThat(ids(book.list(new SessionFilter(null, "hls", "alice", null), 0, 9)))
        .containsExactly("run-1", "run-3");
    assertThat(ids(book.list(new SessionFilter("live/a", "rtmp", null, Action.PUBLISH), 0, 9)))
        .containsExactly("run-6");
    assertThat(book.list(new SessionFilter("live/b", null, null, null), 0, 9).total()).isZero();
  }

  private List<String> ids(SessionBook.Page page) {
    return page.sessions().stream().map(book::id).toList();
  }

  @Test
  void aSessionIsFoundByItsNameAlone() {
    entered(Action.PLAY, "hls", Limits.NONE);
    assertThat(book.find("run-1")).isNotNull();
    for (String other :
        new String[] {
          "run-2", "ran-1", "1", "", "run-", "run--1", "run-1-", "run-" + "z".repeat(13)
        }) {
      assertThat(book.find(other)).as(other).isNull();
    }
  }

  @Test
  void whoeverLeavesIsForgottenAndWhoeverHasLeftAlreadyIsNotKept() {
    Guest guest = entered(Action.PLAY, "flv", Limits.NONE);
    guest.leave();
    assertThat(book.size()).isZero();
    Guest gone = guest(Action.PLAY, "flv", null);
    gone.leave();
    assertThat(enter(gone, Limits.NONE)).isNull();
    assertThat(book.size()).isZero();
  }

  @Test
  void anOperatorEndsASessionOnce() {
    Guest guest = entered(Action.PLAY, "flv", Limits.NONE);
    guest.stays = true; // its loop has not come to it yet
    Session session = Objects.requireNonNull(book.find("run-1"));
    assertThat(book.kick(session)).isTrue();
    assertThat(book.kick(session)).isFalse();
    assertThat(guest.ended).isEqualTo(Reason.KICKED);
    assertThat(withdrawn).extracting(Decision::refusal).containsExactly(Reason.KICKED);
    guest.leave();
    assertThat(book.kick(session)).isFalse();
    assertThat(book.size()).isZero();
  }

  @Test
  void aRevocationEndsAllOfAUserAndLetsNobodyIn() throws IOException {
    Guest plays = entered(Action.PLAY, "hls", Limits.of("alice"));
    Guest publishes = entered(Action.PUBLISH, "rtmp", Limits.of("alice"));
    Guest bob = entered(Action.PLAY, "hls", Limits.of("bob"));
    SessionBook.Revoked revoked =
        Objects.requireNonNull(book.revoke(new Subject(Kind.USER, "alice"), 5_000));
    assertThat(revoked.ended()).hasSize(2);
    assertThat(List.of(plays, publishes))
        .allSatisfy(each -> assertThat(each.ended).isEqualTo(Reason.REVOKED));
    assertThat(bob.ended).isNull();
    assertThat(enter(guest(Action.PLAY, "hls", null), Limits.of("alice")))
        .isEqualTo(Reason.REVOKED);
    assertThat(book.foresee(question(bob), yes(Limits.of("alice"))).refusal())
        .isEqualTo(Reason.REVOKED);
    assertThat(book.revocations()).containsExactly(revoked.revocation());
    assertThat(book.restore(revoked.revocation().id())).isTrue();
    assertThat(enter(guest(Action.PLAY, "hls", null), Limits.of("alice"))).isNull();
  }

  @Test
  void aTokenIsRevokedByItsName() throws IOException {
    Limits limits = Limits.NONE.provedBy("t-1");
    Guest guest = entered(Action.PLAY, "hls", limits);
    Guest other = entered(Action.PLAY, "hls", Limits.NONE.provedBy("t-2"));
    assertThat(Objects.requireNonNull(book.revoke(new Subject(Kind.TOKEN, "t-1"), 9)).ended())
        .hasSize(1);
    assertThat(guest.ended).isEqualTo(Reason.REVOKED);
    assertThat(other.ended).isNull();
  }

  private Revocation revoked(Kind kind, String value, long forMs) throws IOException {
    return Objects.requireNonNull(book.revoke(new Subject(kind, value), forMs)).revocation();
  }

  private @Nullable Reason refusal(Limits limits) {
    return enter(guest(Action.PLAY, "hls", null), limits);
  }

  @Test
  void revocationsOutlastARestart() throws IOException {
    Revocation alice = revoked(Kind.USER, "alice", 5_000);
    Revocation token = revoked(Kind.TOKEN, "t-1", 9_000);
    Revocation bob = revoked(Kind.USER, "bob", 9_000);
    assertThat(book.restore(bob.id())).isTrue();
    nowMs += 4_999;
    book = book("next");
    assertThat(book.revocations()).containsExactly(alice, token);
    assertThat(refusal(Limits.of("alice"))).isEqualTo(Reason.REVOKED);
    assertThat(refusal(Limits.NONE.provedBy("t-1"))).isEqualTo(Reason.REVOKED);
    assertThat(refusal(Limits.of("bob"))).isNull();
    assertThat(book.restore(token.id())).isTrue();
    assertThat(refusal(Limits.NONE.provedBy("t-1"))).isNull();
    nowMs++;
    assertThat(refusal(Limits.of("alice"))).as("its time is over").isNull();
    book = book("third");
    assertThat(book.revocations()).isEmpty();
    assertThat(journal.kept.all()).as("until the next change").containsExactly(alice);
    Revocation carol = revoked(Kind.USER, "carol", 9_000);
    assertThat(journal.kept.all()).containsExactly(carol);
  }

  @Test
  void noTwoRevocationsAreNamedAlikeAlsoOfRunsThatAre() throws IOException {
    Set<String> names = new TreeSet<>();
    for (int run = 0; run < 5; run++) {
      book = book("run");
      for (int i = 0; i < 3; i++) {
        String id = revoked(Kind.USER, "alice", 5_000).id();
        assertThat(names.add(id)).as(id).isTrue();
        if (i > 0) { // the first one is replaced by the second
          assertThat(book.restore(id)).isTrue();
        }
      }
      nowMs += 5_000;
    }
  }

  @Test
  void whatCannotBeKeptIsNotDone() throws IOException {
    Revocation bob = revoked(Kind.USER, "bob", 5_000);
    Guest guest = entered(Action.PLAY, "hls", Limits.of("alice"));
    journal.full = true;
    assertThatThrownBy(() -> book.revoke(new Subject(Kind.USER, "alice"), 5_000))
        .hasMessage("no space left");
    assertThatThrownBy(() -> book.restore(bob.id())).hasMessage("no space left");
    assertThat(guest.ended).isNull();
    assertThat(refusal(Limits.of("alice"))).isNull();
    assertThat(refusal(Limits.of("bob"))).isEqualTo(Reason.REVOKED);
    assertThat(book.revocations()).containsExactly(bob);
    assertThat(book.restore("none")).as("nothing is to be kept").isFalse();
    journal.full = false;
    assertThat(book.restore(bob.id())).isTrue();
  }

  @Test
  void notMoreThanSoManyRevocationsAreKept() throws IOException {
    List<Revocation> most = new ArrayList<>();
    for (int i = 0; i < Revocations.MAX - 1; i++) {
      most.add(
          new Revocation("r" + i, new Subject(Kind.USER, "u" + i), nowMs, nowMs + 1_000 + i % 2));
    }
    journal.kept = new Revocations(most.size(), most);
    book = book("run");
    revoked(Kind.USER, "the last one", 9_000);
    assertThat(book.revoke(new Subject(Kind.USER, "one more"), 9_000)).isNull();
    Revocation there = revoked(Kind.USER, "u7", 9_000);
    assertThat(book.revocations().size()).isEqualTo(Revocations.MAX);
    assertThat(book.revocations().getLast()).isEqualTo(there);
    assertThat(book.restore(there.id())).isTrue();
    revoked(Kind.USER, "one more", 9_000);
    nowMs += 1_000; // the even ones have ended
    revoked(Kind.USER, "another", 9_000);
    assertThat(journal.kept.all().size()).isEqualTo(4_998 + 3);
  }

  @Test
  void whoeverIsJudgedAgainIsToldToBeIn() {
    entered(Action.PLAY, "hls", Limits.NONE);
    nowMs += PERIOD_MS;
    List<Question> asked = new ArrayList<>();
    book.round(question -> {
      asked.add(question);
      return yes(Limits.NONE);
    });
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().standing())
        .isEqualTo(new Question.Standing("a proof", 1, PERIOD_MS));
    assertThat(asked.getFirst().isOfProvedBy("a proof")).isTrue();
    assertThat(asked.getFirst().isOfProvedBy("another")).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void whatSomebodyHasComeToIsLookedAtWhenItIsToBeFoundOut(Action action) {
    entered(action, "rtmp", Limits.NONE);
    nowMs += PERIOD_MS;
    List<Question> asked = new ArrayList<>();
    List<Runnable> then = new ArrayList<>();
    book.round(question -> {
      asked.add(question);
      return new Later("a rule", "what it says", then::add);
    });
    assertThat(then).as("not before his loop is asked").isEmpty();
    loops.runFor(0);
    then.getFirst().run();
    long bytes = action == Action.PLAY ? Guests.BYTES_OUT : Guests.BYTES_IN;
    var counted = new Question.Standing("a proof", 1, PERIOD_MS, bytes);
    assertThat(asked)
        .extracting(Question::standing)
        .containsExactly(new Question.Standing("a proof", 1, PERIOD_MS), counted, counted);
  }

  @Test
  void aFaultWhenItIsToBeFoundOutEndsNobody() {
    Guest guest = entered(Action.PLAY, "rtmp", Limits.NONE);
    nowMs += PERIOD_MS;
    book.round(question -> {
      if (Objects.requireNonNull(question.standing()).bytes() >= 0) {
        throw new IllegalStateException("a fault");
      }
      return new Later("a rule", "what it says", _ -> {});
    });
    assertThat(catchThrowable(() -> loops.runFor(0))).hasMessage("a fault");
    assertThat(guest.ended).isNull();
    nowMs += Attendance.RETRY_MS;
    book.round(_ -> no(Reason.BACKEND_DENIED));
    assertThat(guest.ended).isEqualTo(Reason.BACKEND_DENIED);
  }

  @Test
  void aFaultOfTheRulesEndsNobodyAndIsNotTheLastQuestion() {
    Guest guest = entered(Action.PLAY, "hls", Limits.NONE);
    nowMs += PERIOD_MS;
    assertThat(
            catchThrowable(() ->
                book.round(_ -> {
                  throw new IllegalStateException("a fault");
                })))
        .hasMessage("a fault");
    assertThat(guest.ended).isNull();
    nowMs += Attendance.RETRY_MS;
    book.round(_ -> no(Reason.BACKEND_DENIED));
    assertThat(guest.ended).isEqualTo(Reason.BACKEND_DENIED);
  }

  @Test
  void oneRoundIsBounded() {
    for (int i = 0; i <= SessionBook.MAX_PER_ROUND; i++) {
      entered(Action.PLAY, "hls", Limits.NONE);
    }
    book.recheck();
    int[] judged = {0};
    for (int round = 0; round < 2; round++) {
      book.round(_ -> {
        judged[0]++;
        return yes(Limits.NONE);
      });
      assertThat(judged[0]).isEqualTo(SessionBook.MAX_PER_ROUND + round);
    }
  }

  // ---- all of it, with chance

  private static final int USERS = 12;
  private static final long LOOKUP_MS = 4_000;

  /** Something that comes later. */
  private record Due(long atMs, Runnable task) {}

  /**
   * Ten minutes of users who come, go, are banned by a back end that is slow and at times away, or
   * are revoked, with tokens that end.
   */
  @RepeatedTest(20)
  void nobodyIsInForLongerThanHeMay(RepetitionInfo run) throws IOException {
    new Simulation(Seeds.random(run)).run();
  }

  private final class Simulation {
    private final RandomGenerator random;
    private final PriorityQueue<Due> due =
        new PriorityQueue<>((a, b) -> Long.compare(a.atMs, b.atMs));
    private final long[] bannedSinceMs = new long[USERS];
    private final Map<String, Long> revokedUntilMs = new HashMap<>();
    private final Set<String> answered = new TreeSet<>();
    private final List<Guest> guests = new ArrayList<>();
    private boolean away;
    private long awayUntilMs;
    private int lookups;
    private int mostLookups;
    private int ends;

    Simulation(RandomGenerator random) {
      this.random = random;
      Arrays.fill(bannedSinceMs, Limits.NEVER);
    }

    void run() throws IOException {
      long endMs = nowMs + 600_000;
      for (; nowMs < endMs; nowMs += SessionBook.ROUND_MS) {
        while (!due.isEmpty() && due.peek().atMs <= nowMs) {
          due.remove().task.run();
        }
        something();
        book.round(this::judge);
        loops.runFor(0);
        check();
      }
      assertThat(ends).as("there is something to be seen").isGreaterThan(10);
      assertThat(mostLookups).isLessThanOrEqualTo(Attendance.MAX_LOOKUPS);
      guests.forEach(Guest::leave);
      assertThat(book.size()).isZero();
    }

    private void something() throws IOException {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> come();
        case 4 -> {
          if (!guests.isEmpty() && random.nextBoolean()) {
            guests.remove(random.nextInt(guests.size())).leave();
          }
        }
        case 6 -> {
          int user = random.nextInt(USERS);
          bannedSinceMs[user] = bannedSinceMs[user] == Limits.NEVER ? nowMs : Limits.NEVER;
        }
        case 7 -> {
          if (random.nextInt(10) == 0) {
            away = !away;
            awayUntilMs = nowMs;
          }
        }
        case 8 -> {
          if (random.nextInt(5) == 0) {
            revoke();
          }
        }
        case 9 -> {
          if (random.nextInt(20) == 0) {
            book.recheck();
          }
        }
        default -> {}
      }
    }

    private void revoke() throws IOException {
      String user = "u" + random.nextInt(USERS);
      long forMs = random.nextLong(1_000, 20_000);
      assertThat(book.revoke(new Subject(Kind.USER, user), forMs)).isNotNull();
      revokedUntilMs.put(user, nowMs + forMs);
      assertThat(book.list(new SessionFilter(null, null, user, null), 0, 1).total()).isZero();
    }

    private void come() {
      int user = random.nextInt(USERS);
      long untilMs = random.nextInt(3) == 0 ? Limits.NEVER : nowMs + random.nextLong(100_000);
      Guest guest = guest(Action.PLAY, "rtmp", user + " " + untilMs);
      Limits limits = limits(user, untilMs);
      if (bannedSinceMs[user] != Limits.NEVER || untilMs <= nowMs) {
        return; // it was refused before it came here
      }
      int before = book.list(new SessionFilter(null, null, "u" + user, null), 0, 99).total();
      Reason refusal = enter(guest, limits);
      boolean revoked = nowMs < revokedUntilMs.getOrDefault("u" + user, 0L);
      Reason expected = before >= limits.maxSessions() ? Reason.SESSION_LIMIT : null;
      assertThat(refusal).isEqualTo(revoked ? Reason.REVOKED : expected);
      if (refusal == null) {
        guests.add(guest);
      }
    }

    private static Limits limits(int user, long untilMs) {
      return new Limits("u" + user, "", untilMs, 1 + user % 3, Limits.NEVER);
    }

    private static int user(String token) {
      return Integer.parseInt(token.substring(0, token.indexOf(' ')));
    }

    private static long untilMs(String token) {
      return Long.parseLong(token.substring(token.indexOf(' ') + 1));
    }

    /** Odd users are known by the back end alone. */
    private Outcome judge(Question question) {
      String token = Objects.requireNonNull(question.client().token());
      int user = user(token);
      if (nowMs >= untilMs(token)) {
        return no(Reason.TOKEN_EXPIRED);
      }
      if (user % 2 == 1 && !answered.contains(token)) {
        return new Later("a rule", "what it says", then -> lookUp(token, then));
      }
      return bannedSinceMs[user] == Limits.NEVER
          ? yes(limits(user, untilMs(token)))
          : no(Reason.BACKEND_DENIED);
    }

    private void lookUp(String token, Runnable then) {
      mostLookups = Math.max(mostLookups, ++lookups);
      due.add(
          new Due(
              nowMs + random.nextLong(LOOKUP_MS),
              () -> {
                lookups--;
                if (!away) {
                  answered.add(token);
                }
                then.run();
                answered.remove(token);
              }));
    }

    private void check() {
      for (Guest guest : List.copyOf(guests)) {
        String token = Objects.requireNonNull(guest.client().token());
        int user = user(token);
        boolean odd = user % 2 == 1;
        if (guest.ended != null) {
          ends++;
          guests.remove(guest);
          continue;
        }
        assertThat(nowMs - untilMs(token))
            .as("past its end")
            .isLessThanOrEqualTo(odd ? LOOKUP_MS : 0);
        long bannedMs = bannedSinceMs[user] == Limits.NEVER ? 0 : nowMs - bannedSinceMs[user];
        long reachableMs = away ? 0 : nowMs - awayUntilMs;
        if (odd) {
          bannedMs = Math.min(bannedMs, reachableMs);
        }
        assertThat(bannedMs)
            .as("banned")
            .isLessThanOrEqualTo(
                PERIOD_MS + SessionBook.ROUND_MS + (odd ? 2 * LOOKUP_MS + Attendance.RETRY_MS : 0));
      }
      assertThat(book.size()).isEqualTo(guests.size());
    }
  }
}
