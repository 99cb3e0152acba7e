package dev.sluice.media;

/**
 * What a track's payload is, and in which form. Each codec has exactly one form of payload and one
 * form of {@link Track#configuration()} inside, whatever protocol or container it came in by; the
 * normalisers of {@code dev.sluice.mux.codec} make them, once, on the way in.
 *
 * <p>{@link #OPAQUE} payload is carried between RTMP and FLV as it came (the whole tag body, its
 * header bytes included) and understood by nobody in between.
 */
public enum Codec {
  /**
   * H.264. Payload: the NAL units of one access unit, each behind its length in four bytes, without
   * parameter sets, access unit delimiters and filler. Configuration: AVCDecoderConfigurationRecord
   * (ISO 14496-15, 5.3.3.1) with all parameter sets.
   */
  H264("h264"),
  /** H.265. As {@link #H264}; HEVCDecoderConfigurationRecord (ISO 14496-15, 8.3.3.1). */
  H265("h265"),
  /**
   * AV1. Payload: the OBUs of one temporal unit, each with its size, without temporal delimiter,
   * tile list and padding; key frames keep their sequence header. Configuration:
   * AV1CodecConfigurationRecord (AV1-ISOBMFF, 2.3.3) with the sequence header.
   */
  AV1("av1"),
  /**
   * VP9. Payload: one frame or superframe. Configuration: the VPCodecConfigurationRecord of the
   * VP-ISOBMFF binding without the box's version and flags, then width and height of the last key
   * frame, 16 bits each.
   */
  VP9("vp9"),
  /** VP8. Payload: one frame. Configuration as for {@link #VP9}. */
  VP8("vp8"),
  /**
   * MPEG-2 video, and MPEG-1. Payload: one picture with its start codes and the headers before it.
   * Configuration: sequence header and sequence extension as they stand.
   */
  MPEG2_VIDEO("mpeg2video"),
  /**
   * AAC. Payload: one raw frame, without ADTS or LATM. Configuration: AudioSpecificConfig (ISO
   * 14496-3, 1.6.2.1).
   */
  AAC("aac"),
  /**
   * MPEG audio layer III. Payload: one frame with its header. Configuration: the four bytes of a
   * frame header with bit rate, padding and private bit set to 0.
   */
  MP3("mp3"),
  /** MPEG audio layers I and II. As {@link #MP3}. */
  MP2("mp2"),
  /** Opus. Payload: one packet. Configuration: the identification header (RFC 7845, 5.1). */
  OPUS("opus"),
  /** AC-3. Payload: one syncframe. Configuration: the body of AC3SpecificBox (TS 102 366, F.4). */
  AC3("ac3"),
  /**
   * Enhanced AC-3. Payload: the syncframes of one frame of six blocks, dependent substreams
   * included. Configuration: the body of EC3SpecificBox (TS 102 366, F.6).
   */
  EAC3("eac3"),
  /**
   * FLAC. Payload: one frame. Configuration: {@code fLaC} and the STREAMINFO block, marked as the
   * last one (42 bytes).
   */
  FLAC("flac"),
  /** G.711 A-law. Payload: samples, channels interleaved. Configuration: one byte, the channels. */
  G711A("g711a"),
  /** G.711 µ-law. As {@link #G711A}. */
  G711U("g711u"),
  /** An AMF0 data message (name and arguments), as RTMP and FLV script tags carry it. */
  AMF_DATA("amf"),
  /** Timed metadata: one whole ID3v2 tag. */
  ID3("id3"),
  /**
   * Splice information: one whole splice_info_section (SCTE 35), CRC included, whose pts_adjustment
   * makes its times relative to the unit's DTS, since they are meant on the clock of a transport
   * stream that nobody has any more.
   */
  SCTE35("scte35"),
  /**
   * KLV metadata (SMPTE ST 336): the payload of one PES packet, access unit headers included.
   * Configuration: where it is synchronous, metadata_descriptor and metadata_STD_descriptor.
   */
  KLV("klv"),
  /** Teletext (EN 300 472): the payload of one PES packet. Configuration: its descriptor. */
  TELETEXT("teletext"),
  /** DVB subtitles (EN 300 743): the payload of one PES packet. Configuration: its descriptor. */
  DVB_SUBTITLE("dvbsub"),
  /** A whole FLV tag body of a codec that is not parsed. */
  OPAQUE("opaque");

  private final String label;

  Codec(String label) {
    this.label = label;
  }

  /** Short name for API, log and metrics. */
  public String label() {
    return label;
  }
}
