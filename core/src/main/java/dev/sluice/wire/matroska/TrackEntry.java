package dev.sluice.wire.matroska;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;

/**
 * Of one track, what reading needs (RFC 9559, section 5.1.4.1).
 *
 * @param number of the track in blocks, at least 1
 * @param type {@link #VIDEO}, {@link #AUDIO}, or another
 * @param enabled whether it is to be used
 * @param codecId such as {@code V_MPEG4/ISO/AVC}
 * @param codecPrivate decoder configuration; empty when there is none
 * @param defaultDurationNs of one frame; 0 when it is not said
 * @param codecDelayNs by which the codec is late: taken off every time stamp
 * @param language BCP 47 where that is said, else three letters; {@code eng} when nothing is said
 * @param samplingFrequency of audio in Hz, as encoded
 * @param channels of audio
 * @param strippedHeader bytes that were taken off the beginning of each frame
 */
public record TrackEntry(
    int number,
    int type,
    boolean enabled,
    String codecId,
    Bytes codecPrivate,
    long defaultDurationNs,
    long codecDelayNs,
    String language,
    double samplingFrequency,
    int channels,
    Bytes strippedHeader) {

  /** Track type of video. */
  public static final int VIDEO = 1;

  /** Track type of audio. */
  public static final int AUDIO = 2;

  /** Bytes of a decoder configuration. */
  static final int MAX_PRIVATE_BYTES = 65_536;

  /** Bytes taken off each frame. */
  static final int MAX_STRIPPED_BYTES = 1_024;

  /** Tracks are numbered by whoever writes; files are seen that begin at 1 and go on by 1. */
  static final int MAX_NUMBER = 0xFFFF;

  private static final int MAX_CODEC_ID_BYTES = 64;
  private static final int MAX_LANGUAGE_BYTES = 35;
  private static final int MAX_CHANNELS = 255;
  private static final int HEADER_STRIPPING = 3;

  /**
   * Reads the body, all of {@code body}.
   *
   * @throws MalformedException when it cannot be read
   * @throws UnsupportedException when frames are encrypted, or compressed other than by leaving
   *     their beginnings out
   */
  public static TrackEntry read(ByteBuf body) {
    var reading = new Reading();
    ElementBody.children("TrackEntry", body, reading::child);
    if (reading.number == 0) {
      throw new MalformedException("Matroska TrackEntry without TrackNumber");
    }
    return reading.entry();
  }

  /** A track in the making. */
  private static final class Reading {
    private int number;
    private int type;
    private boolean enabled = true;
    private String codecId = "";
    private Bytes codecPrivate = Bytes.EMPTY;
    private long defaultDurationNs;
    private long codecDelayNs;
    private String language = "eng";
    private String bcp47 = "";
    private double samplingFrequency = 8_000;
    private int channels = 1;
    private Bytes strippedHeader = Bytes.EMPTY;

    void child(ByteBuf in, int id) {
      switch (id) {
        case ElementId.TRACK_NUMBER -> number = ElementBody.unsigned("TrackNumber", in, MAX_NUMBER);
        case ElementId.TRACK_TYPE -> type = ElementBody.unsigned("TrackType", in, 254);
        case ElementId.FLAG_ENABLED -> enabled = ElementBody.unsigned("FlagEnabled", in) != 0;
        case ElementId.CODEC_ID -> codecId = ElementBody.text("CodecID", in, MAX_CODEC_ID_BYTES);
        case ElementId.CODEC_PRIVATE ->
            codecPrivate = ElementBody.bytes("CodecPrivate", in, MAX_PRIVATE_BYTES);
        case ElementId.DEFAULT_DURATION ->
            defaultDurationNs = ElementBody.unsigned("DefaultDuration", in);
        case ElementId.CODEC_DELAY -> codecDelayNs = ElementBody.unsigned("CodecDelay", in);
        case ElementId.LANGUAGE -> language = ElementBody.text("Language", in, MAX_LANGUAGE_BYTES);
        case ElementId.LANGUAGE_BCP47 ->
            bcp47 = ElementBody.text("LanguageBCP47", in, MAX_LANGUAGE_BYTES);
        case ElementId.AUDIO -> ElementBody.children("Audio", in, this::audio);
        case ElementId.CONTENT_ENCODINGS ->
            ElementBody.children("ContentEncodings", in, this::encodings);
        default -> {} // names, flags, and what decoder configurations say themselves
      }
    }

    private void audio(ByteBuf in, int id) {
      switch (id) {
        case ElementId.SAMPLING_FREQUENCY ->
            samplingFrequency = ElementBody.real("SamplingFrequency", in);
        case ElementId.CHANNELS -> channels = ElementBody.unsigned("Channels", in, MAX_CHANNELS);
        default -> {}
      }
    }

    private void encodings(ByteBuf in, int id) {
      if (id != ElementId.CONTENT_ENCODING) {
        return;
      }
      var encoding =
          new Object() {
            long type;
            long scope = 1;
            long algorithm;
            Bytes settings = Bytes.EMPTY;
          };
      ElementBody.children(
          "ContentEncoding",
          in,
          (part, partId) -> {
            switch (partId) {
              case ElementId.CONTENT_ENCODING_SCOPE ->
                  encoding.scope = ElementBody.unsigned("ContentEncodingScope", part);
              case ElementId.CONTENT_ENCODING_TYPE ->
                  encoding.type = ElementBody.unsigned("ContentEncodingType", part);
              case ElementId.CONTENT_COMPRESSION ->
                  ElementBody.children(
                      "ContentCompression",
                      part,
                      (setting, settingId) -> {
                        switch (settingId) {
                          case ElementId.CONTENT_COMP_ALGO ->
                              encoding.algorithm = ElementBody.unsigned("ContentCompAlgo", setting);
                          case ElementId.CONTENT_COMP_SETTINGS ->
                              encoding.settings =
                                  ElementBody.bytes(
                                      "ContentCompSettings", setting, MAX_STRIPPED_BYTES);
                          default -> {}
                        }
                      });
              default -> {}
            }
          });
      if (encoding.type != 0) {
        throw new UnsupportedException("Matroska track " + number + " is encrypted");
      }
      if (encoding.algorithm != HEADER_STRIPPING || encoding.scope != 1) {
        throw new UnsupportedException(
            "Matroska track %d is compressed by algorithm %d in scope %d, allowed is 3 in scope 1"
                .formatted(number, encoding.algorithm, encoding.scope));
      }
      strippedHeader = encoding.settings;
    }

    TrackEntry entry() {
      return new TrackEntry(
          number,
          type,
          enabled,
          codecId,
          codecPrivate,
          defaultDurationNs,
          codecDelayNs,
          bcp47.isEmpty() ? language : bcp47,
          samplingFrequency,
          channels,
          strippedHeader);
    }
  }
}
