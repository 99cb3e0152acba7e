package dev.sluice.access.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Action;
import dev.sluice.access.Limits;
import dev.sluice.access.Proof;
import dev.sluice.access.Question;
import dev.sluice.access.jwt.JwtRules.Dialect;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a token says, and what follows. */
class JwtRulesTest {
  private static final long NOW_MS = 1_000_000_000_000L;
  private static final JwtRules OURS = new JwtRules(Dialect.SLUICE, null, null, 0, 10_000);
  private static final JwtRules RED5 = new JwtRules(Dialect.RED5, null, null, 0, 0);

  private static JwtClaims claims(Map<String, Object> claims) {
    return new JwtClaims("bob", "", List.of(), NOW_MS + 60_000, JwtClaims.ABSENT, claims);
  }

  private static Question ask(Action action, String stream, String protocol) {
    return new Question(
        action, StreamName.parse(stream), new Client("T-1", protocol, "192.0.2.7", 1, "token", ""));
  }

  private static @Nullable String why(Proof proof) {
    if (proof instanceof Proof.Bad bad) {
      assertThat(bad.reason()).isIn(Reason.TOKEN_WRONG, Reason.TOKEN_EXPIRED);
      return bad.why();
    }
    assertThat(proof).isInstanceOf(Proof.Good.class);
    return null;
  }

  @ParameterizedTest(name = "exp {0} s, nbf {1} s from now: {2}")
  @CsvSource({
    "1, , ",
    "-9, , ", // within the skew
    "-10, , it ended 10 s ago",
    "60, 0, ",
    "60, 10, ",
    "60, 11, it begins in 11 s",
    "60, -100, ",
    ", , it has no exp"
  })
  void times(@Nullable Long expires, @Nullable Long begins, @Nullable String why) {
    var claims =
        new JwtClaims(
            "",
            "",
            List.of(),
            expires == null ? JwtClaims.ABSENT : NOW_MS + expires * 1_000,
            begins == null ? JwtClaims.ABSENT : NOW_MS + begins * 1_000,
            Map.of("play", "**"));
    assertThat(why(OURS.judge(claims, ask(Action.PLAY, "live/a", "hls"), NOW_MS))).isEqualTo(why);
  }

  @Test
  void aTokenThatIsGoodForTooLongIsNotGood() {
    var rules = new JwtRules(Dialect.SLUICE, null, null, 50_000, 10_000);
    JwtClaims claims = claims(Map.of("play", "**"));
    Question question = ask(Action.PLAY, "live/a", "hls");
    assertThat(rules.judge(claims, question, NOW_MS)).isInstanceOf(Proof.Good.class);
    assertThat(why(rules.judge(claims, question, NOW_MS - 1)))
        .isEqualTo("it is good for longer than allowed");
  }

  @ParameterizedTest(name = "iss {0} and aud {1} where {2} and {3} are wanted: {4}")
  @CsvSource({
    "'', '', , , ",
    "us, '', , , ",
    "us, '', us, , ",
    "them, '', us, , it is of another issuer",
    "'', '', us, , it is of another issuer",
    "'', me, , me, ",
    "'', me you, , you, ",
    "'', me, , you, it is for another audience",
    "'', '', , me, it is for another audience",
    "'', me, , , it is for another audience" // RFC 7519, section 4.1.3
  })
  void issuerAndAudience(
      String issuer,
      String audience,
      @Nullable String wantedIssuer,
      @Nullable String wantedAudience,
      @Nullable String why) {
    var rules = new JwtRules(Dialect.SLUICE, wantedIssuer, wantedAudience, 0, 0);
    var claims =
        new JwtClaims(
            "",
            issuer,
            audience.isEmpty() ? List.of() : List.of(audience.split(" ", -1)),
            NOW_MS + 1,
            JwtClaims.ABSENT,
            Map.of("play", "**"));
    assertThat(why(rules.judge(claims, ask(Action.PLAY, "live/a", "hls"), NOW_MS))).isEqualTo(why);
  }

  @ParameterizedTest(name = "{0} with {1} and {2}: {3}")
  @CsvSource({
    "PLAY, live/a, , ",
    "PLAY, live/*, , ",
    "PLAY, other/* live/a, , ",
    "PLAY, other/*, , it is for other streams",
    "PLAY, , live/a, it does not say what may be played",
    "PUBLISH, live/a, , it does not say what may be published",
    "PUBLISH, , live/a, ",
    "PUBLISH, , live/b, it is for other streams"
  })
  void ourClaimsListStreams(
      Action action, @Nullable String play, @Nullable String publish, @Nullable String why) {
    var claims = new HashMap<String, Object>();
    if (play != null) {
      claims.put("play", List.of(play.split(" ", -1)));
    }
    if (publish != null) {
      claims.put("publish", publish);
    }
    assertThat(why(OURS.judge(claims(claims), ask(action, "live/a", "rtmp"), NOW_MS)))
        .isEqualTo(why);
  }

