package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;

/**
 * {@code tfhd} (ISO/IEC 14496-12, section 8.8.7). A value whose flag is not set is 0 and not
 * written.
 *
 * @param flags which values are there, and {@link #DURATION_IS_EMPTY}, {@link
 *     #DEFAULT_BASE_IS_MOOF}
 * @param trackId 1 to 2³² − 1
 * @param baseDataOffset from the beginning of the file
 * @param sampleDescriptionIndex from 1
 * @param defaultDuration in the track's timescale
 * @param defaultSize bytes
 * @param defaultFlags {@link SampleFlags}
 */
public record TrackFragmentHeaderBox(
    int flags,
    long trackId,
    long baseDataOffset,
    long sampleDescriptionIndex,
    long defaultDuration,
    long defaultSize,
    int defaultFlags)
    implements Box {

  public static final int BASE_DATA_OFFSET = 1;
  public static final int SAMPLE_DESCRIPTION_INDEX = 2;
  public static final int DEFAULT_DURATION = 8;
  public static final int DEFAULT_SIZE = 0x10;
  public static final int DEFAULT_FLAGS = 0x20;
  public static final int DURATION_IS_EMPTY = 0x1_0000;
  public static final int DEFAULT_BASE_IS_MOOF = 0x2_0000;

  public TrackFragmentHeaderBox {
    checkRange("flags", flags, 0, 0xFF_FFFF);
    checkRange("trackId", trackId, 0, 0xFFFF_FFFFL);
    checkRange("baseDataOffset", baseDataOffset, 0, Long.MAX_VALUE);
    checkRange("sampleDescriptionIndex", sampleDescriptionIndex, 0, 0xFFFF_FFFFL);
    checkRange("defaultDuration", defaultDuration, 0, 0xFFFF_FFFFL);
    checkRange("defaultSize", defaultSize, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static TrackFragmentHeaderBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.TFHD, 0);
    long trackId = body.u32();
    return new TrackFragmentHeaderBox(
        body.flags(),
        trackId,
        body.flag(BASE_DATA_OFFSET) ? body.u64("base_data_offset") : 0,
        body.flag(SAMPLE_DESCRIPTION_INDEX) ? body.u32() : 0,
        body.flag(DEFAULT_DURATION) ? body.u32() : 0,
        body.flag(DEFAULT_SIZE) ? body.u32() : 0,
        body.flag(DEFAULT_FLAGS) ? body.i32() : 0);
  }

  /** Bytes of the whole box with these flags. */
  public static int sizeBytes(int flags) {
    return BoxHeader.MIN_SIZE
        + 8
        + ((flags & BASE_DATA_OFFSET) != 0 ? 8 : 0)
        + 4
            * Integer.bitCount(
                flags
                    & (SAMPLE_DESCRIPTION_INDEX | DEFAULT_DURATION | DEFAULT_SIZE | DEFAULT_FLAGS));
  }

  /** Whether a value or statement is there. */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  @Override
  public int type() {
    return BoxType.TFHD;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(0, flags, out);
    out.writeInt((int) trackId);
    if (has(BASE_DATA_OFFSET)) {
      out.writeLong(baseDataOffset);
    }
    writeIf(SAMPLE_DESCRIPTION_INDEX, sampleDescriptionIndex, out);
    writeIf(DEFAULT_DURATION, defaultDuration, out);
    writeIf(DEFAULT_SIZE, defaultSize, out);
    writeIf(DEFAULT_FLAGS, defaultFlags, out);
  }

  private void writeIf(int flag, long value, ByteBuf out) {
    if (has(flag)) {
      out.writeInt((int) value);
    }
  }
}
