package dev.sluice.control;

/** An object that was changed, and how. */
public record Touched(ObjectKey key, How how) {

  /** How an object can be changed. */
  public enum How {
    /** There was none before. */
    ADDED,
    /** It holds something else. */
    CHANGED,
    /** There is none any more. */
    REMOVED
  }
}
