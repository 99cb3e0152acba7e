package dev.sluice.access;

import dev.sluice.access.Outcome.Decision;

/** Hears of every decision, on any thread; must not block and must not throw. */
@FunctionalInterface
public interface AccessListener {
  /** One that hears nothing. */
  AccessListener NONE = (_, _) -> {};

  /** A question was answered. */
  void decided(Question question, Decision decision);

  /** Somebody who was in is ended, since he may not be any more: {@code decision} says why. */
  default void withdrawn(Question question, Decision decision) {}
}
