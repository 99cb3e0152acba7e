package dev.sluice.bench.wire;

/** Receives audio, video and data messages, whole, in the order of the wire. */
@FunctionalInterface
public interface MediaSink {
  /** Message and FLV tag type of audio. */
  int AUDIO = 8;

  /** Message and FLV tag type of video. */
  int VIDEO = 9;

  /** Message and FLV tag type of AMF0 data, such as metadata. */
  int DATA = 18;

  /**
   * One message.
   *
   * @param type {@link #AUDIO}, {@link #VIDEO} or {@link #DATA}
   * @param timestampMs 32 bits, unsigned
   * @param body borrowed for the call; only the first {@code length} bytes belong to the message
   * @param nowNs when its last byte was read
   */
  void onMedia(int type, int timestampMs, byte[] body, int length, long nowNs);

  /** True for a video message that holds a picture rather than configuration. */
  static boolean isPicture(int type, byte[] body, int length) {
    if (type != VIDEO || length < 2) {
      return false;
    }
    if ((body[0] & 0x80) != 0) { // enhanced RTMP: the packet type stands in the first byte
      int packetType = body[0] & 0x0F;
      return packetType == 1 || packetType == 3; // CodedFrames, CodedFramesX
    }
    return (body[0] & 0x0F) != 7 || body[1] == 1; // AVC: 0 is the sequence header
  }
}
