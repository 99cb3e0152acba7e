package dev.sluice.hub;

import org.jspecify.annotations.Nullable;

/** Counts connections and turns away those that are too many. Called from any loop. */
public interface ConnectionGate {

  /** A gate that lets everybody in. */
  ConnectionGate OPEN =
      new ConnectionGate() {
        @Override
        public @Nullable Reason opened(String address) {
          return null;
        }

        @Override
        public void closed(String address) {}
      };

  /**
   * A connection from {@code address} has come. Returns null when it may stay; then {@link #closed}
   * follows. Else the reason to answer with, and no call follows.
   *
   * @param address IP address; empty for a proxy, which speaks for many
   */
  @Nullable Reason opened(String address);

  /** A connection that was let in has gone. */
  void closed(String address);

  /**
   * A connection that is counted already, a proxy's, speaks for {@code address} from now on.
   * Returns null when it may; then {@link #left} follows. Else the reason to answer with, and no
   * call follows.
   */
  default @Nullable Reason joined(String address) {
    return null;
  }

  /** It speaks for {@code address} no more. */
  default void left(String address) {}
}
