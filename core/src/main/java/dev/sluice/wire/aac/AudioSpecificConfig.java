package dev.sluice.wire.aac;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;

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
 */
public record AudioSpecificConfig(
    int objectType,
    int sampleRate,
    int channelConfiguration,
    int channels,
    int frameSamples,
    boolean sbr,
    boolean ps,
    int extensionSampleRate) {

  static final int MAX_SAMPLE_RATE = 192_000;

  private static final int[] SAMPLE_RATES = {
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350
  };

  private static final int EXPLICIT_RATE = 15;
  private static final int SBR = 5;
  private static final int ER_AAC_LD = 23;
  private static final int PS = 29;
  private static final int SYNC_EXTENSION = 0x2B7;
  private static final int SYNC_EXTENSION_PS = 0x548;

  public AudioSpecificConfig {
    checkRange("sampleRate", sampleRate, 1, MAX_SAMPLE_RATE);
  }

  /**
   * Reads one configuration; what follows it is not looked at.
   *
   * @throws MalformedException when it ends too early or has a reserved value
   * @throws UnsupportedException when its object type is not one of the AAC family
   */
  public static AudioSpecificConfig read(Bytes bytes) {
    BitReader bits = new BitReader(bytes.toArray(), "AudioSpecificConfig");
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
    int channels =
        channelConfiguration == 0 ? programConfigChannels(bits) : channels(channelConfiguration);
    if (objectType == 6 || objectType == 20) {
      bits.skip(3); // layerNr
    }
    if (extension) {
      skipExtension(bits, objectType);
    }
    if (objectType >= 17) {
      bits.skip(2); // epConfig; 2 and 3 have more, which matters to the decoder only
    }
    if (!sbr && bits.remaining() >= 16 && bits.small(11) == SYNC_EXTENSION) {
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
        extensionRate);
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
              "AudioSpecificConfig: audioObjectType is %d, allowed are 1 to 4, 6, 7, 17 and 19 to 23"
                  .formatted(objectType));
    }
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

  /** program_config_element, section 4.4.1.1: counts its channels. */
  private static int programConfigChannels(BitReader bits) {
    bits.skip(10); // element_instance_tag, object_type, sampling_frequency_index
    int elements = bits.small(4) + bits.small(4) + bits.small(4); // front, side, back
    int lfe = bits.small(2);
    int associatedData = bits.small(3);
    int coupling = bits.small(4);
    skipIfPresent(bits, 4); // mono_mixdown_element_number
    skipIfPresent(bits, 4); // stereo_mixdown_element_number
    skipIfPresent(bits, 3); // matrix_mixdown_idx, pseudo_surround_enable
    int channels = lfe;
    for (int i = 0; i < elements; i++) {
      channels += bits.flag() ? 2 : 1; // element_is_cpe
      bits.skip(4); // element_tag_select
    }
    bits.skip(4 * lfe + 4 * associatedData + 5 * coupling);
    bits.skip((int) (bits.remaining() & 7)); // byte_alignment
    bits.skip(8 * bits.small(8)); // comment_field_bytes
    return channels;
  }

  private static void skipIfPresent(BitReader bits, int count) {
    if (bits.flag()) {
      bits.skip(count);
    }
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
