package dev.sluice.wire.mpegvideo;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.NalIndex;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/**
 * Sequence header, sequence extension and sequence display extension in one (H.262, sections
 * 6.2.2.1, 6.2.2.3 and 6.2.2.4; ISO/IEC 11172-2, 2.4.2.3). Quantiser matrices, which may change
 * while all else stays, are not part of it.
 *
 * @param width horizontal_size
 * @param height vertical_size
 * @param aspectRatio aspect_ratio_information; pel_aspect_ratio in MPEG-1
 * @param frameRateCode frame_rate_code, 1 to 8
 * @param bitRate in units of 400 bit/s, rounded up
 * @param extension null in MPEG-1
 * @param display null where it does not stand
 */
public record SequenceHeader(
    int width,
    int height,
    int aspectRatio,
    int frameRateCode,
    long bitRate,
    @Nullable Extension extension,
    @Nullable Display display) {

  /** Bytes of header and extensions: matrices have 128, the rest under 40. */
  public static final int MAX_BYTES = 512;

  private static final int MAX_FRAME_RATE_CODE = 8;

  /**
   * Sequence extension.
   *
   * @param profileAndLevel profile_and_level_indication
   * @param progressive progressive_sequence
   * @param chromaFormat chroma_format: 1 4:2:0, 2 4:2:2, 3 4:4:4
   * @param lowDelay there are no B pictures
   * @param frameRateNumerator what the rate is multiplied by, 1 to 4
   * @param frameRateDenominator what the rate is divided by, 1 to 32
   */
  public record Extension(
      int profileAndLevel,
      boolean progressive,
      int chromaFormat,
      boolean lowDelay,
      int frameRateNumerator,
      int frameRateDenominator) {}

  /**
   * Sequence display extension.
   *
   * @param colour colour_description
   * @param width display_horizontal_size
   * @param height display_vertical_size
   */
  public record Display(ColourCodes colour, int width, int height) {}

  /**
   * Reads a sequence header and the extensions that follow it.
   *
   * @param in begins with the start code of a sequence header; its indexes stay as they are
   * @throws MalformedException when it does not, ends too early, is larger than {@link #MAX_BYTES}
   *     or a value is out of range
   */
  public static SequenceHeader read(ByteBuf in) {
    int begin = in.readerIndex();
    int end = in.writerIndex();
    if (in.readableBytes() > MAX_BYTES) {
      throw new MalformedException(
          "sequence header of %d bytes, allowed are %d".formatted(in.readableBytes(), MAX_BYTES));
    }
    if (in.readableBytes() < 4 || in.getInt(begin) != (1 << 8 | StartCode.SEQUENCE)) {
      throw new MalformedException("no sequence header stands where one is read");
    }
    int next = NalIndex.startCode(in, begin + 4, end);
    SequenceHeader header = header(bits(in, begin + 4, next));
    while (end - next > 4) {
      int body = next + 4;
      int code = in.getUnsignedByte(next + 3);
      next = NalIndex.startCode(in, body, end);
      if (code == StartCode.EXTENSION) {
        header = header.extended(bits(in, body, next));
      }
    }
    if (header.width == 0 || header.height == 0) {
      throw new MalformedException(
          "sequence header of %d x %d samples".formatted(header.width, header.height));
    }
    return header;
  }

  private static BitReader bits(ByteBuf in, int from, int to) {
    return new BitReader(ByteBufUtil.getBytes(in, from, to - from), "sequence header");
  }

  private static SequenceHeader header(BitReader bits) {
    int width = bits.small(12);
    int height = bits.small(12);
    int aspectRatio = bits.small(4);
    int frameRateCode = bits.small(4);
    if (frameRateCode < 1 || frameRateCode > MAX_FRAME_RATE_CODE) {
      throw new MalformedException(
          "sequence header: frame_rate_code is %d, allowed is 1 to 8".formatted(frameRateCode));
    }
    long bitRate = bits.bits(18);
    bits.skip(1); // marker_bit
    bits.skip(11); // vbv_buffer_size_value, constrained_parameters_flag
    if (bits.flag()) { // load_intra_quantiser_matrix
      bits.skip(8 * 64);
    }
    if (bits.flag()) { // load_non_intra_quantiser_matrix
      bits.skip(8 * 64);
    }
    return new SequenceHeader(width, height, aspectRatio, frameRateCode, bitRate, null, null);
  }

  private SequenceHeader extended(BitReader bits) {
    return switch (bits.small(4)) {
      case StartCode.SEQUENCE_EXTENSION -> withExtension(bits);
      case StartCode.SEQUENCE_DISPLAY_EXTENSION ->
          new SequenceHeader(
              width, height, aspectRatio, frameRateCode, bitRate, extension, display(bits));
      default -> this;
    };
  }

  private SequenceHeader withExtension(BitReader bits) {
    int profileAndLevel = bits.small(8);
    boolean progressive = bits.flag();
    int chromaFormat = bits.small(2);
    int upperWidth = bits.small(2);
    int upperHeight = bits.small(2);
    long upperBitRate = bits.bits(12);
    bits.skip(9); // marker_bit, vbv_buffer_size_extension
    boolean lowDelay = bits.flag();
    var read =
        new Extension(
            profileAndLevel,
            progressive,
            chromaFormat,
            lowDelay,
            1 + bits.small(2),
            1 + bits.small(5));
    return new SequenceHeader(
        upperWidth << 12 | width & 0xFFF,
        upperHeight << 12 | height & 0xFFF,
        aspectRatio,
        frameRateCode,
        upperBitRate << 18 | bitRate & 0x3FFFF,
        read,
        display);
  }

  private static Display display(BitReader bits) {
    bits.skip(3); // video_format
    ColourCodes colour =
        bits.flag() // colour_description
            ? new ColourCodes(bits.small(8), bits.small(8), bits.small(8), false)
            : ColourCodes.UNSPECIFIED;
    int width = bits.small(14);
    bits.skip(1); // marker_bit
    return new Display(colour, width, bits.small(14));
  }
}
