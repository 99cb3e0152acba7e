package dev.sluice.wire.h264;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.Rbsp;
import io.netty.buffer.ByteBuf;

/** Types of NAL units (table 7-1), and what the beginning of a slice says. */
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

  /** End of sequence. */
  public static final int END_OF_SEQUENCE = 10;

  /** End of stream. */
  public static final int END_OF_STREAM = 11;

  /** Filler data. */
  public static final int FILLER = 12;

  /** Bytes enough for first_mb_in_slice and slice_type. */
  private static final int SLICE_PREFIX_BYTES = 9;

  private NalUnits() {}

  /** nal_unit_type of a NAL unit's first byte. */
  public static int type(int firstByte) {
    return firstByte & 0x1F;
  }

  /** Whether a NAL unit of this type begins with a slice header. */
  public static boolean isSlice(int type) {
    return type == SLICE || type == IDR || type == PARTITION_A;
  }

  /**
   * How far a slice, and the picture by it, is intra coded.
   *
   * @param firstOfPicture whether it is the first slice: first_mb_in_slice is 0
   * @param intra whether it is an I or SI slice
   * @param wholePictureIntra whether slice_type says that all slices of the picture are such
   */
  public record SliceStart(boolean firstOfPicture, boolean intra, boolean wholePictureIntra) {}

  /**
   * Reads the beginning of a slice header (section 7.3.3).
   *
   * @param in its indexes stay as they are
   * @param offset of the NAL unit, which is of a type that {@link #isSlice}
   * @param length of the NAL unit
   * @throws MalformedException when it ends too early or slice_type is unknown
   */
  public static SliceStart sliceStart(ByteBuf in, int offset, int length) {
    int end = offset + Math.min(length, SLICE_PREFIX_BYTES);
    BitReader bits = new BitReader(Rbsp.copy(in, offset + 1, end), "slice header");
    int first = bits.ue("first_mb_in_slice", Integer.MAX_VALUE);
    int type = bits.ue("slice_type", 9);
    boolean intra = type % 5 == 2 || type % 5 == 4;
    return new SliceStart(first == 0, intra, intra && type >= 5);
  }
}
