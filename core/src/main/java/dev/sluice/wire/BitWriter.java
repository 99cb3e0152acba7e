package dev.sluice.wire;

import static dev.sluice.wire.Checks.checkRange;

import java.util.Arrays;

/** Writes bits, the highest of each byte first: configuration records, headers. */
public final class BitWriter {
  private byte[] bytes = new byte[32];
  private int position;

  /** Bits that were written. */
  public int position() {
    return position;
  }

  /** Appends one bit. */
  public BitWriter flag(boolean value) {
    return bits(value ? 1 : 0, 1);
  }

  /**
   * Appends a number without sign.
   *
   * @param count 0 to 32
   * @throws IllegalArgumentException when {@code value} needs more bits
   */
  public BitWriter bits(long value, int count) {
    checkRange("count", count, 0, 32);
    checkRange("value of " + count + " bits", value, 0, (1L << count) - 1);
    int end = position + count;
    if (end > 8 * bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    for (int left = count; left > 0; ) {
      int free = 8 - (position & 7);
      int taken = Math.min(free, left);
      int part = (int) (value >> left - taken) & (1 << taken) - 1;
      bytes[position >> 3] |= (byte) (part << free - taken);
      position += taken;
      left -= taken;
    }
    return this;
  }

  /** Appends whole bytes, wherever in a byte writing is. */
  public BitWriter bytes(Bytes value) {
    for (int i = 0; i < value.size(); i++) {
      bits(value.at(i), 8);
    }
    return this;
  }

  /** Appends zeros up to a whole number of bytes since {@code origin}, a position. */
  public BitWriter align(int origin) {
    return bits(0, -(position - origin) & 7);
  }

  /** What was written, filled up with zeros to whole bytes. */
  public Bytes toBytes() {
    return Bytes.of(Arrays.copyOf(bytes, (position + 7) / 8));
  }
}
