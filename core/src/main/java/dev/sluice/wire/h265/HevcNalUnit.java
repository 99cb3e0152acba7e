package dev.sluice.wire.h265;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * Header of a NAL unit, two bytes (section 7.3.1.2), and its types (table 7-1).
 *
 * @param type nal_unit_type, 0 to 63
 * @param layer nuh_layer_id, 0 to 63; 0 is the base layer
 * @param temporalId 0 to 6
 */
public record HevcNalUnit(int type, int layer, int temporalId) {
  /** Bytes of a header. */
  public static final int HEADER_BYTES = 2;

  /** Random access skipped leading picture that nothing refers to. */
  public static final int RASL_N = 8;

  /** Random access skipped leading picture. */
  public static final int RASL_R = 9;

  /** Broken link access picture, the first of the IRAP types. */
  public static final int BLA_W_LP = 16;

  /** IDR picture with leading pictures. */
  public static final int IDR_W_RADL = 19;

  /** IDR picture. */
  public static final int IDR_N_LP = 20;

  /** Clean random access picture. */
  public static final int CRA = 21;

  /** Video parameter set. */
  public static final int VPS = 32;

  /** Sequence parameter set. */
  public static final int SPS = 33;

  /** Picture parameter set. */
  public static final int PPS = 34;

  /** Access unit delimiter. */
  public static final int AUD = 35;

  /** End of sequence. */
  public static final int END_OF_SEQUENCE = 36;

  /** End of bitstream. */
  public static final int END_OF_BITSTREAM = 37;

  /** Filler data. */
  public static final int FILLER = 38;

  /** Supplemental enhancement information before the picture. */
  public static final int PREFIX_SEI = 39;

  /** Supplemental enhancement information behind the picture. */
  public static final int SUFFIX_SEI = 40;

  /**
   * Reads the header of the NAL unit at {@code offset}.
   *
   * @param in its indexes stay as they are
   * @param length of the NAL unit
   * @throws MalformedException when it has fewer than two bytes, or nuh_temporal_id_plus1 is 0
   */
  public static HevcNalUnit read(ByteBuf in, int offset, int length) {
    if (length < HEADER_BYTES) {
      throw new MalformedException("H.265 NAL unit of " + length + " bytes, at least 2 are needed");
    }
    int header = in.getUnsignedShort(offset);
    if ((header & 7) == 0) {
      throw new MalformedException("nuh_temporal_id_plus1 is 0, allowed is 1 to 7");
    }
    return new HevcNalUnit(header >> 9 & 0x3F, header >> 3 & 0x3F, (header & 7) - 1);
  }

  /** nal_unit_type by a header's first byte. */
  public static int type(int firstByte) {
    return firstByte >> 1 & 0x3F;
  }

  /** Whether a type is a slice segment; reserved ones are not. */
  public static boolean isSlice(int type) {
    return type >= 0 && type <= RASL_R || isIrap(type);
  }

  /** Whether a type is an intra random access point: BLA, IDR or CRA. */
  public static boolean isIrap(int type) {
    return type >= BLA_W_LP && type <= CRA;
  }
}
