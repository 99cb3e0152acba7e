package dev.sluice.access;

import dev.sluice.access.Outcome.Decision;
import dev.sluice.hub.Client;
import dev.sluice.hub.Visit;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who publishes or watches, by whatever protocol: from when access let him in until he has
 * gone. What it has come to in bytes is with its {@link #visit}, on the loop of its connection.
 *
 * <p>Any thread, except for what {@link Attendance} keeps here.
 */
public final class Session {
  private final long number;
  private final Question question;
  private final Visit visit;
  private final long startMs;
  private volatile Decision decision;

  // Attendance's
  @Nullable Holder holder;
  long checkMs = Limits.NEVER;
  boolean asked;
  boolean lookingUp;
  boolean again;
  boolean ending;
  int checks;

  /** Whose sessions are counted together: a user's, or else those of one token. */
  record Holder(Action action, String user, String tokenId) {}

  /**
   * A session.
   *
   * @param number grows from one to the next
   * @param decision the yes that let him in
   * @param startMs UTC in milliseconds
   */
  Session(long number, Question question, Decision decision, Visit visit, long startMs) {
    this.number = number;
    this.question = question;
    this.decision = decision;
    this.visit = visit;
    this.startMs = startMs;
  }

  /** Its number, which grows from one session to the next. */
  public long number() {
    return number;
  }

  /** Who does what with which stream. Holds secrets. */
  Question question() {
    return question;
  }

  /** What he does. */
  public Action action() {
    return question.action();
  }

  /** Who it is. */
  public Client client() {
    return question.client();
  }

  /** Name of the stream. */
  public String stream() {
    return question.stream().toString();
  }

  /** His connection. */
  public Visit visit() {
    return visit;
  }

  /** When it began, UTC in milliseconds. */
  public long startMs() {
    return startMs;
  }

  /** The yes that holds: rule, cause and bounds. */
  public Decision decision() {
    return decision;
  }

  void decision(Decision last) {
    decision = last;
  }

  /** What bounds it. */
  public Limits limits() {
    return decision.limits();
  }

  /** Whether it fetches pieces by itself, so that nobody hears at once of its end. */
  public boolean fetches() {
    return Restrictions.OF_SEGMENTS.contains(client().protocol());
  }
}
