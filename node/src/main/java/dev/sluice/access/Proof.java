package dev.sluice.access;

import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;

/** What a {@link Prover} finds. */
public sealed interface Proof {

  /** Nothing of that kind was given. */
  record Missing() implements Proof {}

  /**
   * It was given and holds.
   *
   * @param why a phrase without secrets
   */
  record Good(String why, Limits limits) implements Proof {}

  /**
   * It was given and does not hold.
   *
   * @param why a phrase without secrets
   */
  record Bad(Reason reason, String why) implements Proof {}

  /**
   * It was given, and whoever gave it is sent elsewhere.
   *
   * @param location an absolute URL or path; it may hold secrets
   */
  record Elsewhere(String location) implements Proof {}

  /**
   * It was given and holds, for another stream.
   *
   * @param stream which he is sent to; the rules about it hold for him
   */
  record Sent(StreamName stream) implements Proof {}

  /**
   * Whether it holds cannot be told with what is known here.
   *
   * @param why what is not known
   * @param lookup finds it out; then the question is to be asked again
   */
  record Unknown(String why, Lookup lookup) implements Proof {}
}
