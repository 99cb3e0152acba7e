package dev.sluice.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads bits, the highest of each byte first, and the Exp-Golomb codes of H.264 and H.265. */
public final class BitReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final String what;
  private final long size;
  private long position;

  /**
   * Reads from {@code bytes}, which must not change meanwhile.
   *
   * @param what names the structure in errors: "SPS"
   */
  public BitReader(byte[] bytes, String what) {
    this.bytes = bytes;
    this.what = what;
    this.size = 8L * bytes.length;
  }

  /** Bits that are left. */
  public long remaining() {
    return size - position;
  }

  /** Bits that were read or passed over. */
  public long position() {
    return position;
  }

  /**
   * Copies bits of what is read from, wherever reading is.
   *
   * @param from position of the first bit
   * @param to position behind the last bit, at most the end
   * @return whole bytes, filled up with zeros
   */
  public Bytes copy(long from, long to) {
    BitReader part = new BitReader(bytes, what);
    part.skip(Math.toIntExact(from));
    var copied = new BitWriter();
    long left = to - from;
    for (; left >= 8; left -= 8) {
      copied.bits(part.small(8), 8);
    }
    copied.bits(part.small((int) left), (int) left);
    return copied.toBytes();
  }

  /**
   * Reads whole bytes, wherever in a byte reading is.
   *
   * @return an array of the caller's own
   * @throws MalformedException when fewer are left
   */
  public byte[] octets(int count) {
    require(Math.multiplyExact(8, count));
    int at = (int) (position >> 3);
    int shift = (int) (position & 7);
    position += 8L * count;
    if (shift == 0) {
      return Arrays.copyOfRange(bytes, at, at + count);
    }
    byte[] octets = new byte[count];
    int i = 0;
    for (; i + Long.BYTES <= count; i += Long.BYTES) { // the ninth byte is there: shift is not 0
      long high = (long) LONGS.get(bytes, at + i) << shift;
      LONGS.set(octets, i, high | (bytes[at + i + Long.BYTES] & 0xFF) >> 8 - shift);
    }
    for (; i < count; i++) {
      octets[i] = (byte) (bytes[at + i] << shift | (bytes[at + i + 1] & 0xFF) >> 8 - shift);
    }
    return octets;
  }

  /**
   * Reads one bit.
   *
   * @throws MalformedException when none is left
   */
  public boolean flag() {
    return bits(1) != 0;
  }

  /**
   * Reads {@code count} bits as a number without sign.
   *
   * @param count 0 to 32
   * @throws MalformedException when fewer are left
   */
  public long bits(int count) {
    require(count);
    long value = 0;
    for (int left = count; left > 0; ) {
      int inByte = (int) (position & 7);
      int taken = Math.min(8 - inByte, left);
      int octet = bytes[(int) (position >> 3)] & 0xFF;
      value = value << taken | octet >> (8 - inByte - taken) & (1 << taken) - 1;
      position += taken;
      left -= taken;
    }
    return value;
  }

  /** As {@link #bits} for up to 31 bits. */
  public int small(int count) {
    Checks.checkRange("count", count, 0, 31);
    return (int) bits(count);
  }

  /**
   * Passes over {@code count} bits.
   *
   * @throws MalformedException when fewer are left
   */
  public void skip(int count) {
    require(count);
    position += count;
  }

  /**
   * Reads ue(v), H.264 section 9.1.
   *
   * @param name of the syntax element, for errors
   * @param max the highest value that is allowed
   * @throws MalformedException when the value is higher or bits are missing
   */
  public int ue(String name, int max) {
    int zeros = 0;
    while (!flag()) {
      if (++zeros > 31) {
        throw new MalformedException(what + ": " + name + " has more than 32 bits");
      }
    }
    long value = (1L << zeros) - 1 + bits(zeros);
    if (value > max) {
      throw new MalformedException(
          "%s: %s is %d, allowed is 0 to %d".formatted(what, name, value, max));
    }
    return (int) value;
  }

  /**
   * Reads se(v), H.264 section 9.1.1.
   *
   * @throws MalformedException when bits are missing
   */
  public int se(String name) {
    int code = ue(name, Integer.MAX_VALUE);
    return (code & 1) == 0 ? -(code >> 1) : (code >> 1) + 1;
  }

  private void require(int count) {
    if (count > size - position) {
      throw new MalformedException(
          "%s ends at bit %d, %d more are needed".formatted(what, size, count - (size - position)));
    }
  }
}
