package dev.sluice.wire.vpx;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * What a VP8 or VP9 decoder is configured with, the body of {@code vpcC} behind version and flags
 * (VP-ISOBMFF, section "VP Codec Configuration Box"). There is no codec initialisation data.
 *
 * @param profile 0 to 3
 * @param level ten times the level: 10 to 62; 0 unknown
 * @param bitDepth 8, 10 or 12
 * @param chromaSubsampling 0 4:2:0 vertical, 1 4:2:0 colocated, 2 4:2:2, 3 4:4:4, others reserved
 * @param colour code points
 */
public record VpCodecConfigurationRecord(
    int profile, int level, int bitDepth, int chromaSubsampling, ColourCodes colour) {

  /** Bytes that {@link #write} appends. */
  public static final int BYTES = 8;

  // features of WebM
  private static final int PROFILE = 1;
  private static final int LEVEL = 2;
  private static final int BIT_DEPTH = 3;
  private static final int CHROMA_SUBSAMPLING = 4;

  private static final int FULL_BOX_BYTES = 4; // version 1 and flags 0

  public VpCodecConfigurationRecord {
    checkRange("profile", profile, 0, 255);
    checkRange("level", level, 0, 255);
    checkRange("bitDepth", bitDepth, 8, 15);
    checkRange("chromaSubsampling", chromaSubsampling, 0, 7);
  }

  /**
   * Reads one record, and passes over a version and flags before it: some senders of Enhanced RTMP
   * put them there, others do not.
   *
   * @throws MalformedException when it ends too early or bitDepth is below 8
   */
  public static VpCodecConfigurationRecord read(ByteBuf in) {
    int start = in.readerIndex();
    if (in.readableBytes() >= FULL_BOX_BYTES + BYTES && in.getInt(start) == 1 << 24) {
      in.skipBytes(FULL_BOX_BYTES); // as a record this would be of bit depth 0
    }
    if (in.readableBytes() < BYTES) {
      throw new MalformedException(
          "VPCodecConfigurationRecord of %d bytes, 8 are needed".formatted(in.readableBytes()));
    }
    int profile = in.readUnsignedByte();
    int level = in.readUnsignedByte();
    int samples = in.readUnsignedByte();
    int bitDepth = samples >> 4;
    if (bitDepth < 8) {
      throw new MalformedException(
          "VPCodecConfigurationRecord: bitDepth is %d, allowed is 8 to 15".formatted(bitDepth));
    }
    var colour =
        new ColourCodes(
            in.readUnsignedByte(),
            in.readUnsignedByte(),
            in.readUnsignedByte(),
            (samples & 1) != 0);
    in.skipBytes(2); // codecInitializationDataSize, which is 0
    return new VpCodecConfigurationRecord(profile, level, bitDepth, samples >> 1 & 7, colour);
  }

  /**
   * Whether this is the form of WebM, a list of features (WebM Container Guidelines, "VP9 Codec
   * Feature Metadata"): as a record, its level of 0.1 does not exist.
   */
  public static boolean isFeatureList(ByteBuf in) {
    int start = in.readerIndex();
    return in.readableBytes() >= 3
        && in.getUnsignedByte(start) >= PROFILE
        && in.getUnsignedByte(start) <= CHROMA_SUBSAMPLING
        && in.getUnsignedByte(start + 1) == 1;
  }

  /**
   * Reads the form of WebM: number, length and value of each feature. What is not listed is 8 bits
   * of 4:2:0; unknown features are passed over.
   *
   * @throws MalformedException when it ends too early or a value is out of range
   */
  public static VpCodecConfigurationRecord readFeatureList(ByteBuf in) {
    int profile = 0;
    int level = 0;
    int bitDepth = 8;
    int chromaSubsampling = 1;
    while (in.isReadable()) {
      int feature = in.readUnsignedByte();
      int length = in.isReadable() ? in.readUnsignedByte() : Integer.MAX_VALUE;
      if (length > in.readableBytes()) {
        throw new MalformedException("VP9 feature %d reaches past the end".formatted(feature));
      }
      int value = length == 1 ? in.getUnsignedByte(in.readerIndex()) : -1;
      in.skipBytes(length);
      if (value >= 0) {
        switch (feature) {
          case PROFILE -> profile = inRange("profile", value, 0, 3);
          case LEVEL -> level = value;
          case BIT_DEPTH -> bitDepth = inRange("bit depth", value, 8, 12);
          case CHROMA_SUBSAMPLING -> chromaSubsampling = inRange("chroma subsampling", value, 0, 3);
          default -> {}
        }
      }
    }
    return new VpCodecConfigurationRecord(
        profile, level, bitDepth, chromaSubsampling, ColourCodes.UNSPECIFIED);
  }

  private static int inRange(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new MalformedException(
          "VP9 feature %s is %d, allowed is %d to %d".formatted(what, value, min, max));
    }
    return value;
  }

  /** Appends the record. */
  public void write(ByteBuf out) {
    out.writeByte(profile).writeByte(level);
    out.writeByte(bitDepth << 4 | chromaSubsampling << 1 | (colour.fullRange() ? 1 : 0));
    out.writeByte(colour.primaries()).writeByte(colour.transfer()).writeByte(colour.matrix());
    out.writeShort(0);
  }
}
