package dev.sluice.bench.stream;

import java.nio.ByteBuffer;

/**
 * Number and moment of sending of a frame, 16 hexadecimal digits each: text, so that no emulation
 * prevention applies.
 */
final class Stamp {
  /** Length of a stamp. */
  static final int BYTES = 32;

  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  private Stamp() {}

  /** Appends a stamp. */
  static void write(ByteBuffer out, long number, long sendNs) {
    writeHex(out, number);
    writeHex(out, sendNs);
  }

  private static void writeHex(ByteBuffer out, long value) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      out.put(DIGITS[(int) (value >>> shift) & 0xF]);
    }
  }

  /** The number of the stamp at {@code at}; -1 when there is none. */
  static long number(byte[] body, int at, int length) {
    if (at + BYTES > length) {
      return -1;
    }
    long value = 0;
    for (int i = at; i < at + 16; i++) {
      int digit = Character.digit(body[i], 16);
      if (digit < 0 || value >>> 58 != 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
