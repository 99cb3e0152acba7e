package dev.sluice.wire.mpegaudio;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The header of a frame of MPEG audio (section 2.4.1.3). Private, copyright and original bits are
 * not kept.
 *
 * @param version which set of sample rates
 * @param layer 1 to 3
 * @param crc whether a check of two bytes follows the header
 * @param bitRateIndex 0 to 14; 0 is free format in a frame, and not known in a configuration
 * @param rateIndex sampling_frequency, 0 to 2
 * @param padded whether the frame is one slot longer
 * @param mode 0 stereo, 1 joint stereo, 2 two independent channels, 3 one channel
 * @param modeExtension 0 to 3, how joint stereo is coded
 * @param emphasis 0 to 3
 */
public record MpegAudioHeader(
    Version version,
    int layer,
    boolean crc,
    int bitRateIndex,
    int rateIndex,
    boolean padded,
    int mode,
    int modeExtension,
    int emphasis) {

  /** Bytes. */
  public static final int SIZE = 4;

  /** Most bytes of a frame: layer II with 160 kbit/s at 8 kHz, padded. */
  public static final int MAX_FRAME_SIZE = 2_881;

  private static final int FREE_FORMAT = 0;
  private static final int JOINT_STEREO = 1;
  private static final int MONO = 3;

  /** Versions of the standard. */
  public enum Version {
    /** 32 to 48 kHz. */
    MPEG_1(3, 1),
    /** 16 to 24 kHz. */
    MPEG_2(2, 2),
    /** 8 to 12 kHz. */
    MPEG_2_5(0, 4);

    private final int code;
    private final int divisor;

    Version(int code, int divisor) {
      this.code = code;
      this.divisor = divisor;
    }
  }

  private static final int[] SAMPLE_RATES = {44_100, 48_000, 32_000};

  /** In kbit/s: MPEG-1 layers I, II and III; then the later versions' layer I, and II and III. */
  private static final int[][] BIT_RATES = {
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
  };

  public MpegAudioHeader {
    checkRange("layer", layer, 1, 3);
    checkRange("bitRateIndex", bitRateIndex, 0, 14);
    checkRange("rateIndex", rateIndex, 0, 2);
    checkRange("mode", mode, 0, 3);
    checkRange("modeExtension", modeExtension, 0, 3);
    checkRange("emphasis", emphasis, 0, 3);
  }

  /**
   * Whether a header can begin with these two bytes: syncword, version and layer.
   *
   * @param first16 the two bytes as a number
   */
  public static boolean isSync(int first16) {
    return (first16 & 0xFFE0) == 0xFFE0
        && (first16 >> 3 & 3) != 1 // reserved version
        && (first16 >> 1 & 3) != 0; // reserved layer
  }

  /**
   * Reads the header of a frame. Returns null and consumes nothing when {@code in} ends too early.
   *
   * @throws MalformedException when it is no header
   * @throws UnsupportedException when it is of free format: only a search finds the frame's end
   */
  public static @Nullable MpegAudioHeader read(ByteBuf in) {
    if (in.readableBytes() < SIZE) {
      return null;
    }
    MpegAudioHeader header = parse(in.getInt(in.readerIndex()));
    if (header.bitRateIndex == FREE_FORMAT) {
      throw new UnsupportedException("MPEG audio of free format: bitrate_index is 0");
    }
    in.skipBytes(SIZE);
    return header;
  }

  /**
   * Reads the configuration of a track: {@link #configuration}.
   *
   * @throws MalformedException when it is no header
   */
  public static MpegAudioHeader read(Bytes configuration) {
    if (configuration.size() < SIZE) {
      throw new MalformedException(
          "MPEG audio header of " + configuration.size() + " bytes, allowed is " + SIZE);
    }
    return parse(configuration.buffer().getInt(0));
  }

  private static MpegAudioHeader parse(int bits) {
    if (!isSync(bits >>> 16)) {
      throw new MalformedException(
          "MPEG audio header: syncword, version and layer are 0x%04X".formatted(bits >>> 16));
    }
    int versionCode = bits >> 19 & 3;
    int bitRateIndex = bits >> 12 & 15;
    int rateIndex = bits >> 10 & 3;
    if (bitRateIndex == 15 || rateIndex == 3) {
      throw new MalformedException(
          "MPEG audio header: bitrate_index is %d, allowed is 0 to 14; sampling_frequency is %d, allowed is 0 to 2"
              .formatted(bitRateIndex, rateIndex));
    }
    return new MpegAudioHeader(
        versionCode == 3 ? Version.MPEG_1 : versionCode == 2 ? Version.MPEG_2 : Version.MPEG_2_5,
        4 - (bits >> 17 & 3),
        (bits >> 16 & 1) == 0, // protection_bit
        bitRateIndex,
        rateIndex,
        (bits >> 9 & 1) == 1,
        bits >> 6 & 3,
        bits >> 4 & 3,
        bits & 3);
  }

  /** Appends {@link #SIZE} bytes. */
  public void write(ByteBuf out) {
    out.writeShort(0xFFE0 | version.code << 3 | 4 - layer << 1 | (crc ? 0 : 1));
    out.writeByte(bitRateIndex << 4 | rateIndex << 2 | (padded ? 2 : 0));
    out.writeByte(mode << 6 | modeExtension << 4 | emphasis);
  }

  /**
   * What is the same in all frames of a track, as a header: all that may change from one frame to
   * the next is 0, joint stereo is called stereo, and there is no check.
   */
  public Bytes configuration() {
    int steady = mode == JOINT_STEREO ? 0 : mode;
    return Bytes.of(
        (byte) 0xFF,
        (byte) (0xE1 | version.code << 3 | 4 - layer << 1),
        (byte) (rateIndex << 2),
        (byte) (steady << 6));
  }

  /** Samples a second. */
  public int sampleRate() {
    return SAMPLE_RATES[rateIndex] / version.divisor;
  }

  /** One or two. */
  public int channels() {
    return mode == MONO ? 1 : 2;
  }

  /** Samples of each channel in the frame. */
  public int samples() {
    return switch (layer) {
      case 1 -> 384;
      case 2 -> 1_152;
      default -> version == Version.MPEG_1 ? 1_152 : 576;
    };
  }

  /** Bits a second; 0 when the index is. */
  public int bitRate() {
    int row = version == Version.MPEG_1 ? layer - 1 : layer == 1 ? 3 : 4;
    return 1_000 * BIT_RATES[row][bitRateIndex];
  }

  /** Bytes of the frame, header included; meaningless when the bit rate is not known. */
  public int frameSize() {
    int padding = padded ? 1 : 0;
    if (layer == 1) { // slots of four bytes
      return 4 * (12 * bitRate() / sampleRate() + padding);
    }
    return samples() / 8 * bitRate() / sampleRate() + padding;
  }

  /** Whether both can belong to the same run of frames. */
  public boolean continues(MpegAudioHeader other) {
    return version == other.version
        && layer == other.layer
        && rateIndex == other.rateIndex
        && channels() == other.channels();
  }
}
