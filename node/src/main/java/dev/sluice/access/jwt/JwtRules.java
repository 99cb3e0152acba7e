package dev.sluice.access.jwt;

import dev.sluice.access.Action;
import dev.sluice.access.Limits;
import dev.sluice.access.Proof;
import dev.sluice.access.Question;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamPattern;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a token has to say so that its bearer may do something.
 *
 * @param dialect whose claims they are
 * @param issuer what {@code iss} has to be; null for anything
 * @param audience what {@code aud} has to name; null when tokens are to have none
 * @param maxLifetimeMs how long a token may still be good at most; 0 for no bound
 * @param skewMs by how much clocks may differ
 */
public record JwtRules(
    Dialect dialect,
    @Nullable String issuer,
    @Nullable String audience,
    long maxLifetimeMs,
    long skewMs) {

  /** Whose claims they are. */
  public enum Dialect {
    /** Ours: {@code publish} and {@code play} list the streams. */
    SLUICE,
    /** Red5's: {@code roles}, {@code red5-transport}, {@code red5-room}. */
    RED5
  }

  private static final long MS_PER_S = 1_000;
  private static final String PUBLISHER = "red5-publisher";
  private static final String SUBSCRIBER = "red5-subscriber";

  /** Judges a token whose signature is right. */
  Proof judge(JwtClaims claims, Question question, long nowMs) {
    Proof bad = general(claims, nowMs);
    if (bad == null) {
      bad =
          switch (dialect) {
            case SLUICE -> ours(claims, question);
            case RED5 -> red5(claims, question);
          };
    }
    if (bad != null) {
      return bad;
    }
    String user = shown(claims.subject());
    long untilMs = claims.expiresMs() + skewMs;
    return new Proof.Good(
        user.isEmpty() ? "a JSON web token" : "a JSON web token of " + user,
        Limits.until(claims.subject(), claims.id(), untilMs, claims.number("sessions")));
  }

  private @Nullable Proof general(JwtClaims claims, long nowMs) {
    if (claims.expiresMs() == JwtClaims.ABSENT) {
      return wrong("it has no exp");
    }
    if (nowMs - skewMs >= claims.expiresMs()) {
      long ago = (nowMs - claims.expiresMs()) / MS_PER_S;
      return new Proof.Bad(Reason.TOKEN_EXPIRED, "it ended %d s ago".formatted(ago));
    }
    if (claims.notBeforeMs() != JwtClaims.ABSENT && nowMs + skewMs < claims.notBeforeMs()) {
      return wrong("it begins in %d s".formatted((claims.notBeforeMs() - nowMs) / MS_PER_S));
    }
    if (maxLifetimeMs > 0 && claims.expiresMs() - nowMs > maxLifetimeMs + skewMs) {
      return wrong("it is good for longer than allowed");
    }
    if (issuer != null && !issuer.equals(claims.issuer())) {
      return wrong("it is of another issuer");
    }
    boolean forUs =
        audience == null ? claims.audience().isEmpty() : claims.audience().contains(audience);
    return forUs ? null : wrong("it is for another audience");
  }

  /** {@code ip}, and {@code publish} or {@code play}: patterns; without, nothing is allowed. */
  private static @Nullable Proof ours(JwtClaims claims, Question question) {
    Client client = question.client();
    List<String> addresses = claims.texts("ip");
    if (addresses != null && !addresses.contains(client.address())) {
      return wrong("it is for another address");
    }
    List<String> streams = claims.texts(question.action().label());
    if (streams == null) {
      return wrong("it does not say what may be " + done(question.action()));
    }
    for (String text : streams) {
      StreamPattern pattern = StreamPattern.parseOrNull(text);
      if (pattern != null && pattern.matches(question.stream())) {
        return null;
      }
    }
    return wrong("it is for other streams");
  }

  private static String done(Action action) {
    return switch (action) {
      case PUBLISH -> "published";
      case PLAY -> "played";
    };
  }

  private static @Nullable Proof red5(JwtClaims claims, Question question) {
    List<String> roles = claims.texts("roles");
    if (roles != null && !roles.isEmpty()) {
      String needed = question.action() == Action.PUBLISH ? PUBLISHER : SUBSCRIBER;
      if (!roles.contains(needed)) {
        return wrong("it has no role " + needed);
      }
    }
    List<String> transports = claims.texts("red5-transport");
    String transport = transport(question.client().protocol());
    if (transports != null && transports.stream().noneMatch(transport::equalsIgnoreCase)) {
      return wrong("it is not for " + transport);
    }
    List<String> rooms = claims.texts("red5-room");
    return rooms == null || rooms.contains(room(question)) ? null : wrong("it is for other rooms");
  }

  /** As Red5 names it; what it does not name goes by our label. */
  private static String transport(String protocol) {
    return switch (protocol) {
      case "rtmp", "rtmps" -> "RTMP";
      default -> protocol.toUpperCase(Locale.ROOT);
    };
  }

  /** What stands between app and stream; the room that no list has where nothing does. */
  private static String room(Question question) {
    List<String> elements = question.stream().elements();
    return elements.size() < 3 ? "\0" : String.join("/", elements.subList(1, elements.size() - 1));
  }

  /** A subject as a log may show it. */
  private static String shown(String subject) {
    String printable = subject.replaceAll("[^\\x21-\\x7E]", "?");
    return printable.length() > 64 ? printable.substring(0, 64) : printable;
  }

  private static Proof wrong(String why) {
    return new Proof.Bad(Reason.TOKEN_WRONG, why);
  }
}
