package dev.sluice.wire.h265;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What an H.265 decoder is configured with, the body of {@code hvcC} (ISO/IEC 14496-15, section
 * 8.3.3.1).
 *
 * @param profile profile, tier and level
 * @param minSpatialSegmentation min_spatial_segmentation_idc, 0 to 4 095
 * @param parallelism parallelismType: 0 unknown or mixed, 1 slices, 2 tiles, 3 wavefront
 * @param chromaFormat chroma_format_idc, 0 to 3
 * @param bitDepth of luma, 8 to 15
 * @param chromaBitDepth of chroma, 8 to 15
 * @param averageFrameRate frames in 256 seconds, 0 unknown
 * @param constantFrameRate 0 unknown, 1 constant, 2 constant in each temporal layer
 * @param temporalLayers 0 unknown, 1 to 7
 * @param temporalIdNested sps_temporal_id_nesting_flag of all SPS
 * @param lengthSize bytes of the length before each NAL unit: 1, 2 or 4
 * @param arrays parameter sets, and SEI that holds for the whole stream; at most 255
 */
public record HevcDecoderConfigurationRecord(
    ProfileTierLevel profile,
    int minSpatialSegmentation,
    int parallelism,
    int chromaFormat,
    int bitDepth,
    int chromaBitDepth,
    int averageFrameRate,
    int constantFrameRate,
    int temporalLayers,
    boolean temporalIdNested,
    int lengthSize,
    List<NalArray> arrays) {

  /** VPS, and SPS, that a stream can have. */
  public static final int MAX_VPS_AND_SPS = 16;

  /** PPS that a stream can have. */
  public static final int MAX_PPS = 64;

  private static final int FIXED_BYTES = 23;

  /**
   * NAL units of one type.
   *
   * @param complete array_completeness: none of the type are in the stream
   * @param type nal_unit_type
   * @param nalUnits whole NAL units, at most 65 535, each at most 65 535 bytes
   */
  public record NalArray(boolean complete, int type, List<Bytes> nalUnits) {
    public NalArray {
      checkRange("type", type, 0, 63);
      checkRange("number of NAL units", nalUnits.size(), 0, 0xFFFF);
      nalUnits = List.copyOf(nalUnits);
    }
  }

  public HevcDecoderConfigurationRecord {
    checkRange("minSpatialSegmentation", minSpatialSegmentation, 0, 4_095);
    checkRange("parallelism", parallelism, 0, 3);
    checkRange("chromaFormat", chromaFormat, 0, 3);
    checkRange("bitDepth", bitDepth, 8, 15);
    checkRange("chromaBitDepth", chromaBitDepth, 8, 15);
    checkRange("averageFrameRate", averageFrameRate, 0, 0xFFFF);
    checkRange("constantFrameRate", constantFrameRate, 0, 3);
    checkRange("temporalLayers", temporalLayers, 0, 7);
    if (lengthSize != 1 && lengthSize != 2 && lengthSize != 4) {
      throw new IllegalArgumentException(
          "lengthSize is " + lengthSize + ", allowed are 1, 2 and 4");
    }
    checkRange("number of arrays", arrays.size(), 0, 255);
    arrays = List.copyOf(arrays);
  }

  /**
   * The record of parameter sets that came by themselves, with lengths of four bytes. What it says
   * besides is what the first SPS and all PPS say.
   *
   * @param others arrays that are put behind those of the parameter sets
   * @throws MalformedException when a parameter set cannot be read
   */
  public static HevcDecoderConfigurationRecord of(
      List<Bytes> vps, List<Bytes> sps, List<Bytes> pps, List<NalArray> others) {
    HevcSps first = HevcSps.read(sps.getFirst().buffer());
    List<NalArray> arrays = new ArrayList<>();
    arrays.add(new NalArray(true, HevcNalUnit.VPS, vps));
    arrays.add(new NalArray(true, HevcNalUnit.SPS, sps));
    arrays.add(new NalArray(true, HevcNalUnit.PPS, pps));
    arrays.addAll(others);
    int segmentation = first.vui().minSpatialSegmentation();
    return new HevcDecoderConfigurationRecord(
        first.profile(),
        segmentation,
        segmentation == 0 ? 0 : parallelism(pps),
        first.chromaFormat(),
        Math.min(first.bitDepth(), 15),
        Math.min(first.chromaBitDepth(), 15),
        0,
        0,
        first.temporalLayers(),
        first.temporalIdNested(),
        4,
        arrays);
  }

  private static int parallelism(List<Bytes> all) {
    int common = -1;
    for (Bytes each : all) {
      HevcPps pps = HevcPps.read(each.buffer());
      int type = pps.tiles() ? (pps.wavefront() ? 0 : 2) : (pps.wavefront() ? 3 : 1);
      common = common == -1 || common == type ? type : 0;
    }
    return Math.max(common, 0);
  }

  /**
   * Reads one record, which takes all of {@code in}; what follows the arrays is passed over.
   * Reserved bits are not looked at.
   *
   * @throws MalformedException when it ends too early, is of another version or says that lengths
   *     have three bytes
   */
  public static HevcDecoderConfigurationRecord read(ByteBuf in) {
    require(in, FIXED_BYTES, "its first 23 bytes");
    int version = in.readUnsignedByte();
    if (version != 1) {
      throw new MalformedException(
          "HEVCDecoderConfigurationRecord of version " + version + ", allowed is 1");
    }
    int profile = in.readUnsignedByte();
    var profileTierLevel =
        new ProfileTierLevel(
            profile >> 6,
            (profile & 0x20) != 0,
            profile & 0x1F,
            in.readUnsignedInt(),
            in.readUnsignedInt() << 16 | in.readUnsignedShort(),
            in.readUnsignedByte());
    int segmentation = in.readUnsignedShort() & 0xFFF;
    int parallelism = in.readUnsignedByte() & 3;
    int chromaFormat = in.readUnsignedByte() & 3;
    int bitDepth = 8 + (in.readUnsignedByte() & 7);
    int chromaBitDepth = 8 + (in.readUnsignedByte() & 7);
    int averageFrameRate = in.readUnsignedShort();
    int flags = in.readUnsignedByte();
    int lengthSize = (flags & 3) + 1; // lengthSizeMinusOne
    if (lengthSize == 3) {
      throw new MalformedException(
          "HEVCDecoderConfigurationRecord: lengthSizeMinusOne is 2, allowed are 0, 1 and 3");
    }
    List<NalArray> arrays = new ArrayList<>();
    for (int left = in.readUnsignedByte(); left > 0; left--) {
      arrays.add(array(in));
    }
    in.skipBytes(in.readableBytes());
    return new HevcDecoderConfigurationRecord(
        profileTierLevel,
        segmentation,
        parallelism,
        chromaFormat,
        bitDepth,
        chromaBitDepth,
        averageFrameRate,
        flags >> 6,
        flags >> 3 & 7,
        (flags & 4) != 0,
        lengthSize,
        arrays);
  }

  private static NalArray array(ByteBuf in) {
    require(in, 3, "the head of an array");
    int head = in.readUnsignedByte();
    List<Bytes> nalUnits = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      require(in, 2, "the length of a NAL unit");
      int length = in.readUnsignedShort();
      require(in, length, "a NAL unit");
      nalUnits.add(Bytes.copyOf(in.readSlice(length)));
    }
    return new NalArray((head & 0x80) != 0, head & 0x3F, nalUnits);
  }

  /** Appends the record, reserved bits as the specification wants them. */
  public void write(ByteBuf out) {
    out.writeByte(1);
    out.writeByte(
        profile.profileSpace() << 6 | (profile.highTier() ? 0x20 : 0) | profile.profile());
    out.writeInt((int) profile.compatibility());
    out.writeInt((int) (profile.constraints() >> 16)).writeShort((int) profile.constraints());
    out.writeByte(profile.level());
    out.writeShort(0xF000 | minSpatialSegmentation);
    out.writeByte(0xFC | parallelism);
    out.writeByte(0xFC | chromaFormat);
    out.writeByte(0xF8 | bitDepth - 8);
    out.writeByte(0xF8 | chromaBitDepth - 8);
    out.writeShort(averageFrameRate);
    out.writeByte(
        constantFrameRate << 6 | temporalLayers << 3 | (temporalIdNested ? 4 : 0) | lengthSize - 1);
    out.writeByte(arrays.size());
    for (NalArray array : arrays) {
      out.writeByte((array.complete() ? 0x80 : 0) | array.type());
      out.writeShort(array.nalUnits().size());
      array.nalUnits().forEach(unit -> unit.writeTo(out.writeShort(unit.size())));
    }
  }

  /** The NAL units of one type, of all arrays. */
  public List<Bytes> nalUnits(int type) {
    List<Bytes> found = new ArrayList<>();
    for (NalArray array : arrays) {
      if (array.type() == type) {
        found.addAll(array.nalUnits());
      }
    }
    return found;
  }

  /** The same with another length size. */
  public HevcDecoderConfigurationRecord withLengthSize(int other) {
    return new HevcDecoderConfigurationRecord(
        profile,
        minSpatialSegmentation,
        parallelism,
        chromaFormat,
        bitDepth,
        chromaBitDepth,
        averageFrameRate,
        constantFrameRate,
        temporalLayers,
        temporalIdNested,
        other,
        arrays);
  }

  private static void require(ByteBuf in, int bytes, String what) {
    if (in.readableBytes() < bytes) {
      throw new MalformedException(
          "HEVCDecoderConfigurationRecord ends in %s: %d bytes needed, %d left"
              .formatted(what, bytes, in.readableBytes()));
    }
  }
}
