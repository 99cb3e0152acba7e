package dev.sluice.media;

import dev.sluice.media.VideoFormat.Colour;
import dev.sluice.media.VideoFormat.Ratio;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.av1.Av1CodecConfigurationRecord;
import dev.sluice.wire.av1.Av1SequenceHeader;
import dev.sluice.wire.av1.Obu;
import dev.sluice.wire.av1.ObuIndex;
import dev.sluice.wire.h264.AvcDecoderConfigurationRecord;
import dev.sluice.wire.h264.Sps;
import dev.sluice.wire.h265.HevcDecoderConfigurationRecord;
import dev.sluice.wire.h265.HevcNalUnit;
import dev.sluice.wire.h265.HevcSps;
import dev.sluice.wire.h265.HevcTiming;
import dev.sluice.wire.h265.HevcVps;
import dev.sluice.wire.mpegvideo.SequenceHeader;
import dev.sluice.wire.nal.VuiStart;
import dev.sluice.wire.vpx.VpCodecConfigurationRecord;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the configuration of each video codec says. */
final class VideoFormats {
  /** frame_rate_code of MPEG video, from 1. */
  private static final int[][] MPEG_FRAME_RATES = {
    {24_000, 1_001}, {24, 1}, {25, 1}, {30_000, 1_001}, {30, 1}, {50, 1}, {60_000, 1_001}, {60, 1}
  };

  /** Display aspect ratios of MPEG-2, from aspect_ratio_information 2. */
  private static final int[][] MPEG2_DISPLAY = {{4, 3}, {16, 9}, {221, 100}};

  /** Height of a sample by its width in ten thousandths, from pel_aspect_ratio 1 of MPEG-1. */
  private static final int[] MPEG1_PIXEL_HEIGHTS = {
    10_000, 6_735, 7_031, 7_615, 8_055, 8_437, 8_935, 9_157, 9_815, 10_255, 10_695, 10_950, 11_575,
    12_015
  };

  private static final int PROFILE_422_AT_MAIN = 0x85;

  private VideoFormats() {}

  /**
   * @throws dev.sluice.wire.MalformedException when it cannot be read
   */
  static @Nullable VideoFormat read(Codec codec, Bytes configuration) {
    return switch (codec) {
      case H264 -> h264(AvcDecoderConfigurationRecord.read(configuration.buffer()));
      case H265 -> h265(HevcDecoderConfigurationRecord.read(configuration.buffer()));
      case AV1 -> av1(Av1CodecConfigurationRecord.read(configuration.buffer()));
      case VP8 -> vpx("vp08", configuration.buffer());
      case VP9 -> vpx("vp09", configuration.buffer());
      case MPEG2_VIDEO -> mpegVideo(SequenceHeader.read(configuration.buffer()));
      default -> null;
    };
  }

  private static @Nullable VideoFormat h264(AvcDecoderConfigurationRecord record) {
    if (record.sps().isEmpty()) {
      return null;
    }
    Sps sps = Sps.read(record.sps().getFirst().buffer());
    Sps.Timing timing = sps.timing();
    return new VideoFormat(
        "avc1.%02X%02X%02X".formatted(sps.profile(), sps.constraints(), sps.level()),
        sps.width(),
        sps.height(),
        pixelAspect(sps.usability()),
        timing == null ? null : ratio(timing.timeScale(), 2 * timing.unitsInTick()),
        sps.bitDepth(),
        sps.chromaFormat(),
        sps.maxReorderFrames(),
        colour(sps.usability().colour()));
  }

  private static @Nullable VideoFormat h265(HevcDecoderConfigurationRecord record) {
    List<Bytes> all = record.nalUnits(HevcNalUnit.SPS);
    if (all.isEmpty()) {
      return null;
    }
    HevcSps sps = HevcSps.read(all.getFirst().buffer());
    HevcTiming timing = sps.vui().timing();
    if (timing == null) {
      timing = timingOfVps(record, sps.vpsId());
    }
    return new VideoFormat(
        "hvc1." + sps.profile().codecsSuffix(),
        sps.width(),
        sps.height(),
        pixelAspect(sps.vui().start()),
        timing == null
            ? null
            : ratio(timing.timeScale(), timing.unitsInTick() * (sps.vui().fields() ? 2 : 1)),
        sps.bitDepth(),
        sps.chromaFormat(),
        sps.maxReorderPictures(),
        colour(sps.vui().start().colour()));
  }

