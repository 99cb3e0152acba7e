package dev.sluice.wire.amf;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBufUtil;

/**
 * What one message may contain, and how much of that has been used so far. One instance reads one
 * message.
 */
final class AmfLimits {
  /** Objects and arrays inside one another; the deepest seen in metadata is 3. */
  static final int MAX_DEPTH = 32;

  /** Values in one message: a key frame index of an 8 hour file, twice. */
  static final int MAX_VALUES = 65_536;

  /** Properties of one object or ECMA array. */
  static final int MAX_PROPERTIES = 4_096;

  /** UTF-8 bytes of the name of a property or class. */
  static final int MAX_NAME_BYTES = 1_024;

  /** UTF-8 bytes of one string. */
  static final int MAX_STRING_BYTES = 262_144;

  /** UTF-8 bytes of all strings and names of one message, counted at each use. */
  static final int MAX_TEXT_BYTES = 1_048_576;

  private int depth;
  private int values;
  private int textBytes;

  /** Counts one value. */
  void value() {
    if (++values > MAX_VALUES) {
      throw tooMany("values in one message", MAX_VALUES);
    }
  }

  /** Refuses a count of values that cannot fit any more, before anything is read for it. */
  void announced(long count, int readableBytes, int minBytesEach) {
    if (count > MAX_VALUES - values) {
      throw tooMany("values in one message", MAX_VALUES);
    }
    if (count * minBytesEach > readableBytes) {
      throw new MalformedException(
          "AMF: %d items announced, %d bytes left".formatted(count, readableBytes));
    }
  }

  /** Counts one level down; every call is followed by {@link #leave} unless reading failed. */
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw tooMany("levels of nesting", MAX_DEPTH);
    }
  }

  void leave() {
    depth--;
  }

  /** Checks the number of properties that one object has by now. */
  static void properties(int count) {
    if (count > MAX_PROPERTIES) {
      throw tooMany("properties of one object", MAX_PROPERTIES);
    }
  }

  /** Checks the name of a property or class, as it would be written. */
  static String name(String name) {
    if (ByteBufUtil.utf8Bytes(name) > MAX_NAME_BYTES) {
      throw tooMany("bytes in one name", MAX_NAME_BYTES);
    }
    return name;
  }

  /** Counts a string of {@code bytes} bytes. */
  void text(long bytes) {
    if (bytes > MAX_STRING_BYTES) {
      throw tooMany("bytes in one string", MAX_STRING_BYTES);
    }
    textBytes += (int) bytes;
    if (textBytes > MAX_TEXT_BYTES) {
      throw tooMany("bytes of text in one message", MAX_TEXT_BYTES);
    }
  }

  private static MalformedException tooMany(String what, int allowed) {
    return new MalformedException("AMF: too many " + what + ", allowed are " + allowed);
  }
}
