package dev.sluice.access.jwt;

import org.jspecify.annotations.Nullable;

/**
 * When keys are fetched that change while the server runs: a state machine.
 *
 * <p>They are fetched at the start, again when they are {@code refreshNs} old, and when a token has
 * a key that is not known, at most once in {@link #MIN_GAP_NS}. Where that fails, the keys that are
 * there are kept, for {@link #STALE_NS} at most, and it is tried again, each time after twice as
 * long.
 *
 * @param keys those that are known
 * @param fetchedNs when they were asked for; null when they never came
 * @param triedNs when they were last asked for; null for never
 * @param failures since they last came
 * @param fetching whether they are being fetched
 */
public record KeyRing(
    JwtKeys keys,
    @Nullable Long fetchedNs,
    @Nullable Long triedNs,
    int failures,
    boolean fetching) {
  /** Between two fetches: 10 s, whatever tokens come. */
  public static final long MIN_GAP_NS = 10_000_000_000L;

  /** Keys that could not be fetched again for so long are not believed any more: a day. */
  public static final long STALE_NS = 86_400_000_000_000L;

  private static final long FIRST_WAIT_NS = 1_000_000_000L;
  private static final long MAX_WAIT_NS = 60_000_000_000L;
  private static final int MAX_DOUBLINGS = 6;

  /** Nothing was fetched yet. */
  public static final KeyRing EMPTY = new KeyRing(JwtKeys.NONE, null, null, 0, false);

  /** What happens. */
  public sealed interface Event {
    /** Time has passed. */
    record Tick() implements Event {}

    /** Somebody waits for a key that is not known. */
    record Wanted() implements Event {}

    /** The keys have come. */
    record Fetched(JwtKeys keys) implements Event {}

    /** They have not. */
    record Failed() implements Event {}
  }

  /** What is to be done. */
  public enum Effect {
    NOTHING,
    /** Fetch the keys; answer with {@link Event.Fetched} or {@link Event.Failed}. */
    FETCH,
    /** Have everybody who waits ask again. */
    RELEASE
  }

  /** A state and what is to be done. */
  public record Step(KeyRing state, Effect effect) {}

  /**
   * Goes on.
   *
   * @param refreshNs how old keys may become before they are fetched again
   * @param nowNs a clock that never goes back
   */
  public Step step(Event event, long refreshNs, long nowNs) {
    return switch (event) {
      case Event.Tick _ when fetching -> nothing();
      case Event.Tick _ -> isDue(refreshNs, nowNs) ? fetch(nowNs) : nothing();
      case Event.Wanted _ when fetching -> nothing();
      case Event.Wanted _ ->
          triedNs == null || nowNs - triedNs >= MIN_GAP_NS
              ? fetch(nowNs)
              : new Step(this, Effect.RELEASE);
      case Event.Fetched(JwtKeys fresh) ->
          new Step(new KeyRing(fresh, triedNs, triedNs, 0, false), Effect.RELEASE);
      case Event.Failed _ -> {
        boolean stale = fetchedNs != null && nowNs - fetchedNs >= STALE_NS;
        yield new Step(
            new KeyRing(stale ? JwtKeys.NONE : keys, fetchedNs, triedNs, failures + 1, false),
            Effect.RELEASE);
      }
    };
  }

  private boolean isDue(long refreshNs, long nowNs) {
    if (triedNs == null) {
      return true;
    }
    if (failures > 0) {
      long wait = FIRST_WAIT_NS << Math.min(failures - 1, MAX_DOUBLINGS);
      return nowNs - triedNs >= Math.min(wait, MAX_WAIT_NS);
    }
    return nowNs - triedNs >= refreshNs;
  }

  private Step fetch(long nowNs) {
    return new Step(new KeyRing(keys, fetchedNs, nowNs, failures, true), Effect.FETCH);
  }

  private Step nothing() {
    return new Step(this, Effect.NOTHING);
  }

  /** Whether a key that is not known may be there by now. */
  public boolean mayHaveMore(long nowNs) {
    return fetchedNs == null || nowNs - fetchedNs >= MIN_GAP_NS;
  }
}
