package dev.sluice.media;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;

/**
 * One elementary stream of a stream. A changed configuration is a new {@code Track} with the same
 * id; two tracks are the same for a decoder when they are equal.
 *
 * @param id 0 to 255, unique in its stream; kept over epochs
 * @param kind what is carried
 * @param codec how the payload is to be read
 * @param label codec name for people: {@code h264}, or the FourCC or FLV name of an opaque codec
 * @param timescale of DTS and PTS: 90 000 for video, the sample rate for audio, 1 000 for data and
 *     opaque audio
 * @param configuration decoder configuration in the form that {@link Codec} states; the whole
 *     sequence header tag body for an opaque codec; empty where there is none
 * @param language three letters of ISO 639-2 or a tag of BCP 47, as the source says it; empty when
 *     it says nothing
 */
public record Track(
    int id,
    Kind kind,
    Codec codec,
    String label,
    Timescale timescale,
    Bytes configuration,
    String language) {

  /** Characters of a language tag. */
  public static final int MAX_LANGUAGE = 35;

  /** Kinds of tracks. */
  public enum Kind {
    VIDEO,
    AUDIO,
    DATA
  }

  public Track {
    checkRange("id", id, 0, 255);
    checkRange("length of language", language.length(), 0, MAX_LANGUAGE);
  }

  /** A track of no stated language. */
  public Track(
      int id, Kind kind, Codec codec, String label, Timescale timescale, Bytes configuration) {
    this(id, kind, codec, label, timescale, configuration, "");
  }

  /** A track of a codec that is understood, labelled with its name. */
  public static Track of(
      int id, Kind kind, Codec codec, Timescale timescale, Bytes configuration, String language) {
    return new Track(id, kind, codec, codec.label(), timescale, configuration, language);
  }
}
