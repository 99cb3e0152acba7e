package dev.sluice.hub;

import dev.sluice.media.StreamName;

/**
 * One publisher or viewer, from when it asks to be let in until it has gone, as access sees it.
 * Whoever comes of his own accord is one; what the server fetches or makes itself is not.
 */
public interface Visit {

  /** Whether it publishes; else it watches. */
  boolean publishes();

  /** The stream; where it was sent, if it was. */
  StreamName name();

  /** It is about this stream instead: before it is let in, on its loop, once at most. */
  void sentTo(StreamName other);

  /** Who it is. */
  Client client();

  /** The loop of its connection. */
  Loop loop();

  /**
   * Has {@code task} be run, on its loop, when it has gone; at once when it has gone already. Once,
   * on its loop.
   */
  void whenOver(Runnable task);

  /** Ends it in the protocol's own way. Any thread. */
  void end(Reason reason);

  /**
   * Has it go on with another stream, as if it had asked for that, by which it becomes another
   * visit. Any thread.
   *
   * @return false, and nothing done, where its protocol has no way to do so
   */
  default boolean moveTo(StreamName other) {
    return false;
  }

  /** What it has come to so far. Its loop. */
  Figures figures();

  /**
   * A visit in figures.
   *
   * @param state {@code asking}, {@code publishing}, or what {@link Viewer.Report} has
   * @param sinceNs how long ago it came
   * @param bytesIn payload that came from it
   * @param bytesOut bytes handed to its connection
   * @param backlogBytes of these, what the kernel has not taken
   * @param skips blocks that it was not sent, since it was too slow
   */
  record Figures(
      String state, long sinceNs, long bytesIn, long bytesOut, long backlogBytes, long skips) {}
}
