package dev.sluice.wire.h264;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** NAL units, and access units of them in the length-prefixed form (ISO/IEC 14496-15, 5.3.2). */
public final class NalUnits {
  /** A slice of a picture that is no IDR. */
  public static final int SLICE = 1;

  /** Data partition A of a slice. */
  public static final int PARTITION_A = 2;

  /** A slice of an IDR picture. */
  public static final int IDR = 5;

  /** Supplemental enhancement information. */
  public static final int SEI = 6;

  /** Sequence parameter set. */
  public static final int SPS = 7;

  /** Picture parameter set. */
  public static final int PPS = 8;

  /** Access unit delimiter. */
  public static final int AUD = 9;

  /** Types that carry picture data, as bits of {@link #types}. */
  public static final int PICTURE_TYPES = 1 << SLICE | 1 << PARTITION_A | 1 << IDR;

  private static final int RECOVERY_POINT = 6; // payloadType, annex D.1.1

  /** Bytes of a SEI that are looked at: a recovery point comes first in practice. */
  private static final int MAX_SEI_BYTES = 1_024;

  /** Bytes enough for first_mb_in_slice and slice_type. */
  private static final int SLICE_PREFIX_BYTES = 9;

  private NalUnits() {}

  /** nal_unit_type of a NAL unit's first byte. */
  public static int type(int firstByte) {
    return firstByte & 0x1F;
  }

  /**
   * The types in an access unit as a set of bits, {@code 1 << type}. Empty NAL units are passed
   * over.
   *
   * @param accessUnit its indexes stay as they are
   * @param lengthSize bytes of each length: 1, 2 or 4
   * @throws MalformedException when a NAL unit reaches past the end
   */
  public static int types(ByteBuf accessUnit, int lengthSize) {
    int types = 0;
    int end = accessUnit.writerIndex();
    for (int at = accessUnit.readerIndex(); at < end; ) {
      int length = length(accessUnit, at, end, lengthSize);
      at += lengthSize;
      if (length > 0) {
        types |= 1 << type(accessUnit.getByte(at));
      }
      at += length;
    }
    return types;
  }

  /**
   * Whether the access unit has a SEI with a recovery point (annex D.1.8).
   *
   * @throws MalformedException when a NAL unit reaches past the end
   */
  public static boolean hasRecoveryPoint(ByteBuf accessUnit, int lengthSize) {
    int end = accessUnit.writerIndex();
    for (int at = accessUnit.readerIndex(); at < end; ) {
      int length = length(accessUnit, at, end, lengthSize);
      at += lengthSize;
      if (length > 1
          && type(accessUnit.getByte(at)) == SEI
          && isRecoveryPoint(rbsp(accessUnit, at, Math.min(length, MAX_SEI_BYTES)))) {
        return true;
      }
      at += length;
    }
    return false;
  }

  /**
   * Whether the first slice of the access unit is an I slice.
   *
   * @throws MalformedException when a NAL unit reaches past the end
   */
  public static boolean beginsIntra(ByteBuf accessUnit, int lengthSize) {
    int end = accessUnit.writerIndex();
    for (int at = accessUnit.readerIndex(); at < end; ) {
      int length = length(accessUnit, at, end, lengthSize);
      at += lengthSize;
      if (length > 1 && (1 << type(accessUnit.getByte(at)) & PICTURE_TYPES) != 0) {
        BitReader bits =
            new BitReader(
                rbsp(accessUnit, at, Math.min(length, SLICE_PREFIX_BYTES)), "slice header");
        bits.ue("first_mb_in_slice", Integer.MAX_VALUE);
        int sliceType = bits.ue("slice_type", 9);
        return sliceType % 5 == 2;
      }
      at += length;
    }
    return false;
  }

  /**
   * Appends an access unit with lengths of four bytes. Empty NAL units are left out.
   *
   * @throws MalformedException when a NAL unit reaches past the end
   */
  public static void writeWithLengthSize4(ByteBuf accessUnit, int lengthSize, ByteBuf out) {
    int end = accessUnit.writerIndex();
    for (int at = accessUnit.readerIndex(); at < end; ) {
      int length = length(accessUnit, at, end, lengthSize);
      at += lengthSize;
      if (length > 0) {
        out.writeInt(length).writeBytes(accessUnit, at, length);
      }
      at += length;
    }
  }

  /** The bytes behind a NAL unit's first one, without emulation prevention (section 7.3.1). */
  static byte[] rbsp(ByteBuf nalUnit, int index, int length) {
    byte[] bytes = new byte[length - 1];
    int size = 0;
    int zeros = 0;
    for (int i = index + 1; i < index + length; i++) {
      byte octet = nalUnit.getByte(i);
      if (zeros >= 2 && octet == 3) { // emulation_prevention_three_byte
        zeros = 0;
        continue;
      }
      zeros = octet == 0 ? zeros + 1 : 0;
      bytes[size++] = octet;
    }
    return Arrays.copyOf(bytes, size);
  }

  private static boolean isRecoveryPoint(byte[] rbsp) {
    for (int at = 0; at + 1 < rbsp.length; ) {
      int type = 0;
      int octet = 0xFF;
      while (octet == 0xFF && at < rbsp.length) {
        octet = rbsp[at++] & 0xFF;
        type += octet;
      }
      if (type == RECOVERY_POINT) {
        return true;
      }
      int size = 0;
      octet = 0xFF;
      while (octet == 0xFF && at < rbsp.length) {
        octet = rbsp[at++] & 0xFF;
        size += octet;
      }
      at += size;
      if (at < rbsp.length && rbsp[at] == (byte) 0x80) { // rbsp_trailing_bits
        return false;
      }
    }
    return false;
  }

  private static int length(ByteBuf accessUnit, int at, int end, int lengthSize) {
    long length =
        end - at < lengthSize
            ? Long.MAX_VALUE
            : switch (lengthSize) {
              case 1 -> accessUnit.getUnsignedByte(at);
              case 2 -> accessUnit.getUnsignedShort(at);
              case 4 -> accessUnit.getUnsignedInt(at);
              default -> throw new IllegalArgumentException("length size " + lengthSize);
            };
    if (length > end - at - lengthSize) {
      throw new MalformedException(
          "NAL unit at byte %d of %d reaches past the end of its access unit"
              .formatted(at - accessUnit.readerIndex(), accessUnit.readableBytes()));
    }
    return (int) length;
  }
}
