package dev.sluice.interop.storm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** RTMP and AMF written by hand, so that any of it can be wrong. */
final class RtmpBytes {
  static final int HANDSHAKE_BLOCK = 1_536;
  static final int SET_CHUNK_SIZE = 1;
  static final int ABORT = 2;
  static final int ACKNOWLEDGEMENT = 3;
  static final int USER_CONTROL = 4;
  static final int AUDIO = 8;
  static final int VIDEO = 9;
  static final int DATA = 18;
  static final int COMMAND_AMF3 = 17;
  static final int COMMAND = 20;
  static final int AGGREGATE = 22;

  private static final int FIRST_CHUNK_SIZE = 128;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  byte[] toBytes() {
    return out.toByteArray();
  }

  /** C0 and C1, simple; then C2, which servers do not look at. */
  static byte[] handshake() {
    byte[] bytes = new byte[1 + 2 * HANDSHAKE_BLOCK];
    bytes[0] = 3;
    return bytes;
  }

  RtmpBytes put(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  RtmpBytes put(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  RtmpBytes number(long value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >> shift));
    }
    return this;
  }

  RtmpBytes text(String text) {
    return put(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A header of format 0, as it may be: {@code length} need not be true. */
  RtmpBytes header(int chunkStream, long time, int length, int type, int stream) {
    basic(0, chunkStream).number(Math.min(time, 0xFFFFFF), 3).number(length, 3).put(type);
    put(stream, stream >> 8, stream >> 16, stream >> 24);
    return time >= 0xFFFFFF ? number(time, 4) : this;
  }

  RtmpBytes basic(int format, int chunkStream) {
    if (chunkStream < 64) {
      return put(format << 6 | chunkStream);
    }
    return put(format << 6 | 1, chunkStream - 64, (chunkStream - 64) >> 8);
  }

  /** A whole message in chunks of 128 bytes. */
  RtmpBytes message(int chunkStream, long time, int type, int stream, byte[] body) {
    return message(chunkStream, time, type, stream, body, FIRST_CHUNK_SIZE);
  }

  RtmpBytes message(int chunkStream, long time, int type, int stream, byte[] body, int chunk) {
    header(chunkStream, time, body.length, type, stream);
    for (int at = 0; at < body.length; at += chunk) {
      if (at > 0) {
        basic(3, chunkStream);
        if (time >= 0xFFFFFF) {
          number(time, 4);
        }
      }
      out.write(body, at, Math.min(chunk, body.length - at));
    }
    return this;
  }

  /** The chunks of {@code body} after their first header, which stands already. */
  RtmpBytes put(byte[] body, int chunk) {
    for (int at = 0; at < body.length; at += chunk) {
      if (at > 0) {
        basic(3, 6);
      }
      out.write(body, at, Math.min(chunk, body.length - at));
    }
    return this;
  }

  /** A command in AMF0; {@code rest} adds what follows name and number. */
  RtmpBytes command(int stream, String name, int transaction, Consumer<RtmpBytes> rest) {
    var body = new RtmpBytes().string(name).amfNumber(transaction);
    rest.accept(body);
    return message(3, 0, COMMAND, stream, body.toBytes());
  }

  RtmpBytes connect(String app) {
    return command(
        0,
        "connect",
        1,
        body ->
            body.put(3)
                .key("app")
                .string(app)
                .key("tcUrl")
                .string("rtmp://127.0.0.1/" + app)
                .key("flashVer")
                .string("storm")
                .endObject());
  }

  RtmpBytes createStream() {
    return command(0, "createStream", 2, body -> body.put(5));
  }

  RtmpBytes publish(String stream) {
    return command(1, "publish", 3, body -> body.put(5).string(stream).string("live"));
  }

  RtmpBytes play(String stream) {
    return command(1, "play", 3, body -> body.put(5).string(stream));
  }

  /** An AMF0 string. */
  RtmpBytes string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return put(2).number(bytes.length, 2).put(bytes);
  }

  RtmpBytes amfNumber(double value) {
    return put(0).number(Double.doubleToLongBits(value), 8);
  }

  RtmpBytes key(String text) {
    return number(text.length(), 2).text(text);
  }

  RtmpBytes endObject() {
    return put(0, 0, 9);
  }

  /** A picture of H.264, which says of itself whether it is a key frame; its bytes are not one. */
  static byte[] picture(boolean key, byte[] bytes) {
    return new RtmpBytes()
        .put(key ? 0x17 : 0x27, 1, 0, 0, 0)
        .number(bytes.length, 4)
        .put(bytes)
        .toBytes();
  }

  /** The configuration of H.264, baseline, 320 × 180. */
  static byte[] pictureHeader() {
    return new RtmpBytes()
        .put(0x17, 0, 0, 0, 0)
        .put(1, 0x42, 0xC0, 0x1E, 0xFF, 0xE1)
        .number(9, 2)
        .put(0x67, 0x42, 0xC0, 0x1E, 0xDA, 0x0A, 0x0C, 0x79, 0x40)
        .put(1)
        .number(4, 2)
        .put(0x68, 0xCE, 0x3C, 0x80)
        .toBytes();
  }
}
