package dev.sluice.access;

import dev.sluice.hub.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whoever has one of a few secrets.
 *
 * @param tokens at least one
 */
public record TokenProver(List<Token> tokens) implements Prover {
  public TokenProver {
    tokens = List.copyOf(tokens);
  }

  @Override
  public String name() {
    return "token";
  }

  @Override
  public Reason missing() {
    return Reason.TOKEN_MISSING;
  }

  @Override
  public Proof check(Question question, long nowMs) {
    String given = question.client().token();
    if (given == null || given.isEmpty()) {
      return new Proof.Missing();
    }
    return matches(given)
        ? new Proof.Good("it has the token", Limits.NONE)
        : new Proof.Bad(Reason.TOKEN_WRONG, "not the token");
  }

  /** In a time that does not depend on which one it is. */
  private boolean matches(@Nullable String given) {
    boolean one = false;
    for (Token token : tokens) {
      one |= token.matches(given);
    }
    return one;
  }
}
