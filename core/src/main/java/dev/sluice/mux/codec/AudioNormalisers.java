package dev.sluice.mux.codec;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.media.Codec;

/**
 * The normalisers of audio for containers that tell access units apart (FLV, MP4, Matroska).
 *
 * <p>Accepted as configuration: AudioSpecificConfig for AAC; OpusHead and the body of {@code dOps}
 * for Opus; the bodies of {@code dac3} and {@code dec3}, which may be missing, for the frames say
 * the same; the body of {@code dfLa}, {@code fLaC} with blocks, and STREAMINFO for FLAC. MPEG audio
 * and G.711 have none; what is given is not looked at.
 */
public final class AudioNormalisers {
  /** Bytes of a configuration that are read; a program config element of AAC has 350 at most. */
  public static final int MAX_CONFIGURATION_BYTES = 4_096;

  private static final int G711_RATE = 8_000;
  private static final int MAX_RATE = 768_000;

  private AudioNormalisers() {}

  /**
   * A normaliser for one track. G.711 is taken for 8 kHz and one channel.
   *
   * @throws IllegalArgumentException when {@code codec} is not of audio, or not understood
   */
  public static Normaliser of(Codec codec, int trackId, String language) {
    return of(codec, trackId, language, G711_RATE, 1);
  }

  /**
   * A normaliser for one track of a container that tells rate and channels; only G.711 needs them,
   * all others say it themselves.
   *
   * @param sampleRate in Hz, 1 to 768 000
   * @param channels 1 to 255
   * @throws IllegalArgumentException when {@code codec} is not of audio, or not understood
   */
  public static Normaliser of(
      Codec codec, int trackId, String language, int sampleRate, int channels) {
    checkRange("sampleRate", sampleRate, 1, MAX_RATE);
    checkRange("channels", channels, 1, 255);
    return switch (codec) {
      case AAC -> new AacNormaliser(trackId, language);
      case OPUS -> new OpusNormaliser(trackId, language);
      case AC3, EAC3 -> new Ac3Normaliser(codec, trackId, language);
      case FLAC -> new FlacNormaliser(trackId, language);
      case MP3, MP2 -> new MpegAudioNormaliser(trackId, language);
      case G711A, G711U -> new G711Normaliser(codec, trackId, language, sampleRate, channels);
      default -> throw new IllegalArgumentException(codec.label() + " is no audio that is read");
    };
  }
}
