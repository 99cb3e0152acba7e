package dev.sluice.bench.wire;

/** Receives every RTMP message that is not consumed by the chunk layer itself. */
@FunctionalInterface
public interface RtmpMessages {
  /** Protocol control: bytes after which the peer wants an acknowledgement. */
  int WINDOW_ACKNOWLEDGEMENT_SIZE = 5;

  /** User control events. */
  int USER_CONTROL = 4;

  /** A command in AMF0. */
  int COMMAND = 20;

  /** A command in AMF3: one zero byte, then AMF0. */
  int COMMAND_AMF3 = 17;

  /**
   * One message.
   *
   * @param body borrowed for the call; only the first {@code length} bytes belong to the message
   */
  void onMessage(int type, int timestampMs, byte[] body, int length);
}
