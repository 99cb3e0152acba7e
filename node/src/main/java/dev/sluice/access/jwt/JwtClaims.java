package dev.sluice.access.jwt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a token says.
 *
 * @param subject {@code sub}; empty when it has none
 * @param issuer {@code iss}; empty when it has none
 * @param audience {@code aud}; empty when it has none
 * @param expiresMs {@code exp}, UTC in milliseconds; {@link #ABSENT} when it has none
 * @param notBeforeMs {@code nbf}, likewise
 * @param claims all claims
 */
record JwtClaims(
    String subject,
    String issuer,
    List<String> audience,
    long expiresMs,
    long notBeforeMs,
    Map<String, Object> claims) {
  /** No time. */
  static final long ABSENT = Long.MIN_VALUE;

  /** Characters of the longest {@code jti} that is taken for a name. */
  static final int MAX_ID = 128;

  /** Texts of one claim; the rest is left out. */
  static final int MAX_TEXTS = 256;

  /**
   * A claim that is a list of texts, or one text; null when the token does not have it. What is
   * neither is an empty list: it was meant to allow something, and nobody knows what.
   */
  @Nullable List<String> texts(String name) {
    Object claim = claims.get(name);
    return switch (claim) {
      case null -> null;
      case String text -> List.of(text);
      case List<?> list -> {
        var texts = new ArrayList<String>();
        for (Object each : list) {
          if (each instanceof String text && texts.size() < MAX_TEXTS) {
            texts.add(text);
          }
        }
        yield texts;
      }
      default -> List.of();
    };
  }

  /** {@code jti}; empty when there is none, or it is too long to be a name. */
  String id() {
    return claims.get("jti") instanceof String id && id.length() <= MAX_ID ? id : "";
  }

  /** A claim that is a whole number from 0 on; 0 when it is not there or is none. */
  int number(String name) {
    return claims.get(name) instanceof Number number
        ? (int) Math.clamp(number.longValue(), 0, Integer.MAX_VALUE)
        : 0;
  }
}
