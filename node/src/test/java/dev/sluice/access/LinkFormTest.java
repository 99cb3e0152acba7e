package dev.sluice.access;

import static dev.sluice.access.Asking.NOW_MS;
import static dev.sluice.access.Asking.SIGNING;
import static dev.sluice.access.Asking.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Told;
import dev.sluice.media.StreamName;
import dev.sluice.testkit.Seeds;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Signed addresses; those of the first test were computed by another program. */
class LinkFormTest {
  private static final long END_MS = 1_800_000_000_000L;
  private static final LinkProver ALL = new LinkProver(SIGNING, EnumSet.allOf(LinkForm.class));
  private static final String OURS =
      "expires=1800000000&sig=WImNteNb9JT2gkihmPOx06Hei-edbXYF_XreC-aGq6I";
  private static final String OURS_FOR_ALICE =
      "expires=1800000000&ip=1&uid=alice&sessions=2"
          + "&sig=B4jq8yMp8xfgkAlS3k7PWVpbsC2xIfXlEuNEswEzu10";
  private static final String OURS_TO_PUBLISH =
      "expires=1800000000&sig=YrGBh_HWyCCm_9YDkl8llmHC55f68Y22aXINyzwPR4c";
  private static final String NGINX = "md5=fr7kyAG3Izk2aRfmyMoQAA&expires=1800000000";
  private static final String FLUSSONIC =
      "token=14981cd467796128d5e0ad37bca03dbc475bce3c-salt-1800000000-1790000000";
  private static final String FLUSSONIC_FOR_ALICE =
      "token=2f2c74c5e7a8cdd2ce1c3ef68c1c2112424d72e6-salt-1800000000-1790000000-alice";
  private static final String FLUSSONIC_ANY =
      "token=1bbf62a692a78deac690e10b42257a40edac05d9-salt-1800000000-1790000000";

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "SLUICE, PLAY, " + OURS + ", '', 0",
    "SLUICE, PLAY, " + OURS_FOR_ALICE + ", alice, 2",
    "SLUICE, PUBLISH, " + OURS_TO_PUBLISH + ", '', 0",
    "NGINX, PLAY, " + NGINX + ", '', 0",
    "FLUSSONIC, PLAY, " + FLUSSONIC + ", '', 0",
    "FLUSSONIC, PLAY, " + FLUSSONIC_FOR_ALICE + ", alice, 1",
    "FLUSSONIC_ANY_ADDRESS, PLAY, " + FLUSSONIC_ANY + ", '', 0"
  })
  void isGoodForWhatItIsSignedForAndNothingElse(
      LinkForm form, Action action, String query, String user, int sessions) {
    var prover = new LinkProver(SIGNING, Set.of(form));
    Question question = ask(action, "live/a", query);
    String why = user.isEmpty() ? "a signed address" : "a signed address for " + user;
    var good = (Proof.Good) prover.check(question, NOW_MS);
    String name = good.limits().tokenId();
    assertThat(good).isEqualTo(new Proof.Good(why, Limits.until(user, name, END_MS, sessions)));
    assertThat(name).startsWith("sha256:").hasSize(27);
    assertThat(prover.check(ask(action, "live/a", query + "&more=x"), NOW_MS))
        .as("nothing that is added gives it another name")
        .isEqualTo(good);
    assertThat(ALL.check(question, NOW_MS)).isEqualTo(good);

    assertThat(prover.check(question, END_MS - 1)).isEqualTo(good);
    assertThat(prover.check(question, END_MS))
        .isEqualTo(new Proof.Bad(Reason.LINK_EXPIRED, "it ended 0 s ago"));
    assertThat(prover.check(ask(action, "live/b", query), NOW_MS))
        .isNotInstanceOf(Proof.Good.class);
    assertThat(prover.check(ask(action, "x!live/a", query), NOW_MS))
        .isNotInstanceOf(Proof.Good.class);
    Action other = action == Action.PLAY ? Action.PUBLISH : Action.PLAY;
    assertThat(prover.check(ask(other, "live/a", query), NOW_MS)).isNotInstanceOf(Proof.Good.class);
    for (LinkForm another : LinkForm.values()) {
      if (another != form) {
        assertThat(new LinkProver(SIGNING, Set.of(another)).check(question, NOW_MS))
            .isNotInstanceOf(Proof.Good.class);
      }
    }
    assertThat(new LinkProver(new Token("another secret"), Set.of(form)).check(question, NOW_MS))
        .isInstanceOf(Proof.Bad.class);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({OURS, OURS_FOR_ALICE, NGINX, FLUSSONIC, FLUSSONIC_FOR_ALICE, FLUSSONIC_ANY})
  void everyChangedCharacterSpoilsIt(String query) {
    for (int i = 0; i < query.length(); i++) {
      for (char c : new char[] {'0', '1', 'a', '-'}) {
        String changed = query.substring(0, i) + c + query.substring(i + 1);
        if (changed.equals(query) || query.charAt(i) == '&' || query.charAt(i) == '=') {
          continue;
        }
        assertThat(ALL.check(ask(Action.PLAY, "live/a", changed), NOW_MS))
            .as(changed)
            .isNotInstanceOf(Proof.Good.class);
      }
      assertThat(ALL.check(ask(Action.PLAY, "live/a", query.substring(0, i)), NOW_MS))
          .as("the first %d characters", i)
          .isNotInstanceOf(Proof.Good.class);
    }
  }

  @Test
  void anAddressThatIsLeftOutOfTheLinkIsNotAskedFor() {
    Told told = ask(Action.PLAY, "live/a", OURS).client().told();
    var elsewhere =
        new Question(
            Action.PLAY,
            StreamName.parse("live/a"),
            new Client("T-1", "flv", "198.51.100.1", 1, null, "", told));
    assertThat(ALL.check(elsewhere, NOW_MS)).isInstanceOf(Proof.Good.class);
    Told bound = ask(Action.PLAY, "live/a", OURS_FOR_ALICE).client().told();
    var stolen =
        new Question(
            Action.PLAY,
            StreamName.parse("live/a"),
            new Client("T-1", "flv", "198.51.100.1", 1, null, "", bound));
    assertThat(ALL.check(stolen, NOW_MS)).isInstanceOf(Proof.Bad.class);
  }

  @Test
  void aTokenThatBeginsLaterIsNotGoodYet() {
    Question question = ask(Action.PLAY, "live/a", FLUSSONIC);
    assertThat(ALL.check(question, 1_790_000_000_000L)).isInstanceOf(Proof.Good.class);
    assertThat(ALL.check(question, 1_790_000_000_000L - 3_000))
        .isEqualTo(new Proof.Bad(Reason.LINK_WRONG, "it begins in 3 s"));
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void nothingOfTheKindIsMissing(Action action) {
    assertThat(ALL.check(ask(action, "live/a", "token=abc&expires=1800000000"), NOW_MS))
        .isEqualTo(new Proof.Missing());
  }

  @RepeatedTest(100)
  void whatIsSignedIsRead(RepetitionInfo run) {
    var random = Seeds.random(run);
    Action action = Action.values()[random.nextInt(2)];
    String user = random.nextBoolean() ? "" : "user-" + random.nextInt(1_000);
    String address = random.nextBoolean() ? "" : "192.0.2.7";
    int sessions = random.nextInt(3);
    long untilS = random.nextLong(1, 999_999_999_999L);
    String query = LinkForm.sign(action, "live/a", SIGNING, untilS, address, user, sessions);
    assertThat(ALL.check(ask(action, "live/a", query), untilS * 1_000 - 1))
        .isInstanceOfSatisfying(
            Proof.Good.class,
            good ->
                assertThat(good.limits().provedBy(""))
                    .isEqualTo(Limits.until(user, "", untilS * 1_000, sessions)));
  }

  @Test
  void aUserThatAUrlWouldNotCarryIsNotSigned() {
    for (String user : new String[] {"a b", "a&b", "a\nb", "a".repeat(65)}) {
      assertThatThrownBy(() -> LinkForm.sign(Action.PLAY, "live/a", SIGNING, 1, "", user, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
