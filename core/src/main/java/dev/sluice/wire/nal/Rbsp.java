package dev.sluice.wire.nal;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What a NAL unit carries when emulation prevention is taken out (H.264 and H.265, 7.3.1). */
public final class Rbsp {
  private static final int EMULATION_PREVENTION = 3;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ByteBuffer in;
  private final int end;
  private int at;
  private int zeros;

  /**
   * Reads byte by byte.
   *
   * @param in borrowed while this is in use, its indexes stay as they are
   * @param index of the first byte behind the header
   * @param end index behind the last byte; nothing is read when it is not behind {@code index}
   */
  public Rbsp(ByteBuf in, int index, int end) {
    this.end = Math.max(0, end - index);
    this.in = this.end == 0 ? NOTHING : NalIndex.memory(in, index, end);
  }

  /** The next byte, 0 to 255; −1 at the end. */
  public int next() {
    if (at >= end) {
      return -1;
    }
    int octet = in.get(at++) & 0xFF;
    if (zeros >= 2 && octet == EMULATION_PREVENTION) {
      zeros = 0;
      return next();
    }
    zeros = octet == 0 ? zeros + 1 : 0;
    return octet;
  }

  /**
   * Passes over bytes.
   *
   * @param count of them, without emulation prevention
   * @return false when fewer are left
   */
  public boolean skip(int count) {
    if (count > end - at) { // what is taken out makes it no more
      at = end;
      return false;
    }
    int left = count;
    while (left > 0) {
      // where no two zeros stand there is no emulation prevention
      int looked = (int) Math.min(end, at + left + 1L);
      int plain = zeros > 0 ? 0 : Math.min(left, NalIndex.zeroPair(in, at, looked) - at);
      if (plain > 0) {
        at += plain - 1; // the last one may be a zero
        left -= plain - 1;
      }
      if (next() < 0) {
        return false;
      }
      left--;
    }
    return true;
  }

  /** A copy of the bytes from {@code index} to {@code end}, without emulation prevention. */
  public static byte[] copy(ByteBuf in, int index, int end) {
    if (end <= index) {
      return new byte[0];
    }
    byte[] bytes = new byte[end - index];
    in.getBytes(index, bytes);
    int size = 0;
    int zeros = 0;
    for (byte octet : bytes) {
      if (zeros >= 2 && octet == EMULATION_PREVENTION) {
        zeros = 0;
        continue;
      }
      zeros = octet == 0 ? zeros + 1 : 0;
      bytes[size++] = octet;
    }
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  /** Appends the bytes from {@code index} to {@code end} without emulation prevention. */
  public static void appendTo(ByteBuf out, ByteBuf in, int index, int end) {
    int from = index;
    while (from < end) {
      int prevention = prevention(in, from, end);
      out.writeBytes(in, from, prevention - from);
      from = prevention + 1;
    }
  }

  /** Index of the first emulation prevention byte, which two zeros precede; else the end. */
  private static int prevention(ByteBuf in, int from, int end) {
    int at = NalIndex.zeroPair(in, from, end);
    while (at + 2 < end) {
      int third = in.getByte(at + 2);
      if (third == EMULATION_PREVENTION) {
        return at + 2;
      }
      at = NalIndex.zeroPair(in, third == 0 ? at + 1 : at + 3, end);
    }
    return end;
  }
}
