package dev.sluice.bench.wire;

import java.nio.ByteBuffer;

/**
 * The messages that a player and a publisher send. Commands go on chunk stream 3, control on 2; all
 * begin with a type-0 header and continue with type 3.
 */
public final class RtmpWriter {
  /** C0 and C1, or S0 and S1, and also C2. */
  public static final int HANDSHAKE_BYTES = 1536;

  /** Transaction number of {@code connect}. */
  public static final int CONNECT = 1;

  /** Transaction number of {@code createStream}. */
  public static final int CREATE_STREAM = 2;

  /** Chunk size before any Set Chunk Size. */
  private static final int FIRST_CHUNK_SIZE = 128;

  private static final int PONG = 7;
  private static final int SET_BUFFER_LENGTH = 3;

  private RtmpWriter() {}

  /** C0 and C1 of the simple handshake. */
  public static byte[] hello() {
    byte[] bytes = new byte[1 + HANDSHAKE_BYTES];
    bytes[0] = 3;
    for (int i = 9; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31); // random_data may be anything
    }
    return bytes;
  }

  /** The {@code connect} command. */
  public static byte[] connect(String app, String tcUrl) {
    byte[] body =
        new AmfWriter()
            .string("connect")
            .number(CONNECT)
            .beginObject()
            .key("app")
            .string(app)
            .key("flashVer")
            .string("LNX 9,0,124,2")
            .key("tcUrl")
            .string(tcUrl)
            .key("fpad")
            .bool(false)
            .key("capabilities")
            .number(15)
            .key("audioCodecs")
            .number(4071)
            .key("videoCodecs")
            .number(252)
            .key("videoFunction")
            .number(1)
            .end()
            .toBytes();
    return message(RtmpMessages.COMMAND, 3, 0, body, FIRST_CHUNK_SIZE);
  }

  /** The {@code createStream} command. */
  public static byte[] createStream() {
    byte[] body = new AmfWriter().string("createStream").number(CREATE_STREAM).nothing().toBytes();
    return message(RtmpMessages.COMMAND, 3, 0, body, FIRST_CHUNK_SIZE);
  }

  /** The {@code play} command, live, after a buffer length of one second. */
  public static byte[] play(int messageStreamId, String name) {
    byte[] bufferLength =
        ByteBuffer.allocate(10)
            .putShort((short) SET_BUFFER_LENGTH)
            .putInt(messageStreamId)
            .putInt(1000)
            .array();
    byte[] play =
        new AmfWriter().string("play").number(4).nothing().string(name).number(-2000).toBytes();
    return join(
        message(RtmpMessages.USER_CONTROL, 2, 0, bufferLength, FIRST_CHUNK_SIZE),
        message(RtmpMessages.COMMAND, 3, messageStreamId, play, FIRST_CHUNK_SIZE));
  }

  /** The {@code publish} command. */
  public static byte[] publish(int messageStreamId, String name) {
    byte[] body =
        new AmfWriter().string("publish").number(4).nothing().string(name).string("live").toBytes();
    return message(RtmpMessages.COMMAND, 3, messageStreamId, body, FIRST_CHUNK_SIZE);
  }

  /** What publishers of the FMLE kind send before {@code createStream}. */
  public static byte[] announce(String name) {
    byte[] release =
        new AmfWriter().string("releaseStream").number(11).nothing().string(name).toBytes();
    byte[] publish =
        new AmfWriter().string("FCPublish").number(12).nothing().string(name).toBytes();
    return join(
        message(RtmpMessages.COMMAND, 3, 0, release, FIRST_CHUNK_SIZE),
        message(RtmpMessages.COMMAND, 3, 0, publish, FIRST_CHUNK_SIZE));
  }

  /** Set Chunk Size. */
  public static byte[] setChunkSize(int size) {
    return message(1, 2, 0, ByteBuffer.allocate(4).putInt(size).array(), FIRST_CHUNK_SIZE);
  }

  /** Acknowledgement of {@code received} bytes, modulo 2³². */
  public static byte[] acknowledgement(long received) {
    return message(
        3, 2, 0, ByteBuffer.allocate(4).putInt((int) received).array(), FIRST_CHUNK_SIZE);
  }

  /** Ping Response with the number that the request had. */
  public static byte[] pong(int timestamp) {
    byte[] body = ByteBuffer.allocate(6).putShort((short) PONG).putInt(timestamp).array();
    return message(RtmpMessages.USER_CONTROL, 2, 0, body, FIRST_CHUNK_SIZE);
  }

  /** {@code @setDataFrame onMetaData} of a picture of 640 × 360 at 25 fps with AAC sound. */
  public static byte[] metadata(int messageStreamId, int chunkSize) {
    byte[] body =
        new AmfWriter()
            .string("@setDataFrame")
            .string("onMetaData")
            .beginEcmaArray(6)
            .key("width")
            .number(640)
            .key("height")
            .number(360)
            .key("framerate")
            .number(25)
            .key("videocodecid")
            .number(7)
            .key("audiocodecid")
            .number(10)
            .key("audiosamplerate")
            .number(48_000)
            .end()
            .toBytes();
    return message(MediaSink.DATA, 4, messageStreamId, body, chunkSize);
  }

  /** One message at timestamp 0, in chunks. */
  static byte[] message(
      int type, int chunkStreamId, int messageStreamId, byte[] body, int chunkSize) {
    byte[] out = new byte[size(body.length, chunkSize)];
    var buffer = ByteBuffer.wrap(out);
    write(buffer, type, chunkStreamId, messageStreamId, 0, body, body.length, chunkSize);
    return out;
  }

  /** Bytes of a message of {@code length} with its chunk headers, timestamps below 16,777,215. */
  public static int size(int length, int chunkSize) {
    return 12 + length + Math.max(0, (length - 1) / chunkSize);
  }

  /**
   * Appends one message to {@code out}, which must have room for {@link #size} bytes.
   *
   * @param chunkStreamId 2 to 63
   * @param timestampMs 0 to 16,777,214
   */
  public static void write(
      ByteBuffer out,
      int type,
      int chunkStreamId,
      int messageStreamId,
      int timestampMs,
      byte[] body,
      int length,
      int chunkSize) {
    out.put((byte) chunkStreamId);
    out.putShort((short) (timestampMs >> 8)).put((byte) timestampMs);
    out.putShort((short) (length >> 8)).put((byte) length);
    out.put((byte) type);
    out.putInt(Integer.reverseBytes(messageStreamId)); // little-endian, unlike the rest
    for (int at = 0; at < length; at += chunkSize) {
      if (at > 0) {
        out.put((byte) (0xC0 | chunkStreamId));
      }
      out.put(body, at, Math.min(chunkSize, length - at));
    }
  }

  /** {@code first} and then {@code second}. */
  public static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }
}
