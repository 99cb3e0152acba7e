package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.StreamName;

/**
 * Takes all units of a stream, whoever watches: what is made once for a stream, and may outlive it.
 * Called on the stream's loop.
 */
public interface Tap {
  /** Takes nothing. */
  Tap NONE =
      new Tap() {
        @Override
        public void configure(Configuration configuration) {}

        @Override
        public void add(AccessUnit unit) {}

        @Override
        public void pause() {}

        @Override
        public void close() {}
      };

  /** What follows needs {@code configuration}: before the first unit, and after each change. */
  void configure(Configuration configuration);

  /** The next unit; borrowed. */
  void add(AccessUnit unit);

  /** Nobody has delivered for a second or more. The stream is still there, and may go on. */
  void pause();

  /** The stream is gone. One of the same name may come. */
  void close();

  /** Opens taps. */
  @FunctionalInterface
  interface Opener {
    /** Opens nothing. */
    Opener NONE = (_, _) -> Tap.NONE;

    /**
     * Opens the tap of a stream.
     *
     * @param loop the stream's, which the caller is on
     */
    Tap open(StreamName name, Loop loop);
  }
}
