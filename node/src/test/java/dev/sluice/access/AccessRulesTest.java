package dev.sluice.access;

import static dev.sluice.access.Asking.TOKEN;
import static dev.sluice.access.Asking.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Guests.Guest;
import dev.sluice.access.Outcome.Decision;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SimLoops;
import dev.sluice.media.StreamName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules as the hub asks them. */
class AccessRulesTest {
  private static final StreamName NAME = StreamName.parse("live/a");

  private final SimLoops loops = new SimLoops(1);
  private final List<Decision> heard = new ArrayList<>();
  private final List<Runnable> wanted = new ArrayList<>();
  private Proof far = new Proof.Unknown("not there yet", wanted::add);

  private static Client client(@Nullable String token) {
    return new Client("T-1", "rtmp", "10.0.0.1", 4_000, token, "");
  }

  private AccessRules rules(Prover... provers) {
    return new AccessRules(
        Asking.book(rule("**", Restrictions.NONE, provers)),
        TOKEN,
        () -> Asking.NOW_MS,
        (_, decision) -> heard.add(decision));
  }

  private Prover far() {
    return new Prover() {
      @Override
      public String name() {
        return "far";
      }

      @Override
      public Reason missing() {
        return Reason.TOKEN_MISSING;
      }

      @Override
      public Proof check(Question question, long nowMs) {
        return far;
      }
    };
  }

  @Test
  void whatIsKnownIsAnsweredAtOnceAndTold() {
    AccessRules rules = rules(new TokenProver(List.of(TOKEN)));
    var first = new CompletableFuture<@Nullable Reason>();
    rules.publish(NAME, client(null), loops.loop(0), first::complete);
    var second = new CompletableFuture<@Nullable Reason>();
    rules.play(NAME, client("the secret token"), loops.loop(0), second::complete);
    assertThat(first).isCompletedWithValue(Reason.TOKEN_MISSING);
    assertThat(second).isCompletedWithValue(null);
    assertThat(heard).extracting(Decision::allowed).containsExactly(false, true);
  }

  @Test
  void withoutConfigurationTheTokenPublishesAndAnybodyPlays() {
    AccessRules rules = AccessRules.simple(TOKEN, false);
    var publishes = new CompletableFuture<@Nullable Reason>();
    rules.publish(NAME, client("wrong"), loops.loop(0), publishes::complete);
    var plays = new CompletableFuture<@Nullable Reason>();
    rules.play(NAME, client("wrong"), loops.loop(0), plays::complete);
    assertThat(publishes).isCompletedWithValue(Reason.TOKEN_WRONG);
    assertThat(plays).isCompletedWithValue(null);
    assertThat(rules.trusted("127.0.0.1")).isFalse();
    assertThat(AccessRules.simple(TOKEN, true).trusted("127.0.0.1")).isTrue();
  }

  @Test
  void whatIsNotKnownIsFoundOutAndAskedAgain() {
    AccessRules rules = rules(far());
    var answer = new CompletableFuture<@Nullable Reason>();
    rules.play(NAME, client(null), loops.loop(0), answer::complete);
    assertThat(answer).isNotDone();
    far = new Proof.Good("it is there", Limits.NONE);
    wanted.getFirst().run();
    assertThat(answer).as("not before the loop runs").isNotDone();
    loops.runFor(0);
    assertThat(answer).isCompletedWithValue(null);
    assertThat(heard).hasSize(1);
  }

  @Test
  void whatCannotBeFoundOutIsRefused() {
    AccessRules rules = rules(far());
    var answer = new CompletableFuture<@Nullable Reason>();
    rules.play(NAME, client(null), loops.loop(0), answer::complete);
    wanted.getFirst().run();
    loops.runFor(0);
    assertThat(answer).isCompletedWithValue(Reason.ACCESS_UNKNOWN);
    assertThat(heard.getFirst().why()).isEqualTo("not there yet");
  }

