package dev.sluice.wire.aac;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;

/**
 * What a LATM multiplex holds (section 1.7.3, table 1.42), as far as broadcasters use it: one
 * programme with one layer. The configuration's CRC is passed over.
 *
 * @param version audioMuxVersion, 0 or 1
 * @param subFrames raw frames in each element, 1 to 64
 * @param configuration an AudioSpecificConfig in whole bytes
 * @param frameLengthType 0: each raw frame says how long it is; 1: all have {@code frameBytes}
 * @param frameBytes bytes of each raw frame with {@code frameLengthType} 1, 20 to 531; else 0
 * @param otherDataBits bits of other data at the end of each element, below 2³²
 */
public record StreamMuxConfig(
    int version,
    int subFrames,
    Bytes configuration,
    int frameLengthType,
    int frameBytes,
    long otherDataBits) {

  /** Raw frames in an element. */
  public static final int MAX_SUB_FRAMES = 64;

  private static final int LEAST_FRAME_BYTES = 20;
  private static final int MAX_OTHER_DATA_BYTES = 4; // of its length, in both versions

  public StreamMuxConfig {
    checkRange("version", version, 0, 1);
    checkRange("subFrames", subFrames, 1, MAX_SUB_FRAMES);
    checkRange("frameLengthType", frameLengthType, 0, 1);
    checkRange(
        "frameBytes",
        frameBytes,
        frameLengthType == 0 ? 0 : LEAST_FRAME_BYTES,
        frameLengthType == 0 ? 0 : LEAST_FRAME_BYTES + 0x1FF);
    checkRange("otherDataBits", otherDataBits, 0, 0xFFFF_FFFFL);
  }

  /** The AudioSpecificConfig, read. */
  public AudioSpecificConfig audio() {
    return AudioSpecificConfig.read(configuration);
  }

  /**
   * Reads one configuration.
   *
   * @throws MalformedException when it ends too early or has a reserved value
   * @throws UnsupportedException when it is of a kind that is not handled
   */
  static StreamMuxConfig read(BitReader bits) {
    int version = bits.small(1); // audioMuxVersion
    if (version == 1) {
      require("audioMuxVersionA", bits.small(1), 0);
      value(bits); // taraBufferFullness
    }
    require("allStreamsSameTimeFraming", bits.small(1), 1);
    int subFrames = bits.small(6) + 1; // numSubFrames
    require("numProgram", bits.small(4), 0);
    require("numLayer", bits.small(3), 0);
    Bytes configuration = version == 0 ? configuration(bits) : sizedConfiguration(bits);
    int frameLengthType = bits.small(3);
    int frameBytes = 0;
    switch (frameLengthType) {
      case 0 -> bits.skip(8); // latmBufferFullness
      case 1 -> frameBytes = LEAST_FRAME_BYTES + bits.small(9); // frameLength
      default ->
          throw new UnsupportedException(
              "StreamMuxConfig: frameLengthType is " + frameLengthType + ", allowed are 0 and 1");
    }
    long otherDataBits = 0;
    if (bits.flag()) { // otherDataPresent
      otherDataBits = version == 1 ? value(bits) : otherDataBits(bits);
    }
    if (bits.flag()) { // crcCheckPresent
      bits.skip(8); // crcCheckSum
    }
    return new StreamMuxConfig(
        version, subFrames, configuration, frameLengthType, frameBytes, otherDataBits);
  }

  /** Appends the configuration, without CRC. */
  void write(BitWriter out) {
    out.bits(version, 1);
    if (version == 1) {
      out.bits(0, 1); // audioMuxVersionA
      writeValue(out, 0xFF); // taraBufferFullness
    }
    out.bits(1, 1).bits(subFrames - 1, 6); // allStreamsSameTimeFraming, numSubFrames
    out.bits(0, 7); // numProgram, numLayer
    BitReader config = new BitReader(configuration.toArray(), "AudioSpecificConfig");
    if (version == 1) {
      writeValue(out, 8L * configuration.size()); // ascLen
      out.bytes(configuration);
    } else { // its end is not told: nothing may stand behind it
      AudioSpecificConfig.read(config, false);
      for (long left = config.position(), at = 0; at < left; at++) {
        out.flag((configuration.at((int) (at >> 3)) >> 7 - (at & 7) & 1) == 1);
      }
    }
    out.bits(frameLengthType, 3);
    if (frameLengthType == 0) {
      out.bits(0xFF, 8); // latmBufferFullness of a variable bit rate
    } else {
      out.bits(frameBytes - LEAST_FRAME_BYTES, 9);
    }
    out.flag(otherDataBits > 0);
    if (otherDataBits > 0) {
      if (version == 1) {
        writeValue(out, otherDataBits);
      } else {
        int octets = octets(otherDataBits);
        for (int i = octets - 1; i >= 0; i--) {
          out.flag(i > 0).bits(otherDataBits >> 8 * i & 0xFF, 8); // otherDataLenEsc, ...Tmp
        }
      }
    }
    out.flag(false); // crcCheckPresent
  }

  /** An AudioSpecificConfig whose end only shows when it is read. */
  private static Bytes configuration(BitReader bits) {
    long from = bits.position();
    AudioSpecificConfig.read(bits, false);
    return bits.copy(from, bits.position());
  }

  private static Bytes sizedConfiguration(BitReader bits) {
    long length = value(bits); // ascLen
    long from = bits.position();
    if (length > bits.remaining()) {
      throw new MalformedException(
          "StreamMuxConfig: ascLen is %d, %d bits are left".formatted(length, bits.remaining()));
    }
    bits.skip((int) length);
    Bytes configuration = bits.copy(from, bits.position());
    AudioSpecificConfig.read(configuration); // must be one
    return configuration;
  }

  private static long otherDataBits(BitReader bits) {
    long length = 0;
    for (int i = 0; i < MAX_OTHER_DATA_BYTES; i++) {
      boolean more = bits.flag(); // otherDataLenEsc
      length = length << 8 | bits.bits(8); // otherDataLenTmp
      if (!more) {
        return length;
      }
    }
    throw new MalformedException(
        "StreamMuxConfig: otherDataLenBits has more than " + MAX_OTHER_DATA_BYTES + " bytes");
  }

  /** LatmGetValue, table 1.43. */
  private static long value(BitReader bits) {
    return bits.bits(8 * (bits.small(2) + 1)); // bytesForValue
  }

  private static void writeValue(BitWriter out, long value) {
    int octets = octets(value);
    out.bits(octets - 1, 2).bits(value, 8 * octets);
  }

  private static int octets(long value) {
    return Math.max(1, (64 - Long.numberOfLeadingZeros(value) + 7) / 8);
  }

  private static void require(String what, int value, int allowed) {
    if (value != allowed) {
      throw new UnsupportedException(
          "StreamMuxConfig: %s is %d, allowed is %d".formatted(what, value, allowed));
    }
  }
}