  private static @Nullable HevcTiming timingOfVps(HevcDecoderConfigurationRecord record, int id) {
    for (Bytes each : record.nalUnits(HevcNalUnit.VPS)) {
      HevcVps vps = HevcVps.read(each.buffer());
      if (vps.id() == id) {
        return vps.timing();
      }
    }
    return null;
  }

  private static @Nullable VideoFormat av1(Av1CodecConfigurationRecord record) {
    ByteBuf obus = record.obus().buffer();
    ObuIndex index = new ObuIndex();
    index.read(obus);
    for (int i = 0; i < index.count(); i++) {
      if (Obu.type(obus.getByte(index.offset(i))) == Obu.SEQUENCE_HEADER) {
        ByteBuf payload = obus.slice(index.payload(i), index.end(i) - index.payload(i));
        return av1(Av1SequenceHeader.read(payload));
      }
    }
    return null;
  }

  private static VideoFormat av1(Av1SequenceHeader sequence) {
    Av1SequenceHeader.Samples samples = sequence.colour();
    Av1SequenceHeader.Timing timing = sequence.timing();
    int chroma = samples.subsamplingX() ? (samples.subsamplingY() ? 1 : 2) : 3;
    return new VideoFormat(
        av1Codecs(sequence),
        sequence.maxWidth(),
        sequence.maxHeight(),
        Ratio.ONE,
        timing == null || timing.ticksPerPicture() == 0
            ? null
            : ratio(timing.timeScale(), timing.unitsInTick() * timing.ticksPerPicture()),
        samples.bitDepth(),
        samples.monochrome() ? 0 : chroma,
        0, // frames that are shown later are part of the temporal unit before
        colour(samples.codes()));
  }

  /** AV1-ISOBMFF, section 5; what is optional stands when any of it is not the default. */
  private static String av1Codecs(Av1SequenceHeader sequence) {
    Av1SequenceHeader.OperatingPoint point = sequence.operatingPoints().getFirst();
    Av1SequenceHeader.Samples samples = sequence.colour();
    String text =
        "av01.%d.%02d%s.%02d"
            .formatted(
                sequence.profile(),
                point.level(),
                point.highTier() ? "H" : "M",
                samples.bitDepth());
    String chroma =
        "%d%d%d"
            .formatted(
                samples.subsamplingX() ? 1 : 0,
                samples.subsamplingY() ? 1 : 0,
                samples.chromaPosition());
    if (!samples.monochrome() && chroma.equals("110") && isDefault(samples.codes())) {
      return text;
    }
    return "%s.%d.%s.%s.%d"
        .formatted(
            text,
            samples.monochrome() ? 1 : 0,
            chroma,
            codePoints(samples.codes()),
            samples.codes().fullRange() ? 1 : 0);
  }

  /** VP-ISOBMFF, section "Codecs Parameter String"; optional parts as for AV1. */
  private static @Nullable VideoFormat vpx(String entry, ByteBuf in) {
    var record = VpCodecConfigurationRecord.read(in);
    int width = in.readableBytes() < 4 ? 0 : in.readUnsignedShort();
    int height = width == 0 ? 0 : in.readUnsignedShort();
    if (width == 0 || height == 0) {
      return null; // no key frame yet
    }
    String codecs =
        "%s.%02d.%02d.%02d".formatted(entry, record.profile(), record.level(), record.bitDepth());
    if (record.chromaSubsampling() != 1 || !isDefault(record.colour())) {
      codecs +=
          ".%02d.%s.%02d"
              .formatted(
                  record.chromaSubsampling(),
                  codePoints(record.colour()),
                  record.colour().fullRange() ? 1 : 0);
    }
    int chroma =
        switch (record.chromaSubsampling()) {
          case 0, 1 -> 1;
          case 3 -> 3;
          default -> 2;
        };
    return new VideoFormat(
        codecs,
        width,
        height,
        Ratio.ONE,
        null,
        record.bitDepth(),
        chroma,
        0,
        colour(record.colour()));
  }

