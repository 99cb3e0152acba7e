package dev.sluice.hub.source;

/** What happens to the sources of a stream. */
public sealed interface SwitchEvent {

  /**
   * Somebody wants a seat.
   *
   * @param arrival its number, used once in the life of a stream
   * @param sameOwner whether it has the token of the one that sits there; false when nobody does
   */
  record Arrived(int seat, long arrival, boolean sameOwner) implements SwitchEvent {}

  /**
   * An arrival has delivered.
   *
   * @param video whether pictures were among it
   * @param audio whether sound was among it
   * @param startable whether a stream can begin with what is at hand: it has come to a key frame,
   *     or to sound where there is no picture. Unless the arrival is active, the answer is {@link
   *     SwitchEffect.Switch}, or nothing, and then what is at hand is of no use.
   */
  record Heard(int seat, long arrival, boolean video, boolean audio, boolean startable)
      implements SwitchEvent {}

  /** An arrival has gone; a job of ours tries again by itself. */
  record Left(int seat, long arrival) implements SwitchEvent {}

  /** The first viewer has come, or the last one has left. */
  record Watched(boolean watched) implements SwitchEvent {}

  /** An operator wants this seat: from now on it is the best of all. */
  record Pinned(int seat) implements SwitchEvent {}

  /** The operator leaves it to the priorities again. */
  record Unpinned() implements SwitchEvent {}

  /** Time has passed. */
  record Tick() implements SwitchEvent {}
}
