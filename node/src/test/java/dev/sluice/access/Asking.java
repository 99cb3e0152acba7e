package dev.sluice.access;

import dev.sluice.access.Outcome.Decision;
import dev.sluice.hub.Client;
import dev.sluice.hub.Told;
import dev.sluice.media.StreamName;
import dev.sluice.media.StreamPattern;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions and rules of the tests. */
final class Asking {
  static final Token SIGNING = new Token("the signing secret");
  static final Token TOKEN = new Token("the secret token");

  /** One second before the links of the tests end. */
  static final long NOW_MS = 1_799_999_999_000L;

  private Asking() {}

  static Client client(String protocol, String address, @Nullable String token, Told told) {
    return new Client("T-1", protocol, address, 4_000, token, "", told);
  }

  /** Somebody at 192.0.2.7 with a query, whose {@code token} is the token. */
  static Question ask(Action action, String stream, String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    Told told = Told.of(parameters.getOrDefault("page", ""), parameters);
    return new Question(
        action,
        StreamName.parse(stream),
        client("flv", "192.0.2.7", parameters.get("token"), told));
  }

  static Question from(Action action, String protocol, String address) {
    return new Question(
        action, StreamName.parse("live/a"), client(protocol, address, null, Told.NOTHING));
  }

  static AccessRule rule(String pattern, Restrictions restrictions, Prover... provers) {
    return new AccessRule(
        pattern,
        StreamPattern.parse(pattern),
        Set.of(Action.PUBLISH, Action.PLAY),
        restrictions,
        List.of(provers));
  }

  static Rulebook book(AccessRule... rules) {
    return new Rulebook(
        List.of(rules), false, (name, key) -> key.equals("the key of " + name.path()));
  }

  static Decision decided(Rulebook book, Question question) {
    return (Decision) book.decide(question, NOW_MS);
  }
}