  /** BT.709, or nothing said, which players take for it. */
  private static boolean isDefault(ColourCodes codes) {
    return codes.equals(ColourCodes.UNSPECIFIED) || codes.equals(new ColourCodes(1, 1, 1, false));
  }

  private static String codePoints(ColourCodes codes) {
    return "%02d.%02d.%02d".formatted(codes.primaries(), codes.transfer(), codes.matrix());
  }

  private static VideoFormat mpegVideo(SequenceHeader header) {
    int[] rate = MPEG_FRAME_RATES[header.frameRateCode() - 1];
    SequenceHeader.Extension extension = header.extension();
    SequenceHeader.Display display = header.display();
    if (extension == null) {
      return new VideoFormat(
          "mp4v.6A",
          header.width(),
          header.height(),
          mpeg1PixelAspect(header.aspectRatio()),
          ratio(rate[0], rate[1]),
          8,
          1,
          1,
          Colour.UNSPECIFIED);
    }
    return new VideoFormat(
        "mp4v." + mpeg2ObjectType(extension.profileAndLevel()),
        header.width(),
        header.height(),
        mpeg2PixelAspect(header),
        ratio(
            (long) rate[0] * extension.frameRateNumerator(),
            (long) rate[1] * extension.frameRateDenominator()),
        8,
        extension.chromaFormat(),
        extension.lowDelay() ? 0 : 1,
        display == null ? Colour.UNSPECIFIED : colour(display.colour()));
  }

  /** objectTypeIndication of ISO/IEC 14496-1, table 5, by the profile of H.262, table 8-2. */
  private static String mpeg2ObjectType(int profileAndLevel) {
    if (profileAndLevel >= 0x80) { // escape bit
      return profileAndLevel == PROFILE_422_AT_MAIN || profileAndLevel == 0x82 ? "65" : "61";
    }
    return switch (profileAndLevel >> 4) {
      case 5 -> "60"; // Simple
      case 3 -> "62"; // SNR scalable
      case 2 -> "63"; // Spatially scalable
      case 1 -> "64"; // High
      default -> "61"; // Main
    };
  }

  private static Ratio mpeg1PixelAspect(int code) {
    return code >= 1 && code <= MPEG1_PIXEL_HEIGHTS.length
        ? orSquare(ratio(10_000, MPEG1_PIXEL_HEIGHTS[code - 1]))
        : Ratio.ONE;
  }

  /** The display aspect ratio is that of the display extension's area, else of the picture. */
  private static Ratio mpeg2PixelAspect(SequenceHeader header) {
    int code = header.aspectRatio();
    if (code < 2 || code > 1 + MPEG2_DISPLAY.length) {
      return Ratio.ONE;
    }
    SequenceHeader.Display display = header.display();
    boolean apart = display != null && display.width() > 0 && display.height() > 0;
    int width = apart && display != null ? display.width() : header.width();
    int height = apart && display != null ? display.height() : header.height();
    int[] ofDisplay = MPEG2_DISPLAY[code - 2];
    return orSquare(ratio((long) ofDisplay[0] * height, (long) ofDisplay[1] * width));
  }

  private static Ratio pixelAspect(VuiStart vui) {
    return vui.sarWidth() == 0 ? Ratio.ONE : orSquare(ratio(vui.sarWidth(), vui.sarHeight()));
  }

  private static Colour colour(ColourCodes codes) {
    return new Colour(codes.primaries(), codes.transfer(), codes.matrix(), codes.fullRange());
  }

  private static Ratio orSquare(@Nullable Ratio ratio) {
    return ratio == null ? Ratio.ONE : ratio;
  }

  /** In lowest terms; null when even those do not fit, which no frame rate needs. */
  private static @Nullable Ratio ratio(long numerator, long denominator) {
    long divisor = gcd(numerator, denominator);
    long over = numerator / divisor;
    long under = denominator / divisor;
    return over > Integer.MAX_VALUE || under > Integer.MAX_VALUE
        ? null
        : new Ratio((int) over, (int) under);
  }

  private static long gcd(long one, long other) {
    return other == 0 ? one : gcd(other, one % other);
  }
}
