package dev.sluice.access;

import static dev.sluice.access.Asking.NOW_MS;
import static dev.sluice.access.Asking.ask;
import static dev.sluice.access.Asking.book;
import static dev.sluice.access.Asking.decided;
import static dev.sluice.access.Asking.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Outcome.Later;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order in which rules decide. */
class RulebookTest {
  private static final Prover TOKEN = new TokenProver(List.of(Asking.TOKEN));
  private static final Prover USER =
      new LoginProver(Map.of("alice", new Token("alices password"), "bob", new Token("bobs pass")));
  private static final Prover SIGNED = new LinkProver(Asking.SIGNING, Set.of(LinkForm.SLUICE));
  private static final Restrictions NO_RTMP =
      new Restrictions(Set.of("rtmp"), Set.of(), List.of(), List.of(), List.of());

  @ParameterizedTest(name = "{0} by {1}")
  @CsvSource({
    "live/a, live/a",
    "live/cam-1, live/cam-*",
    "live/b, live/*",
    "live/b/c, live/**",
    "other, **",
    "a.example!other, a.example!**"
  })
  void theMostSpecificRuleHolds(String stream, String rule) {
    Rulebook book =
        book(
            rule("**", Restrictions.NONE),
            rule("live/**", Restrictions.NONE),
            rule("live/*", Restrictions.NONE),
            rule("live/cam-*", Restrictions.NONE),
            rule("a.example!**", Restrictions.NONE),
            rule("live/a", Restrictions.NONE));
    assertThat(decided(book, ask(Action.PLAY, stream, "")))
        .isEqualTo(Decision.no(Reason.NOBODY, rule, "nobody may"));
  }

  @Test
  void ofEquallySpecificRulesTheFirstHolds() {
    Rulebook book =
        book(
            rule("live/a*", Restrictions.NONE), rule("live/*b", Restrictions.NONE, Prover.ANYBODY));
    assertThat(decided(book, ask(Action.PLAY, "live/ab", "")).rule()).isEqualTo("live/a*");
  }

  @Test
  void aRuleIsAboutItsActionsOnly() {
    Rulebook book =
        book(
            AccessRule.general("play", Action.PLAY, List.of(Prover.ANYBODY)),
            AccessRule.general("publish", Action.PUBLISH, List.of(TOKEN)));
    assertThat(decided(book, ask(Action.PLAY, "live/a", "")).allowed()).isTrue();
    Decision publishing = decided(book, ask(Action.PUBLISH, "live/a", ""));
    assertThat(publishing.refusal()).isEqualTo(Reason.TOKEN_MISSING);
    assertThat(publishing.rule()).isEqualTo("publish");
  }

  @Test
  void withoutAnyRuleNobodyMay() {
    assertThat(decided(book(), ask(Action.PLAY, "live/a", "")).refusal()).isEqualTo(Reason.NOBODY);
  }

  @Test
  void anotherNodeMayPlayWhateverViewersNeedAndMayNotPublish() {
    Rulebook book = book(rule("**", Restrictions.NONE));
    Decision plays = decided(book, Asking.from(Action.PLAY, Client.OF_NODE, "192.0.2.1"));
    assertThat(plays.allowed()).isTrue();
    assertThat(plays.rule()).isEqualTo(Rulebook.NODE);
    assertThat(decided(book, Asking.from(Action.PUBLISH, Client.OF_NODE, "192.0.2.1")).allowed())
        .isFalse();
  }

  @Test
  void listsComeBeforeProofsAndKeysAndThisHost() {
    var book = new Rulebook(List.of(rule("**", NO_RTMP, Prover.ANYBODY)), true, (_, _) -> true);
    for (Action action : Action.values()) {
      Decision decision = decided(book, Asking.from(action, "rtmp", "127.0.0.1"));
      assertThat(decision.refusal()).isEqualTo(Reason.PROTOCOL_DENIED);
      assertThat(decision.why()).isEqualTo("protocol rtmp");
    }
  }

  @Test
  void whereNobodyMayAKeyDoesNotHelpNorThisHost() {
    var book = new Rulebook(List.of(rule("**", Restrictions.NONE)), true, (_, _) -> true);
    assertThat(decided(book, Asking.from(Action.PUBLISH, "rtmp", "127.0.0.1")).refusal())
        .isEqualTo(Reason.NOBODY);
  }

