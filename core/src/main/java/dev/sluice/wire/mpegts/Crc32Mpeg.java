package dev.sluice.wire.mpegts;

import io.netty.buffer.ByteBuf;

/**
 * The CRC of sections (annex A): polynomial 0x04C11DB7, from all ones, not reflected, not inverted.
 * Over a section with its CRC it is 0.
 */
public final class Crc32Mpeg {
  private static final int POLYNOMIAL = 0x04C1_1DB7;
  private static final int[] TABLE = new int[256];

  static {
    for (int octet = 0; octet < 256; octet++) {
      int crc = octet << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc < 0 ? crc << 1 ^ POLYNOMIAL : crc << 1;
      }
      TABLE[octet] = crc;
    }
  }

  private Crc32Mpeg() {}

  /** Over {@code length} bytes from {@code index}. */
  public static int of(ByteBuf bytes, int index, int length) {
    int crc = -1;
    for (int i = index; i < index + length; i++) {
      crc = crc << 8 ^ TABLE[(crc >>> 24 ^ bytes.getByte(i)) & 0xFF];
    }
    return crc;
  }
}
