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

  /** Appends the record. */
  public void write(ByteBuf out) {
    out.writeByte(profile).writeByte(level);
    out.writeByte(bitDepth << 4 | chromaSubsampling << 1 | (colour.fullRange() ? 1 : 0));
    out.writeByte(colour.primaries()).writeByte(colour.transfer()).writeByte(colour.matrix());
    out.writeShort(0);
  }
}
