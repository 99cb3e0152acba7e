package dev.sluice.wire.aac;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import org.jspecify.annotations.Nullable;

/**
 * What an AAC decoder is configured with (section 1.6.2.1).
 *
 * @param objectType of the core: 2 is AAC LC; never 5 or 29, which say SBR and PS
 * @param sampleRate of the core in Hz, 1 to 192 000
 * @param channelConfiguration as sent; 0 where a program config element names the channels
 * @param channels how many there are, parametric stereo not counted
 * @param frameSamples samples of the core in one frame: 1024 or 960, 512 or 480 for low delay
 * @param sbr spectral band replication is signalled (HE-AAC)
 * @param ps parametric stereo is signalled (HE-AAC v2)
 * @param extensionSampleRate output rate with SBR, 0 without
 * @param program names the channels where {@code channelConfiguration} is 0, else null
 */
public record AudioSpecificConfig(
    int objectType,
    int sampleRate,
    int channelConfiguration,
    int channels,
    int frameSamples,
    boolean sbr,
    boolean ps,
    int extensionSampleRate,
    @Nullable ProgramConfigElement program) {

  /** Highest rate in Hz. */
  public static final int MAX_SAMPLE_RATE = 192_000;

  private static final int[] SAMPLE_RATES = {
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350
  };

  /** How a configuration tells of SBR and PS (section 1.6.5). */
  public enum Signalling {
    /** Not at all: the decoder finds out. */
    IMPLICIT,
    /** Behind everything that an old decoder reads, which then plays the core. */
    BACKWARD_COMPATIBLE,
    /** First: the object type is 5 or 29. */
    HIERARCHICAL
  }

  private static final int EXPLICIT_RATE = 15;
  private static final int SBR = 5;
  private static final int ER_AAC_LD = 23;
  private static final int PS = 29;
  private static final int ALS = 36;
  private static final int ER_AAC_ELD = 39;
  private static final int USAC = 42;
  private static final int SYNC_EXTENSION = 0x2B7;
  private static final int SYNC_EXTENSION_PS = 0x548;

  public AudioSpecificConfig {
    checkRange("sampleRate", sampleRate, 1, MAX_SAMPLE_RATE);
    checkRange("extensionSampleRate", extensionSampleRate, 0, MAX_SAMPLE_RATE);
    if (channelConfiguration == 0 ? program == null : program != null) {
      throw new IllegalArgumentException(
          "channelConfiguration is " + channelConfiguration + ", the program is " + program);
    }
  }

  /**
   * The configuration of a plain core whose channels have a number.
   *
   * @throws MalformedException when {@code channelConfiguration} is reserved
   */
  public static AudioSpecificConfig of(int objectType, int sampleRate, int channelConfiguration) {
    int channels = channels(channelConfiguration);
    return new AudioSpecificConfig(
        objectType, sampleRate, channelConfiguration, channels, 1_024, false, false, 0, null);
  }

  /** The configuration of a plain core whose channels are named. */
  public static AudioSpecificConfig of(
      int objectType, int sampleRate, ProgramConfigElement program) {
    return new AudioSpecificConfig(
        objectType, sampleRate, 0, program.channels(), 1_024, false, false, 0, program);
  }

  /**
   * The rate of a samplingFrequencyIndex in Hz.
   *
   * @param index 0 to 12
   */
  static int sampleRateOf(int index) {
    return SAMPLE_RATES[index];
  }

  /** The samplingFrequencyIndex of a rate, or -1 when it has none. */
  static int sampleRateIndex(int rate) {
    for (int i = 0; i < SAMPLE_RATES.length; i++) {
      if (SAMPLE_RATES[i] == rate) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Reads one configuration; what follows it is not looked at.
   *
   * @throws MalformedException when it ends too early or has a reserved value
   * @throws UnsupportedException when its object type is not one of the AAC family
   */
  public static AudioSpecificConfig read(Bytes bytes) {
    return read(new BitReader(bytes.toArray(), "AudioSpecificConfig"), true);
  }

  /**
   * Reads one configuration from where {@code bits} is.
   *
   * @param extensible whether it may have backward compatible signalling behind it, which can only
   *     be told where the end is known
   */
  static AudioSpecificConfig read(BitReader bits, boolean extensible) {
    long origin = bits.position();
    int objectType = objectType(bits);
    int sampleRate = sampleRate(bits);
    int channelConfiguration = bits.small(4);
    boolean ps = objectType == PS;
    boolean sbr = ps || objectType == SBR;
    int extensionRate = 0;
    if (sbr) { // hierarchical signalling: the core's object type comes second
      extensionRate = sampleRate(bits);
      objectType = objectType(bits);
    }
    requireGeneralAudio(objectType);
    boolean shortFrame = bits.flag(); // frameLengthFlag
    if (bits.flag()) { // dependsOnCoreCoder
      bits.skip(14); // coreCoderDelay
    }
    boolean extension = bits.flag(); // extensionFlag
    ProgramConfigElement program =
        channelConfiguration == 0 ? ProgramConfigElement.read(bits, origin) : null;
    int channels = program == null ? channels(channelConfiguration) : program.channels();
    if (objectType == 6 || objectType == 20) {
      bits.skip(3); // layerNr
    }
    if (extension) {
      skipExtension(bits, objectType);
    }
    if (objectType >= 17) {
      bits.skip(2); // epConfig; 2 and 3 have more, which matters to the decoder only
    }
    if (extensible && !sbr && bits.remaining() >= 16 && bits.small(11) == SYNC_EXTENSION) {
      // backward compatible signalling: behind everything else
      if (objectType(bits) == SBR && bits.remaining() >= 1 && bits.flag()) { // sbrPresentFlag
        sbr = true;
        extensionRate = sampleRate(bits);
        ps = bits.remaining() >= 12 && bits.small(11) == SYNC_EXTENSION_PS && bits.flag();
      }
    }
    return new AudioSpecificConfig(
        objectType,
        sampleRate,
        channelConfiguration,
        channels,
        frameSamples(objectType, shortFrame),
        sbr,
        ps,
        extensionRate,
        program);
  }

  /**
   * The configuration as bytes.
   *
   * @throws IllegalArgumentException when the object type is not 1 to 4: the others have fields
   *     that are not kept
   */
  public Bytes write(Signalling signalling) {
    checkRange("objectType", objectType, 1, 4);
    boolean hierarchical = sbr && signalling == Signalling.HIERARCHICAL;
    var out = new BitWriter();
    out.bits(hierarchical ? ps ? PS : SBR : objectType, 5);
    writeSampleRate(out, sampleRate);
    out.bits(channelConfiguration, 4);
    if (hierarchical) {
      writeSampleRate(out, extensionSampleRate);
      out.bits(objectType, 5);
    }
    out.flag(frameSamples == 960); // frameLengthFlag
    out.bits(0, 2); // dependsOnCoreCoder, extensionFlag
    if (program != null) {
      program.write(out, 0);
    }
    if (sbr && signalling == Signalling.BACKWARD_COMPATIBLE) {
      out.bits(SYNC_EXTENSION, 11).bits(SBR, 5).flag(true); // sbrPresentFlag
      writeSampleRate(out, extensionSampleRate);
      if (ps) {
        out.bits(SYNC_EXTENSION_PS, 11).flag(true); // psPresentFlag
      }
    }
    return out.toBytes();
  }

  private static void writeSampleRate(BitWriter out, int rate) {
    int index = sampleRateIndex(rate);
    if (index >= 0) {
      out.bits(index, 4);
    } else {
      out.bits(EXPLICIT_RATE, 4).bits(rate, 24);
    }
  }

  private static int objectType(BitReader bits) {
    int type = bits.small(5);
    if (type == 31) {
      type = 32 + bits.small(6); // audioObjectTypeExt
    }
    if (type == 0) {
      throw new MalformedException("AudioSpecificConfig: audioObjectType is 0, allowed is 1 to 95");
    }
    return type;
  }

  private static int sampleRate(BitReader bits) {
    int index = bits.small(4);
    if (index == EXPLICIT_RATE) {
      int rate = bits.small(24);
      if (rate < 1 || rate > MAX_SAMPLE_RATE) {
        throw new MalformedException(
            "AudioSpecificConfig: samplingFrequency is %d, allowed is 1 to %d"
                .formatted(rate, MAX_SAMPLE_RATE));
      }
      return rate;
    }
    if (index >= SAMPLE_RATES.length) {
      throw new MalformedException(
          "AudioSpecificConfig: samplingFrequencyIndex is %d, allowed are 0 to 12 and 15"
              .formatted(index));
    }
    return SAMPLE_RATES[index];
  }

  /** The object types that GASpecificConfig follows (section 1.6.2.1). */
  private static void requireGeneralAudio(int objectType) {
    switch (objectType) {
      case 1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, ER_AAC_LD -> {}
      default ->
          throw new UnsupportedException(
              "AudioSpecificConfig: audioObjectType is %d%s, allowed are 1 to 4, 6, 7, 17 and 19 to 23"
                  .formatted(objectType, name(objectType)));
    }
  }

  /** Names the types that somebody may really send. */
  private static String name(int objectType) {
    return switch (objectType) {
      case ALS -> " (MPEG-4 ALS)";
      case ER_AAC_ELD -> " (AAC-ELD)";
      case USAC -> " (xHE-AAC, USAC)";
      default -> "";
    };
  }

  private static int channels(int configuration) {
    return switch (configuration) {
      case 1, 2, 3, 4, 5, 6 -> configuration;
      case 7, 12, 14 -> 8;
      case 11 -> 7;
      case 13 -> 24;
      default ->
          throw new MalformedException(
              "AudioSpecificConfig: channelConfiguration is %d, allowed are 0 to 7 and 11 to 14"
                  .formatted(configuration));
    };
  }

  private static void skipExtension(BitReader bits, int objectType) {
    switch (objectType) {
      case 22 -> bits.skip(16); // numOfSubFrame, layer_length
      case 17, 19, 20, ER_AAC_LD -> bits.skip(3); // resilience flags
      default -> {}
    }
    bits.skip(1); // extensionFlag3
  }

  private static int frameSamples(int objectType, boolean shortFrame) {
    if (objectType == ER_AAC_LD) {
      return shortFrame ? 480 : 512;
    }
    return shortFrame ? 960 : 1_024;
  }
}
