package dev.sluice.wire.h264;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What an H.264 decoder is configured with, the body of {@code avcC} (ISO/IEC 14496-15, section
 * 5.3.3.1).
 *
 * @param profile AVCProfileIndication
 * @param compatibility profile_compatibility, the constraint flags
 * @param level AVCLevelIndication
 * @param lengthSize bytes of the length before each NAL unit: 1, 2 or 4
 * @param sps whole NAL units, at most 31, each at most 65 535 bytes
 * @param pps whole NAL units, at most 255, each at most 65 535 bytes
 * @param extension what follows, as it came: chroma format and bit depths of high profiles
 */
public record AvcDecoderConfigurationRecord(
    int profile,
    int compatibility,
    int level,
    int lengthSize,
    List<Bytes> sps,
    List<Bytes> pps,
    Bytes extension) {

  /** SPS that a record can hold. */
  public static final int MAX_SPS = 31;

  /** PPS that a record can hold. */
  public static final int MAX_PPS = 255;

  public AvcDecoderConfigurationRecord {
    checkRange("profile", profile, 0, 255);
    checkRange("compatibility", compatibility, 0, 255);
    checkRange("level", level, 0, 255);
    if (lengthSize != 1 && lengthSize != 2 && lengthSize != 4) {
      throw new IllegalArgumentException(
          "lengthSize is " + lengthSize + ", allowed are 1, 2 and 4");
    }
    checkRange("number of SPS", sps.size(), 0, MAX_SPS);
    checkRange("number of PPS", pps.size(), 0, MAX_PPS);
    sps = List.copyOf(sps);
    pps = List.copyOf(pps);
  }

  /**
   * The record of parameter sets that came by themselves, with lengths of four bytes. Profile,
   * level and sample format are those of the first SPS.
   *
   * @throws MalformedException when the first SPS cannot be read
   */
  public static AvcDecoderConfigurationRecord of(List<Bytes> sps, List<Bytes> pps) {
    Sps first = Sps.read(sps.getFirst().buffer());
    return new AvcDecoderConfigurationRecord(
        first.profile(), first.constraints(), first.level(), 4, sps, pps, extension(first));
  }

  private static Bytes extension(Sps sps) {
    return switch (sps.profile()) {
      case 66, 77, 88 -> Bytes.EMPTY; // Baseline, Main, Extended
      default ->
          Bytes.of(
              (byte) (0xFC | sps.chromaFormat()),
              (byte) (0xF8 | sps.bitDepth() - 8),
              (byte) (0xF8 | sps.chromaBitDepth() - 8),
              (byte) 0); // numOfSequenceParameterSetExt
    };
  }

  /**
   * Reads one record, which takes all of {@code in}. Reserved bits are not looked at; encoders are
   * seen that leave them 0.
   *
   * @throws MalformedException when it ends too early, is of another version or says that lengths
   *     have three bytes
   */
  public static AvcDecoderConfigurationRecord read(ByteBuf in) {
    require(in, 6, "its first 6 bytes");
    int version = in.readUnsignedByte();
    if (version != 1) {
      throw new MalformedException(
          "AVCDecoderConfigurationRecord of version " + version + ", allowed is 1");
    }
    int profile = in.readUnsignedByte();
    int compatibility = in.readUnsignedByte();
    int level = in.readUnsignedByte();
    int lengthSize = (in.readUnsignedByte() & 3) + 1; // lengthSizeMinusOne
    if (lengthSize == 3) {
      throw new MalformedException(
          "AVCDecoderConfigurationRecord: lengthSizeMinusOne is 2, allowed are 0, 1 and 3");
    }
    List<Bytes> sps = parameterSets(in, in.readUnsignedByte() & 0x1F, "SPS");
    require(in, 1, "the number of PPS");
    List<Bytes> pps = parameterSets(in, in.readUnsignedByte(), "PPS");
    Bytes extension = Bytes.copyOf(in);
    in.skipBytes(in.readableBytes());
    return new AvcDecoderConfigurationRecord(
        profile, compatibility, level, lengthSize, sps, pps, extension);
  }

  /** Appends the record, reserved bits 1. */
  public void write(ByteBuf out) {
    out.writeByte(1).writeByte(profile).writeByte(compatibility).writeByte(level);
    out.writeByte(0xFC | lengthSize - 1);
    out.writeByte(0xE0 | sps.size());
    sps.forEach(set -> set.writeTo(out.writeShort(set.size())));
    out.writeByte(pps.size());
    pps.forEach(set -> set.writeTo(out.writeShort(set.size())));
    extension.writeTo(out);
  }

  /** The same with another length size. */
  public AvcDecoderConfigurationRecord withLengthSize(int other) {
    return new AvcDecoderConfigurationRecord(
        profile, compatibility, level, other, sps, pps, extension);
  }

  private static List<Bytes> parameterSets(ByteBuf in, int count, String what) {
    List<Bytes> sets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      require(in, 2, "the length of a " + what);
      int length = in.readUnsignedShort();
      require(in, length, "a " + what);
      sets.add(Bytes.copyOf(in.readSlice(length)));
    }
    return sets;
  }

  private static void require(ByteBuf in, int bytes, String what) {
    if (in.readableBytes() < bytes) {
      throw new MalformedException(
          "AVCDecoderConfigurationRecord ends in %s: %d bytes needed, %d left"
              .formatted(what, bytes, in.readableBytes()));
    }
  }
}
