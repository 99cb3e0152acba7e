package dev.sluice.bench.fetch;

import org.jspecify.annotations.Nullable;

/** What clients ask for, and what they get. Called by the load's thread. */
public interface Errands {
  /** Path and query of the next request of a client, with the leading slash. */
  String next(int client);

  /** Whether the body of the answer that comes next is to be given to {@link #answered}. */
  boolean wantsBody(int client);

  /**
   * Whether all answers that are there are read before anybody asks again. Where many are answered
   * at one moment, the last ones otherwise wait for the load's own requests.
   */
  default boolean readsFirst() {
    return false;
  }

  /**
   * A client's request was answered with status 200.
   *
   * @param body all of it, when it was wanted
   * @param nowNs when its last byte had been read, {@code System.nanoTime}
   * @return what is wrong with it; null when nothing is
   */
  @Nullable String answered(int client, byte @Nullable [] body, long nowNs);
}
