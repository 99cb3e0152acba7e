package dev.sluice.wire.av1;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * What an AV1 decoder is configured with, the body of {@code av1C} (AV1-ISOBMFF, section 2.3.3).
 *
 * @param profile seq_profile, 0 to 7
 * @param level seq_level_idx_0, 0 to 31
 * @param highTier seq_tier_0
 * @param bitDepth 8, 10 or 12
 * @param monochrome mono_chrome
 * @param subsamplingX chroma_subsampling_x
 * @param subsamplingY chroma_subsampling_y
 * @param chromaPosition chroma_sample_position, 0 to 3
 * @param presentationDelay initial_presentation_delay_minus_one + 1, 1 to 16; 0 unknown
 * @param obus configOBUs in the low-overhead format: at most one sequence header, which comes
 *     first, and metadata
 */
public record Av1CodecConfigurationRecord(
    int profile,
    int level,
    boolean highTier,
    int bitDepth,
    boolean monochrome,
    boolean subsamplingX,
    boolean subsamplingY,
    int chromaPosition,
    int presentationDelay,
    Bytes obus) {

  private static final int FIXED_BYTES = 4;
  private static final int MARKER_AND_VERSION = 0x81;

  public Av1CodecConfigurationRecord {
    checkRange("profile", profile, 0, 7);
    checkRange("level", level, 0, 31);
    if (bitDepth != 8 && bitDepth != 10 && bitDepth != 12) {
      throw new IllegalArgumentException("bitDepth is " + bitDepth + ", allowed are 8, 10 and 12");
    }
    checkRange("chromaPosition", chromaPosition, 0, 3);
    checkRange("presentationDelay", presentationDelay, 0, 16);
  }

  /** The record of a stream with this sequence header. */
  public static Av1CodecConfigurationRecord of(
      Av1SequenceHeader sequence, int presentationDelay, Bytes obus) {
    Av1SequenceHeader.OperatingPoint first = sequence.operatingPoints().getFirst();
    Av1SequenceHeader.Samples samples = sequence.colour();
    return new Av1CodecConfigurationRecord(
        sequence.profile(),
        first.level(),
        first.highTier(),
        samples.bitDepth(),
        samples.monochrome(),
        samples.subsamplingX(),
        samples.subsamplingY(),
        samples.chromaPosition(),
        presentationDelay,
        obus);
  }

  /**
   * Reads one record, which takes all of {@code in}. Reserved bits are not looked at: MPEG-2 TS
   * uses them.
   *
   * @throws MalformedException when it ends too early or is of another version
   */
  public static Av1CodecConfigurationRecord read(ByteBuf in) {
    if (in.readableBytes() < FIXED_BYTES) {
      throw new MalformedException(
          "AV1CodecConfigurationRecord of %d bytes, at least 4 are needed"
              .formatted(in.readableBytes()));
    }
    int version = in.readUnsignedByte();
    if (version != MARKER_AND_VERSION) {
      throw new MalformedException(
          "AV1CodecConfigurationRecord with marker and version 0x%02X, allowed is 0x81"
              .formatted(version));
    }
    int profile = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int delay = in.readUnsignedByte();
    Bytes obus = Bytes.copyOf(in);
    in.skipBytes(in.readableBytes());
    boolean high = (flags & 0x40) != 0; // high_bitdepth
    boolean twelve = (flags & 0x20) != 0; // twelve_bit
    return new Av1CodecConfigurationRecord(
        profile >> 5,
        profile & 0x1F,
        (flags & 0x80) != 0,
        high ? (twelve ? 12 : 10) : 8,
        (flags & 0x10) != 0,
        (flags & 8) != 0,
        (flags & 4) != 0,
        flags & 3,
        (delay & 0x10) != 0 ? 1 + (delay & 0xF) : 0,
        obus);
  }

  /** Appends the record, reserved bits 0. */
  public void write(ByteBuf out) {
    out.writeByte(MARKER_AND_VERSION);
    out.writeByte(profile << 5 | level);
    out.writeByte(
        (highTier ? 0x80 : 0)
            | (bitDepth > 8 ? 0x40 : 0)
            | (bitDepth == 12 ? 0x20 : 0)
            | (monochrome ? 0x10 : 0)
            | (subsamplingX ? 8 : 0)
            | (subsamplingY ? 4 : 0)
            | chromaPosition);
    out.writeByte(presentationDelay == 0 ? 0 : 0x10 | presentationDelay - 1);
    obus.writeTo(out);
  }
}
