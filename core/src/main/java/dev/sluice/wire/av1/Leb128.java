package dev.sluice.wire.av1;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/** Numbers of seven bits a byte, the lowest first (section 4.10.5). */
public final class Leb128 {
  /** Bytes of a number; unused ones may be there. */
  static final int MAX_BYTES = 8;

  /** Most bytes that {@link #write} appends. */
  public static final int MAX_WRITTEN = 5;

  private static final long MAX_VALUE = 0xFFFF_FFFFL;

  private Leb128() {}

  /**
   * Reads one number and moves the reader index behind it.
   *
   * @throws MalformedException when it ends too early, has more than eight bytes or is 2³² or more
   */
  public static long read(ByteBuf in) {
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      if (!in.isReadable()) {
        throw new MalformedException("leb128 ends after %d bytes".formatted(i));
      }
      int octet = in.readUnsignedByte();
      value |= (long) (octet & 0x7F) << 7 * i;
      if ((octet & 0x80) == 0) {
        if (value > MAX_VALUE) {
          throw new MalformedException(
              "leb128 is %d, allowed is 0 to %d".formatted(value, MAX_VALUE));
        }
        return value;
      }
    }
    throw new MalformedException("leb128 of more than 8 bytes");
  }

  /** Appends a number in as few bytes as it needs. */
  public static void write(int value, ByteBuf out) {
    int left = value;
    while (left > 0x7F) {
      out.writeByte(left & 0x7F | 0x80);
      left >>= 7;
    }
    out.writeByte(left);
  }

  /** Puts a number at {@code index}, in {@code bytes} bytes even where it needs fewer. */
  static void set(int value, int bytes, ByteBuf out, int index) {
    int left = value;
    for (int i = 0; i < bytes; i++) {
      out.setByte(index + i, left & 0x7F | (i < bytes - 1 ? 0x80 : 0));
      left >>= 7;
    }
  }

  /** Bytes that {@link #write} appends. */
  public static int size(int value) {
    return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
  }
}
