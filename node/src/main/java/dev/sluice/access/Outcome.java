package dev.sluice.access;

import dev.sluice.hub.Reason;
import org.jspecify.annotations.Nullable;

/** What becomes of a {@link Question}. */
public sealed interface Outcome {

  /**
   * It is answered.
   *
   * @param refusal null for yes
   * @param rule name of the rule that decided
   * @param why what decided, for operators: a phrase without secrets
   * @param limits of a yes
   * @param proof name of the prover that gave the yes; empty when it was none
   */
  record Decision(@Nullable Reason refusal, String rule, String why, Limits limits, String proof)
      implements Outcome {
    static Decision yes(String rule, String why) {
      return new Decision(null, rule, why, Limits.NONE, "");
    }

    static Decision no(Reason refusal, String rule, String why) {
      return new Decision(refusal, rule, why, Limits.NONE, "");
    }

    /** Whether it may be done. */
    public boolean allowed() {
      return refusal == null;
    }
  }

  /**
   * Whoever asks is sent to another stream of this server; never somebody who was sent already, or
   * who is in.
   *
   * @param question about that stream, to be asked instead
   */
  record Sent(Question question) implements Outcome {}

  /**
   * It cannot be answered with what is known here; ask again when more is.
   *
   * @param rule name of the rule that wants to know
   * @param why what is not known
   * @param lookup finds it out
   */
  record Later(String rule, String why, Lookup lookup) implements Outcome {}
}
