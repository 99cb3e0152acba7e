package dev.sluice.hub;

/** The connection of a source, implemented by endpoints. All calls come on the source's loop. */
public interface SourceHandler {

  /** The hub took the source in: units may be offered from now on. */
  void accepted(Publication publication);

  /**
   * The source was refused (before {@link #accepted}) or is to stop: answer in the protocol's own
   * way and close. Comes once; no call follows.
   */
  void ended(Reason reason);

  /**
   * Whether the source's socket is to be read: false when the stream's loop is behind or the source
   * runs ahead of the clock.
   */
  void reading(boolean wanted);
}
