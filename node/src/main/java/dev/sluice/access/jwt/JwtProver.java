package dev.sluice.access.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.access.Limits;
import dev.sluice.access.Proof;
import dev.sluice.access.Prover;
import dev.sluice.access.Question;
import dev.sluice.hub.Reason;
import java.text.ParseException;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whoever has a JSON web token. A signature that was right is remembered, since checking one costs
 * up to half a millisecond and players come with the same token again and again.
 */
public final class JwtProver implements Prover {
  /** Characters of the longest token. */
  static final int MAX_CHARS = 8_192;

  /** Characters of the longest key identifier that is looked for. */
  private static final int MAX_KEY_ID = 256;

  private final JwtSource source;
  private final JwtRules rules;
  private final VerifiedTokens verified = new VerifiedTokens();

  public JwtProver(JwtSource source, JwtRules rules) {
    this.source = source;
    this.rules = rules;
  }

  @Override
  public String name() {
    return "jwt";
  }

  @Override
  public Reason missing() {
    return Reason.TOKEN_MISSING;
  }

  @Override
  public Proof check(Question question, long nowMs) {
    String token = question.client().token();
    if (token == null || token.isEmpty()) {
      return new Proof.Missing();
    }
    if (token.length() > MAX_CHARS) {
      return wrong("longer than %d characters".formatted(MAX_CHARS));
    }
    JwtKeys keys = source.keys();
    JwtClaims known = verified.get(keys, token);
    if (known != null) {
      return named(rules.judge(known, question, nowMs), token);
    }
    SignedJWT jwt;
    JwtClaims claims;
    try {
      jwt = SignedJWT.parse(token);
      claims = claims(jwt.getJWTClaimsSet());
    } catch (ParseException | RuntimeException malformed) {
      return wrong("no signed JSON web token");
    }
    Proof fault = fault(jwt, keys);
    if (fault != null) {
      return fault;
    }
    verified.put(keys, token, claims);
    return named(rules.judge(claims, question, nowMs), token);
  }

  /** A token without a name of its own gets one of what is signed, which nobody can change. */
  private static Proof named(Proof proof, String token) {
    return proof instanceof Proof.Good(String why, Limits limits) && limits.tokenId().isEmpty()
        ? new Proof.Good(
            why, limits.provedBy(Limits.digest(token.substring(0, token.lastIndexOf('.')))))
        : proof;
  }

  /** What is wrong with the signature; null when it is right. */
  private @Nullable Proof fault(SignedJWT jwt, JwtKeys keys) {
    JWSHeader header = jwt.getHeader();
    String id = header.getKeyID();
    if (id != null && id.length() > MAX_KEY_ID) {
      return wrong("a key of too long a name");
    }
    List<JWSVerifier> candidates = keys.candidates(header.getAlgorithm(), id);
    for (JWSVerifier verifier : candidates) {
      if (isRight(jwt, verifier)) {
        return null;
      }
    }
    boolean known = id != null && keys.has(id);
    if (!known && source.mayHaveMore()) {
      return new Proof.Unknown("the key that it is signed with", source.lookup());
    }
    return wrong(candidates.isEmpty() ? "no key for it" : "the signature is not right");
  }

  private static boolean isRight(SignedJWT jwt, JWSVerifier verifier) {
    try {
      return jwt.verify(verifier);
    } catch (JOSEException | RuntimeException malformed) {
      return false;
    }
  }

  private static JwtClaims claims(@Nullable JWTClaimsSet set) throws ParseException {
    if (set == null) {
      throw new ParseException("no claims", 0);
    }
    return new JwtClaims(
        Objects.requireNonNullElse(set.getSubject(), ""),
        Objects.requireNonNullElse(set.getIssuer(), ""),
        List.copyOf(set.getAudience()),
        ms(set.getExpirationTime()),
        ms(set.getNotBeforeTime()),
        set.getClaims());
  }

  private static long ms(@Nullable Date date) {
    return date == null ? JwtClaims.ABSENT : date.toInstant().toEpochMilli();
  }

  private static Proof wrong(String why) {
    return new Proof.Bad(Reason.TOKEN_WRONG, why);
  }
}
