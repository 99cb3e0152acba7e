package dev.sluice.media;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AudioSpecificConfig;
import org.jspecify.annotations.Nullable;

/**
 * What an audio track's configuration says of its sound; what muxers, playlists and people want to
 * know.
 *
 * @param codecs the value for {@code CODECS} (RFC 6381): {@code mp4a.40.2}
 * @param sampleRate of what a decoder puts out, in Hz: with SBR twice the track's timescale
 * @param channels of what a decoder puts out
 * @param frameSamples ticks of the track's timescale in one payload; 0 where each payload says so
 *     itself
 */
public record AudioFormat(String codecs, int sampleRate, int channels, int frameSamples) {

  /**
   * Reads the format of an audio track.
   *
   * @return null when its codec is not understood, its configuration says nothing yet, or cannot be
   *     read
   */
  public static @Nullable AudioFormat of(Track track) {
    try {
      return switch (track.codec()) {
        case AAC -> aac(track);
        default -> null;
      };
    } catch (MalformedException | UnsupportedException unreadable) {
      return null;
    }
  }

  private static AudioFormat aac(Track track) {
    var config = AudioSpecificConfig.read(track.configuration());
    int type = config.ps() ? 29 : config.sbr() ? 5 : config.objectType();
    return new AudioFormat(
        "mp4a.40." + type,
        config.sbr() ? config.extensionSampleRate() : config.sampleRate(),
        config.ps() ? 2 : config.channels(),
        config.frameSamples());
  }
}
