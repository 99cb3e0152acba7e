package dev.sluice.wire.h264;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.Rbsp;
import io.netty.buffer.ByteBuf;

/**
 * The part of a slice header by which pictures are told apart (sections 7.3.3 and 7.4.1.2.4).
 *
 * @param reference nal_ref_idc is not 0
 * @param idr whether it is of an IDR picture
 * @param firstMacroblock first_mb_in_slice
 * @param ppsId pic_parameter_set_id
 * @param frameNum frame_num
 * @param structure frame or field
 * @param idrId idr_pic_id, 0 where it does not stand
 * @param orderLsb pic_order_cnt_lsb, 0 where it does not stand
 * @param orderDeltas delta_pic_order_cnt_bottom, or delta_pic_order_cnt[0] and [1] in one
 */
public record SliceHeader(
    boolean reference,
    boolean idr,
    int firstMacroblock,
    int ppsId,
    int frameNum,
    Structure structure,
    int idrId,
    int orderLsb,
    long orderDeltas) {

  /** Bytes of a NAL unit that are looked at: all that is read fits, emulation prevention too. */
  public static final int PREFIX_BYTES = 48;

  /** What a picture is. */
  public enum Structure {
    FRAME,
    TOP_FIELD,
    BOTTOM_FIELD
  }

  /** The parameter sets that a header's syntax depends on. */
  public interface ParameterSets {
    /**
     * The SPS to which a PPS refers.
     *
     * @throws MalformedException when one of them is not known
     */
    Sps spsOf(int ppsId);

    /**
     * A PPS.
     *
     * @throws MalformedException when it is not known
     */
    Pps pps(int ppsId);
  }

  /**
   * Reads the header of the slice at {@code offset}.
   *
   * @param in its indexes stay as they are
   * @param length of the NAL unit, or what of it is there
   * @throws MalformedException when it ends too early, a value is out of range, or its parameter
   *     sets are not known
   */
  public static SliceHeader read(ByteBuf in, int offset, int length, ParameterSets sets) {
    int end = offset + Math.min(length, PREFIX_BYTES);
    BitReader bits = new BitReader(Rbsp.copy(in, offset + 1, end), "slice header");
    int first = in.getUnsignedByte(offset);
    boolean idr = NalUnits.type(first) == NalUnits.IDR;
    int firstMacroblock = bits.ue("first_mb_in_slice", Integer.MAX_VALUE);
    bits.ue("slice_type", 9);
    int ppsId = bits.ue("pic_parameter_set_id", Pps.MAX_ID);
    Sps sps = sets.spsOf(ppsId);
    Sps.SliceSyntax syntax = sps.slices();
    if (syntax.separatePlanes()) {
      bits.skip(2); // colour_plane_id
    }
    int frameNum = bits.small(syntax.frameNumBits());
    Structure structure = Structure.FRAME;
    if (!sps.progressive() && bits.flag()) { // field_pic_flag
      structure = bits.flag() ? Structure.BOTTOM_FIELD : Structure.TOP_FIELD;
    }
    int idrId = idr ? bits.ue("idr_pic_id", 65_535) : 0;
    boolean both = structure == Structure.FRAME && sets.pps(ppsId).fieldOrderPresent();
    int lsb = 0;
    long deltas = 0;
    if (syntax.orderCountType() == 0) {
      lsb = bits.small(syntax.orderCountBits());
      deltas = both ? bits.se("delta_pic_order_cnt_bottom") : 0;
    } else if (syntax.orderCountType() == 1 && !syntax.deltaAlwaysZero()) {
      deltas = bits.se("delta_pic_order_cnt[0]");
      deltas = deltas << 32 ^ (both ? bits.se("delta_pic_order_cnt[1]") : 0);
    }
    boolean reference = (first & 0x60) != 0; // nal_ref_idc
    return new SliceHeader(
        reference, idr, firstMacroblock, ppsId, frameNum, structure, idrId, lsb, deltas);
  }

  /** Whether this slice and the one before it are of different pictures. */
  public boolean isOfOtherPictureThan(SliceHeader before) {
    return frameNum != before.frameNum
        || ppsId != before.ppsId
        || structure != before.structure
        || reference != before.reference
        || idr != before.idr
        || idrId != before.idrId
        || orderLsb != before.orderLsb
        || orderDeltas != before.orderDeltas;
  }

  /** Whether this slice's picture is the second field of the frame that {@code before} began. */
  public boolean isSecondFieldOf(SliceHeader before) {
    return frameNum == before.frameNum
        && structure != Structure.FRAME
        && before.structure != Structure.FRAME
        && structure != before.structure
        && (reference == before.reference || before.reference)
        && (!idr || before.idr);
  }
}