  private CompletableFuture<@Nullable Reason> enters(AccessRules rules, Guest guest) {
    var answer = new CompletableFuture<@Nullable Reason>();
    rules.admit(guest, answer::complete);
    return answer;
  }

  private Guest guest() {
    return new Guest(Action.PLAY, client(null), loops.loop(0));
  }

  @Test
  void whoIsSentToAnotherStreamIsInUnderItsRules() {
    far = new Proof.Sent(StreamName.parse("live/b"));
    AccessRules rules =
        new AccessRules(
            Asking.book(
                rule("live/a", Restrictions.NONE, far()),
                rule("live/b", Restrictions.NONE, Prover.ANYBODY)),
            TOKEN,
            () -> Asking.NOW_MS,
            (question, decision) -> {
              assertThat(question.asked()).isEqualTo(NAME);
              heard.add(decision);
            });
    Guest guest = guest();
    assertThat(enters(rules, guest)).isCompletedWithValue(null);
    assertThat(guest.name()).hasToString("live/b");
    assertThat(heard).extracting(Decision::rule).containsExactly("live/b");
    assertThat(rules.sessions().crowd(StreamName.parse("live/b")).stream()).isOne();
    assertThat(rules.sessions().crowd(NAME).stream()).isZero();
    assertThat(rules.explain(new Question(Action.PLAY, NAME, client(null))))
        .isInstanceOfSatisfying(
            Decision.class, decision -> assertThat(decision.rule()).isEqualTo("live/b"));
    var once = new CompletableFuture<@Nullable Reason>();
    rules.play(NAME, client(null), loops.loop(0), once::complete);
    assertThat(once).as("who is not to be counted").isCompletedWithValue(Reason.BACKEND_DENIED);
  }

  @Test
  void whoIsSentOnceMoreIsRefused() {
    far = new Proof.Sent(StreamName.parse("live/b"));
    Guest guest = guest();
    assertThat(enters(rules(far()), guest)).isCompletedWithValue(Reason.BACKEND_DENIED);
    assertThat(guest.name()).isEqualTo(NAME);
    assertThat(heard.getFirst().why()).isEqualTo("far: it is sent to another stream");
  }

  @Test
  void whoIsInAlreadyIsNotSent() {
    far = new Proof.Good("so far", Limits.NONE);
    AccessRules rules = rules(far());
    Guest guest = guest();
    assertThat(enters(rules, guest)).isCompletedWithValue(null);
    far = new Proof.Sent(StreamName.parse("live/b"));
    rules.sessions().recheck();
    rules.round();
    assertThat(guest.ended).isEqualTo(Reason.BACKEND_DENIED);
  }

  @Test
  void notMoreThanSoManyWait() {
    AccessRules rules = rules(far());
    var answers = new ArrayList<@Nullable Reason>();
    for (int i = 0; i < AccessRules.MAX_WAITING; i++) {
      rules.play(NAME, client(null), loops.loop(0), answers::add);
    }
    assertThat(answers).isEmpty();
    rules.play(NAME, client(null), loops.loop(0), answers::add);
    assertThat(answers).containsExactly(Reason.ACCESS_UNKNOWN);
    wanted.getFirst().run();
    loops.runFor(0);
    answers.clear();
    rules.play(NAME, client(null), loops.loop(0), answers::add);
    assertThat(answers).as("one has gone").isEmpty();
  }

  @ParameterizedTest(name = "wanted {0}, proxy {1}, container {2}: {3}")
  @CsvSource({
    "true, false, false, true",
    "false, false, false, false",
    "true, true, false, false",
    "true, false, true, false",
    "false, true, true, false"
  })
  void loopbackIsTrustedOnlyWhereItCanBe(
      boolean wanted, boolean proxy, boolean container, boolean trusted) {
    assertThat(AccessRules.trusts(wanted, proxy, container)).isEqualTo(trusted);
  }
}