  @ParameterizedTest(name = "jti {0}: {1}")
  @CsvSource({"a-name, a-name", ", ''"})
  void aTokenMayHaveAName(@Nullable String jti, String name) {
    Map<String, Object> claims = new HashMap<>(Map.of("play", "**"));
    claims.put("jti", jti);
    assertThat(name(claims)).isEqualTo(name);
    claims.put("jti", 7);
    assertThat(name(claims)).as("no text").isEmpty();
    claims.put("jti", "x".repeat(JwtClaims.MAX_ID));
    assertThat(name(claims)).hasSize(JwtClaims.MAX_ID);
    claims.put("jti", "x".repeat(JwtClaims.MAX_ID + 1));
    assertThat(name(claims)).as("too long").isEmpty();
  }

  private static String name(Map<String, Object> claims) {
    Proof proof = OURS.judge(claims(claims), ask(Action.PLAY, "live/a", "hls"), NOW_MS);
    assertThat(proof).isInstanceOf(Proof.Good.class);
    return ((Proof.Good) proof).limits().tokenId();
  }

  @Test
  void ourClaimsMayBindToAnAddressAndLimitSessions() {
    Question question = ask(Action.PLAY, "live/a", "hls");
    JwtClaims bound = claims(Map.of("play", "**", "ip", "192.0.2.7", "sessions", 3L));
    assertThat(OURS.judge(bound, question, NOW_MS))
        .isEqualTo(
            new Proof.Good("a JSON web token of bob", Limits.until("bob", "", NOW_MS + 70_000, 3)));
    JwtClaims others = claims(Map.of("play", "**", "ip", List.of("192.0.2.8")));
    assertThat(why(OURS.judge(others, question, NOW_MS))).isEqualTo("it is for another address");
    JwtClaims odd = claims(Map.of("play", "**", "ip", 7));
    assertThat(why(OURS.judge(odd, question, NOW_MS))).isEqualTo("it is for another address");
  }

  @ParameterizedTest(name = "roles {0}: publish {1}, play {2}")
  @CsvSource({
    ", true, true", // absent: both
    "'', true, true",
    "red5-publisher, true, false",
    "red5-subscriber, false, true",
    "red5-publisher red5-subscriber, true, true",
    "admin, false, false",
    "Red5-Publisher, false, false" // case counts
  })
  void rolesOfRed5(@Nullable String roles, boolean publish, boolean play) {
    Map<String, Object> claims =
        roles == null
            ? Map.of()
            : Map.of("roles", roles.isEmpty() ? List.of() : List.of(roles.split(" ", -1)));
    for (Action action : Action.values()) {
      Proof proof = RED5.judge(claims(claims), ask(action, "live/a", "rtmp"), NOW_MS);
      assertThat(why(proof) == null).isEqualTo(action == Action.PUBLISH ? publish : play);
    }
  }

  @ParameterizedTest(name = "transports {0}, {1}: {2}")
  @CsvSource({
    ", hls, true",
    "RTMP, rtmp, true",
    "rtmp, rtmps, true",
    "RTMP WHIP, hls, false",
    "WHEP, rtmp, false",
    "HLS, hls, true",
    "'', rtmp, false" // a list without any
  })
  void transportsOfRed5(@Nullable String transports, String protocol, boolean allowed) {
    Map<String, Object> claims =
        transports == null
            ? Map.of()
            : Map.of(
                "red5-transport",
                transports.isEmpty() ? List.of() : List.of(transports.split(" ", -1)));
    Proof proof = RED5.judge(claims(claims), ask(Action.PLAY, "live/a", protocol), NOW_MS);
    assertThat(why(proof) == null).isEqualTo(allowed);
  }

  @ParameterizedTest(name = "rooms {0}, {1}: {2}")
  @CsvSource({
    ", live/a, true",
    "one, live/one/a, true",
    "one two, live/two/a, true",
    "one, live/two/a, false",
    "one, live/a, false", // no room
    "one, a, false",
    "one/two, live/one/two/a, true",
    "'', live/a, false"
  })
  void roomsOfRed5(@Nullable String rooms, String stream, boolean allowed) {
    Map<String, Object> claims =
        rooms == null ? Map.of() : Map.of("red5-room", List.of(rooms.split(" ", -1)));
    Proof proof = RED5.judge(claims(claims), ask(Action.PLAY, stream, "rtmp"), NOW_MS);
    assertThat(why(proof) == null).isEqualTo(allowed);
  }

  @Test
  void aSubjectIsShownAsALogMayShowIt() {
    var claims =
        new JwtClaims(
            "a\nb" + "x".repeat(100),
            "",
            List.of(),
            NOW_MS + 1,
            JwtClaims.ABSENT,
            Map.of("play", "**"));
    assertThat(OURS.judge(claims, ask(Action.PLAY, "live/a", "hls"), NOW_MS))
        .isInstanceOfSatisfying(
            Proof.Good.class,
            good -> assertThat(good.why()).isEqualTo("a JSON web token of a?b" + "x".repeat(61)));
  }
}