  @Test
  void theKeyOfASourcePublishesAndDoesNotPlay() {
    Rulebook book = book(rule("**", Restrictions.NONE, TOKEN));
    String key = "token=the key of live/a";
    assertThat(decided(book, ask(Action.PUBLISH, "live/a", key)).allowed()).isTrue();
    assertThat(decided(book, ask(Action.PUBLISH, "live/b", key)).refusal())
        .isEqualTo(Reason.TOKEN_WRONG);
    assertThat(decided(book, ask(Action.PLAY, "live/a", key)).refusal())
        .isEqualTo(Reason.TOKEN_WRONG);
  }

  @ParameterizedTest(name = "{0} from {1}, trusted {2}: {3}")
  @CsvSource({
    "PUBLISH, 127.0.0.1, true, true",
    "PUBLISH, 127.8.9.10, true, true",
    "PUBLISH, ::1, true, true",
    "PUBLISH, 0:0:0:0:0:0:0:1, true, true",
    "PUBLISH, ::ffff:127.0.0.1, true, true",
    "PUBLISH, 127.0.0.1, false, false",
    "PUBLISH, 128.0.0.1, true, false",
    "PUBLISH, localhost, true, false", // a name is not an address
    "PLAY, 127.0.0.1, true, false" // who guards playing guards it from everybody
  })
  void publishersFromThisHost(Action action, String address, boolean trust, boolean allowed) {
    var book = new Rulebook(List.of(rule("**", Restrictions.NONE, TOKEN)), trust, (_, _) -> false);
    assertThat(decided(book, Asking.from(action, "rtmp", address)).allowed()).isEqualTo(allowed);
    if (action == Action.PUBLISH) {
      assertThat(book.trusts(address)).isEqualTo(allowed);
    }
  }

  @ParameterizedTest(name = "with {0}: {1}")
  @CsvSource({
    "'', TOKEN_MISSING, 'token: not given, user: not given, signed: not given'",
    "token=, TOKEN_MISSING, 'token: not given, user: not given, signed: not given'",
    "token=wrong, TOKEN_WRONG, 'token: not the token, user: not given, signed: not given'",
    "token=the secret token, , it has the token",
    "user=alice&pass=alices password, , user alice",
    "username=bob&password=bobs pass, , user bob",
    "token=wrong&user=alice&pass=alices password, , user alice",
    "user=alice&pass=bobs pass, LOGIN_WRONG, 'token: not given, user: wrong password, signed: not"
        + " given'",
    "user=eve&pass=nobody has this password, LOGIN_WRONG, 'token: not given, user: no such user,"
        + " signed: not given'",
    "user=alice, TOKEN_MISSING, 'token: not given, user: not given, signed: not given'",
    "sig=x&expires=1800000000, LINK_WRONG, 'token: not given, user: not given, signed: the"
        + " signature is not right'"
  })
  void anyProofSuffices(String query, @Nullable Reason refusal, String why) {
    Rulebook book = book(rule("**", Restrictions.NONE, TOKEN, USER, SIGNED));
    Decision decision = decided(book, ask(Action.PLAY, "live/a", query));
    assertThat(decision.refusal()).isEqualTo(refusal);
    assertThat(decision.why()).isEqualTo(why);
    assertThat(decision.toString())
        .doesNotContain("alices password", "bobs pass", "the secret token");
  }

  @Test
  void aUserIsToldInTheLimits() {
    Rulebook book = book(rule("**", Restrictions.NONE, USER));
    Question question = ask(Action.PLAY, "live/a", "user=alice&pass=alices password");
    assertThat(decided(book, question).limits()).isEqualTo(Limits.of("alice"));
  }

  @Test
  void whatOneProofCannotTellAnotherMay() {
    Prover unknown =
        new Prover() {
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
            return new Proof.Unknown("what the far one says", Lookup.NONE);
          }
        };
    Rulebook book = book(rule("**", Restrictions.NONE, unknown, TOKEN));
    assertThat(book.decide(ask(Action.PLAY, "live/a", "token=wrong"), NOW_MS))
        .isEqualTo(new Later("**", "what the far one says", Lookup.NONE));
    assertThat(decided(book, ask(Action.PLAY, "live/a", "token=the secret token")).allowed())
        .isTrue();
  }
}
