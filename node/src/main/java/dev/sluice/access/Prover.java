package dev.sluice.access;

import dev.sluice.hub.Reason;

/** One way to prove that one may do something. Any thread, no I/O, no clock. */
public interface Prover {

  /** As it stands in the configuration. */
  String name();

  /** Why somebody is refused who has given nothing of the kind. */
  Reason missing();

  /**
   * Looks at what was given.
   *
   * @param nowMs UTC in milliseconds
   */
  Proof check(Question question, long nowMs);

  /** Whoever comes. */
  Prover ANYBODY =
      new Prover() {
        @Override
        public String name() {
          return "anybody";
        }

        @Override
        public Reason missing() {
          return Reason.NOBODY;
        }

        @Override
        public Proof check(Question question, long nowMs) {
          return new Proof.Good("anybody may", Limits.NONE);
        }
      };
}
