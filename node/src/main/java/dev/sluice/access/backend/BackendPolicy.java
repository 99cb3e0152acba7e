package dev.sluice.access.backend;

/**
 * How a back end is dealt with.
 *
 * @param timeLimitMs how long a question may take as a whole
 * @param staleMs how long an answer that has run out still holds when there is no new one
 */
public record BackendPolicy(long timeLimitMs, long staleMs) {
  /** Calls at a time: 500 plays a second, of which each takes 2 s, are 1,000. */
  static final int MAX_CALLS = 2_000;

  /** Questions that wait for a call; those beyond have no answer. */
  static final int MAX_QUEUED = 2_000;

  /** Answers that are kept; past it the oldest go. */
  static final int MAX_ANSWERS = 50_000;

  /** How long failures in a row go on at the least before it is taken to be down. */
  static final long LEAST_ROW_MS = 200;

  /** How long somebody for whom there was no answer is not asked about again. */
  static final long DOWN_MS = 1_000;
}
