package dev.sluice.endpoint.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.AccessRule;
import dev.sluice.access.AccessRules;
import dev.sluice.access.Action;
import dev.sluice.access.LinkForm;
import dev.sluice.access.LinkProver;
import dev.sluice.access.LoginProver;
import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Restrictions;
import dev.sluice.access.Revocation;
import dev.sluice.access.Rulebook;
import dev.sluice.access.Token;
import dev.sluice.access.TokenProver;
import dev.sluice.media.StreamPattern;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What RTMP clients tell of themselves reaches the rules, and refusals come in RTMP's words. */
class RtmpAccessTest {
  private static final Token SIGNING = new Token("the signing secret");
  private static final List<AccessRule> RULES =
      List.of(
          AccessRule.general(
              "all",
              Action.PUBLISH,
              List.of(
                  new TokenProver(List.of(new Token("the-token"))),
                  new LoginProver(Map.of("alice", new Token("her-password"))))),
          AccessRule.general(
              "all", Action.PLAY, List.of(new LinkProver(SIGNING, Set.of(LinkForm.SLUICE)))),
          new AccessRule(
              "web",
              StreamPattern.parse("web/*"),
              Set.of(Action.PLAY, Action.PUBLISH),
              new Restrictions(Set.of("rtmp"), Set.of(), List.of(), List.of(), List.of()),
              List.of()));

  private final List<Decision> heard = new ArrayList<>();
  private long nowMs = 1_799_999_999_000L;
  private final AccessRules rules =
      new AccessRules(
          new Rulebook(RULES, false, (_, _) -> false),
          new Token("the-token"),
          () -> nowMs,
          (_, decision) -> heard.add(decision));
  private final RtmpFixture at = new RtmpFixture("defaults: {latency: 0}", rules);

  @AfterEach
  void close() {
    at.close();
  }

  @ParameterizedTest(name = "publishing {0}: {1}")
  @CsvSource({
    "live/a?token=the-token, ",
    "live/a?user=alice&pass=her-password, ",
    "live?username=alice&password=her-password/a, ",
    "live/a, NetStream.Publish.Denied",
    "live/a?token=wrong, NetStream.Publish.Denied",
    "live/a?user=alice&pass=wrong, NetStream.Publish.Denied",
    "web/a?token=the-token, NetStream.Publish.Denied"
  })
  void publishing(String stream, @Nullable String refusal) {
    RtmpPeer publisher = at.publisher(stream);
    assertThat(publisher.ready).isEqualTo(refusal == null);
    if (refusal != null) {
      assertThat(publisher.closed).contains(refusal).doesNotContain("all").doesNotContain("rule");
    }
    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst().rule()).isEqualTo(stream.startsWith("web") ? "web" : "all");
  }

  @Test
  void playing() {
    String query = LinkForm.sign(Action.PLAY, "live/a", SIGNING, 1_800_000_000L, "", "", 0);
    assertThat(at.player("live/a?" + query).ready).isTrue();
    assertThat(at.player("live/b?" + query).closed).contains("NetStream.Publish.Denied");
    assertThat(at.player("live/a").closed).contains("a signed address is needed here");
    assertThat(heard).extracting(Decision::allowed).containsExactly(true, false, false);
  }

  @Test
  void oneMoreThanAUserMayHaveIsTold() {
    String query = LinkForm.sign(Action.PLAY, "live/a", SIGNING, 1_800_000_000L, "", "alice", 1);
    RtmpPeer first = at.player("live/a?" + query);
    assertThat(first.ready).isTrue();
    assertThat(at.player("live/a?" + query).closed)
        .contains("NetStream.Publish.Denied")
        .contains("this user has as many sessions as are allowed");
    assertThat(rules.sessions().size()).isEqualTo(1);
    assertThat(first.closed).isNull();
  }

  @Test
  void whatIsTakenBackIsTold() throws IOException {
    String query = LinkForm.sign(Action.PLAY, "live/a", SIGNING, 1_800_000_000L, "", "alice", 0);
    RtmpPeer player = at.player("live/a?" + query);
    RtmpPeer publisher = at.publisher("live/a?user=alice&pass=her-password");
    rules.sessions().revoke(new Revocation.Subject(Revocation.Kind.USER, "alice"), 1_000);
    at.pass(1_000);
    assertThat(player.closed).contains("what would let you in was taken back");
    assertThat(publisher.closed).contains("what would let you in was taken back");
    assertThat(rules.sessions().size()).isZero();
    assertThat(at.publisher("live/a?user=alice&pass=her-password").ready).isFalse();
  }

  @Test
  void aSessionEndsWithItsAddress() {
    String query = LinkForm.sign(Action.PLAY, "live/a", SIGNING, 1_800_000_000L, "", "", 0);
    RtmpPeer player = at.player("live/a?" + query);
    rules.round();
    at.pass(1_000);
    assertThat(player.closed).isNull();
    nowMs = 1_800_000_000_000L;
    rules.round();
    at.pass(1_000);
    assertThat(player.closed).contains("the address has expired");
  }
}
