package dev.sluice.access;

/** Finds out what is not known, so that a question can be asked again. Any thread. */
@FunctionalInterface
public interface Lookup {
  /** Nothing more can be found out. */
  Lookup NONE = Runnable::run;

  /**
   * Begins to find out, or joins in what has begun.
   *
   * @param then is run once, on any thread, when more is known, or it was given up
   */
  void start(Runnable then);
}
