package dev.sluice.wire.flac;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The header of a FLAC frame (RFC 9639, section 9.1).
 *
 * @param variableBlocks whether {@code number} counts samples; else it counts frames
 * @param number of the frame, or of its first sample
 * @param blockSize samples of each channel, 1 to 65 536
 * @param sampleRate in Hz; 0 when STREAMINFO tells
 * @param channels 1 to 8
 * @param bitsPerSample 8 to 32; 0 when STREAMINFO tells
 * @param size bytes of the header, check included
 */
public record FlacFrameHeader(
    boolean variableBlocks,
    long number,
    int blockSize,
    int sampleRate,
    int channels,
    int bitsPerSample,
    int size) {

  /** Most bytes of a header. */
  public static final int MAX_SIZE = 16;

  private static final int MIN_SIZE = 6;
  private static final int CRC_POLYNOMIAL = 0x07;

  private static final int[] SAMPLE_RATES = {
    0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000
  };
  private static final int[] SAMPLE_SIZES = {0, 8, 12, -1, 16, 20, 24, 32};

  public FlacFrameHeader {
    checkRange("blockSize", blockSize, 1, 65_536);
    checkRange("channels", channels, 1, 8);
  }

  /**
   * Reads the header at the beginning of {@code in}, whose indexes stay as they are.
   *
   * @return null when {@code in} ends too early
   * @throws MalformedException when it is no header, or its check fails
   */
  public static @Nullable FlacFrameHeader read(ByteBuf in) {
    int available = in.readableBytes();
    if (available < MIN_SIZE) {
      return null;
    }
    int start = in.readerIndex();
    int first = in.getInt(start);
    int sizeCode = first >> 12 & 15;
    int rateCode = first >> 8 & 15;
    int channelCode = first >> 4 & 15;
    int sampleSize = SAMPLE_SIZES[first >> 1 & 7];
    require("sync code", first >>> 17 == 0x7FFC, first >>> 16);
    require("block size", sizeCode != 0, sizeCode);
    require("sample rate", rateCode != 15, rateCode);
    require("channels", channelCode <= 10, channelCode);
    require("sample size", sampleSize >= 0 && (first & 1) == 0, first & 15);
    int numberSize = numberSize(in.getUnsignedByte(start + 4));
    int sizeBytes = sizeCode == 6 ? 1 : sizeCode == 7 ? 2 : 0;
    int rateBytes = rateCode == 12 ? 1 : rateCode > 12 ? 2 : 0;
    int size = 4 + numberSize + sizeBytes + rateBytes + 1;
    if (available < size) {
      return null;
    }
    int crc = crc8(in, start, size - 1);
    require("CRC-8", crc == in.getUnsignedByte(start + size - 1), crc);
    int at = start + 4 + numberSize;
    int blockSize =
        switch (sizeCode) {
          case 1 -> 192;
          case 2, 3, 4, 5 -> 144 << sizeCode;
          case 6 -> in.getUnsignedByte(at) + 1;
          case 7 -> in.getUnsignedShort(at) + 1;
          default -> 1 << sizeCode;
        };
    at += sizeBytes;
    int rate =
        switch (rateCode) {
          case 12 -> 1_000 * in.getUnsignedByte(at);
          case 13 -> in.getUnsignedShort(at);
          case 14 -> 10 * in.getUnsignedShort(at);
          default -> SAMPLE_RATES[rateCode];
        };
    return new FlacFrameHeader(
        (first >> 16 & 1) == 1,
        number(in, start + 4, numberSize),
        blockSize,
        rate,
        channelCode < 8 ? channelCode + 1 : 2,
        sampleSize,
        size);
  }

  /** Bytes of a number that is coded as UTF-8 codes characters, on to 36 bits. */
  private static int numberSize(int first) {
    int ones = Integer.numberOfLeadingZeros(~first << 24);
    require("coded number", ones != 1 && ones < 8, first);
    return Math.max(1, ones);
  }

  private static long number(ByteBuf in, int at, int size) {
    long number = in.getUnsignedByte(at) & (size == 1 ? 0x7F : 0x7F >> size);
    for (int i = 1; i < size; i++) {
      int octet = in.getUnsignedByte(at + i);
      require("coded number", octet >> 6 == 2, octet);
      number = number << 6 | octet & 0x3F;
    }
    return number;
  }

  /** CRC-8 of the header's bytes (section 9.1.8). */
  static int crc8(ByteBuf in, int from, int count) {
    int crc = 0;
    for (int i = 0; i < count; i++) {
      crc ^= in.getUnsignedByte(from + i);
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x80) == 0 ? crc << 1 : crc << 1 ^ CRC_POLYNOMIAL;
      }
      crc &= 0xFF;
    }
    return crc;
  }

  private static void require(String what, boolean allowed, int value) {
    if (!allowed) {
      throw new MalformedException("FLAC frame header: %s is 0x%X".formatted(what, value));
    }
  }
}
