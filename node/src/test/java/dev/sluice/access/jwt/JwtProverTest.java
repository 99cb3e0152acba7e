package dev.sluice.access.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.access.Action;
import dev.sluice.access.Limits;
import dev.sluice.access.Lookup;
import dev.sluice.access.Proof;
import dev.sluice.access.Question;
import dev.sluice.access.jwt.JwtRules.Dialect;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that another program has signed, and what is wrong with others. */
class JwtProverTest {
  private static final long END_MS = 1_800_000_000_000L;
  private static final long NOW_MS = END_MS - 1_000;
  private static final JwtRules RULES = new JwtRules(Dialect.SLUICE, null, null, 0, 0);

  private static JwtProver prover(JwtKeys keys) {
    return new JwtProver(JwtSource.of(keys), RULES);
  }

  private static Question playing(@Nullable String token) {
    return new Question(
        Action.PLAY,
        StreamName.parse("live/a"),
        new Client("T-1", "hls", "192.0.2.7", 1, token, ""));
  }

  @ParameterizedTest(name = "{0} by {1}")
  @CsvSource({
    "HS256, secret",
    "HS512, secret",
    "RS256, keys.json",
    "RS512, keys.json",
    "ES256, keys.json",
    "ES384, keys.json",
    "RS256, rsa-public.pem",
    "ES256, ec256-cert.pem",
    "ES384, ec384-public.pem"
  })
  void aTokenIsCheckedWithItsKey(String algorithm, String keys) {
    JwtProver prover =
        prover(keys.equals("secret") ? JwtKeys.ofSecret(Vectors.SECRET) : Vectors.keys(keys));
    String token = Vectors.token(algorithm);
    String name = Limits.digest(token.substring(0, token.lastIndexOf('.')));
    var good = new Proof.Good("a JSON web token of alice", Limits.until("alice", name, END_MS, 0));
    for (int i = 0; i < 2; i++) { // checked, then remembered
      assertThat(prover.check(playing(token), NOW_MS)).isEqualTo(good);
      assertThat(prover.check(playing(token), END_MS))
          .isEqualTo(new Proof.Bad(Reason.TOKEN_EXPIRED, "it ended 0 s ago"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "confused", "HS256", "HS512"})
  void aTokenDoesNotChooseHowItIsChecked(String token) {
    for (String keys : new String[] {"keys.json", "rsa-public.pem"}) {
      assertThat(prover(Vectors.keys(keys)).check(playing(Vectors.token(token)), NOW_MS))
          .isInstanceOfSatisfying(
              Proof.Bad.class, bad -> assertThat(bad.reason()).isEqualTo(Reason.TOKEN_WRONG));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS256", "RS256", "ES256"})
  void everyChangeSpoilsASignature(String algorithm) {
    JwtProver prover = prover(JwtKeys.ofSecret(Vectors.SECRET).and(Vectors.keys("keys.json")));
    String token = Vectors.token(algorithm);
    for (int i = 0; i < token.length(); i += 3) {
      assertThat(prover.check(playing(token.substring(0, i)), NOW_MS))
          .as("the first %d characters", i)
          .isNotInstanceOf(Proof.Good.class);
      char other = token.charAt(i) == 'x' ? 'y' : 'x';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(prover.check(playing(changed), NOW_MS))
          .as("character %d", i)
          .isNotInstanceOf(Proof.Good.class);
    }
    assertThat(prover.check(playing(token), NOW_MS)).isInstanceOf(Proof.Good.class);
  }

  @Test
  void nothingIsMissingAndOtherThingsAreNoTokens() {
    JwtProver prover = prover(JwtKeys.ofSecret(Vectors.SECRET));
    assertThat(prover.check(playing(null), NOW_MS)).isEqualTo(new Proof.Missing());
    assertThat(prover.check(playing(""), NOW_MS)).isEqualTo(new Proof.Missing());
    for (String text : new String[] {"abc", "a.b.c", "..", ".", "e30.e30.", "\u0000"}) {
      assertThat(prover.check(playing(text), NOW_MS))
          .isEqualTo(new Proof.Bad(Reason.TOKEN_WRONG, "no signed JSON web token"));
    }
  }

  @Test
  void theLongestTokenIsReadAndOneMoreIsNot() {
    JwtProver prover = prover(JwtKeys.ofSecret(Vectors.SECRET));
    String head = Vectors.token("HS256");
    String longest = head + "x".repeat(JwtProver.MAX_CHARS - head.length());
    assertThat(prover.check(playing(longest), NOW_MS))
        .isEqualTo(new Proof.Bad(Reason.TOKEN_WRONG, "the signature is not right"));
    assertThat(prover.check(playing(longest + "x"), NOW_MS))
        .isEqualTo(new Proof.Bad(Reason.TOKEN_WRONG, "longer than 8192 characters"));
  }

  @Test
  void aKeyThatIsNotKnownMayYetBeFound() {
    var more = new AtomicBoolean(true);
    JwtKeys[] keys = {JwtKeys.NONE};
    var prover =
        new JwtProver(
            new JwtSource() {
              @Override
              public JwtKeys keys() {
                return keys[0];
              }

              @Override
              public boolean mayHaveMore() {
                return more.get();
              }

              @Override
              public Lookup lookup() {
                return Lookup.NONE;
              }
            },
            RULES);
    Question question = playing(Vectors.token("ES256"));
    assertThat(prover.check(question, NOW_MS))
        .isEqualTo(new Proof.Unknown("the key that it is signed with", Lookup.NONE));
    more.set(false);
    assertThat(prover.check(question, NOW_MS))
        .isEqualTo(new Proof.Bad(Reason.TOKEN_WRONG, "no key for it"));
    keys[0] = Vectors.keys("keys.json");
    assertThat(prover.check(question, NOW_MS)).isInstanceOf(Proof.Good.class);
    keys[0] = Vectors.keys("rsa-public.pem"); // withdrawn: what was remembered does not count
    assertThat(prover.check(question, NOW_MS)).isInstanceOf(Proof.Bad.class);
  }

  @Test
  void notAllTokensAreRemembered() {
    var verified = new VerifiedTokens();
    JwtKeys keys = JwtKeys.ofSecret(Vectors.SECRET);
    var claims = new JwtClaims("", "", java.util.List.of(), 0, 0, Map.of());
    for (int i = 0; i < 3 * VerifiedTokens.MAX_GENERATION; i++) {
      verified.put(keys, "token " + i, claims);
    }
    assertThat(verified.size()).isEqualTo(2 * VerifiedTokens.MAX_GENERATION);
    assertThat(verified.get(keys, "token " + (3 * VerifiedTokens.MAX_GENERATION - 1))).isNotNull();
    assertThat(verified.get(keys, "token 0")).isNull();
    assertThat(verified.get(JwtKeys.NONE, "token 20000")).isNull();
  }

  @Test
  void claimsThatAreNoneOfTheirKindLetNobodyIn() throws JOSEException {
    JwtProver prover = prover(JwtKeys.ofSecret(Vectors.SECRET));
    for (Object play : new Object[] {7, Map.of("a", "b"), "", "live/**/x", "other/*", true}) {
      var set =
          new JWTClaimsSet.Builder()
              .claim("exp", END_MS / 1_000)
              .claim("play", play)
              .subject("bob")
              .build();
      assertThat(prover.check(playing(signed(set)), NOW_MS))
          .isEqualTo(new Proof.Bad(Reason.TOKEN_WRONG, "it is for other streams"));
    }
    var none = new JWTClaimsSet.Builder().claim("exp", END_MS / 1_000).build();
    assertThat(prover.check(playing(signed(none)), NOW_MS))
        .isEqualTo(new Proof.Bad(Reason.TOKEN_WRONG, "it does not say what may be played"));
  }

  private static String signed(JWTClaimsSet set) throws JOSEException {
    var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), set);
    jwt.sign(new MACSigner(Vectors.SECRET));
    return jwt.serialize();
  }

  /** With a signature that is right, so that what is in it is read, and as it is. */
  @FuzzTest
  void anyTextIsJudged(byte[] input) throws JOSEException {
    JwtProver prover = prover(JwtKeys.ofSecret(Vectors.SECRET).and(Vectors.keys("keys.json")));
    String text = new String(input, UTF_8);
    assertThat(prover.check(playing(text), END_MS)).isNotInstanceOf(Proof.Good.class);
    assertThat(prover.check(playing(Vectors.signed(input)), NOW_MS)).isNotNull();
    try {
      assertThat(JwtKeys.parse(text).size()).isPositive();
    } catch (dev.sluice.wire.MalformedException malformed) {
      assertThat(Objects.requireNonNull(malformed.getMessage())).isNotEmpty();
    }
  }
}
