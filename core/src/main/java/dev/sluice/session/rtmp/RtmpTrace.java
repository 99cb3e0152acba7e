package dev.sluice.session.rtmp;

import dev.sluice.wire.rtmp.RtmpMessage;

/**
 * Sees every message of one connection, both ways. Media that the owner writes as ready-made blocks
 * does not come by here. Called on the connection's thread; what it is given is borrowed.
 */
public interface RtmpTrace {
  /** Sees nothing. */
  RtmpTrace NONE =
      new RtmpTrace() {
        @Override
        public boolean isOn() {
          return false;
        }
      };

  /** Whether messages should be read for the sake of {@link #received} alone. */
  default boolean isOn() {
    return true;
  }

  /** A part of the handshake has come. */
  default void handshakeReceived(String part) {}

  /** A part of the handshake was sent. */
  default void handshakeSent(String part) {}

  /**
   * A message has come.
   *
   * @param messageStreamId 0 for the connection itself
   * @param timestampMs 32 bits without sign
   */
  default void received(int messageStreamId, int timestampMs, RtmpMessage message) {}

  /** A message was sent; arguments as in {@link #received}. */
  default void sent(int messageStreamId, int timestampMs, RtmpMessage message) {}
}
