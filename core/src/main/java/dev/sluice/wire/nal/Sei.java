package dev.sluice.wire.nal;

import io.netty.buffer.ByteBuf;

/** Supplemental enhancement information, which H.264 and H.265 write alike (7.3.2.3). */
public final class Sei {
  /** Where a stream can be joined (H.264 D.1.8, H.265 D.2.8). */
  public static final int RECOVERY_POINT = 6;

  /** Bytes of a NAL unit that are looked at: a recovery point comes first in practice. */
  static final int MAX_BYTES = 1_024;

  private static final int TRAILING_BITS = 0x80;

  private Sei() {}

  /**
   * Whether a SEI NAL unit has a payload of one type. Faults in it count as no.
   *
   * @param in its indexes stay as they are
   * @param index of the first byte behind the NAL unit's header
   * @param end index behind its last byte
   */
  public static boolean has(int payloadType, ByteBuf in, int index, int end) {
    Rbsp rbsp = new Rbsp(in, index, (int) Math.min(end, (long) index + MAX_BYTES));
    int first = rbsp.next();
    while (first >= 0) {
      int type = number(rbsp, first);
      int size = number(rbsp, rbsp.next());
      if (size < 0) {
        return false;
      }
      if (type == payloadType) {
        return true;
      }
      rbsp.skip(size);
      first = rbsp.next();
      if (first == TRAILING_BITS) {
        return false;
      }
    }
    return false;
  }

  /** A sum of bytes of which all but the last are 255; −1 when cut off. */
  private static int number(Rbsp rbsp, int first) {
    int sum = 0;
    int octet = first;
    while (octet == 0xFF) {
      sum += octet;
      octet = rbsp.next();
    }
    return octet < 0 ? -1 : sum + octet;
  }
}
