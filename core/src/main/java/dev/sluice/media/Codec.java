package dev.sluice.media;

/**
 * What a track's payload is. {@link #OPAQUE} payload is carried between RTMP and FLV as it came
 * (the whole tag body, its header bytes included) and understood by nobody in between.
 */
public enum Codec {
  /** H.264; payload is length-prefixed NAL units of one access unit, as in an MP4 sample. */
  H264("h264"),
  /** AAC; payload is one raw frame, without ADTS header. */
  AAC("aac"),
  /** An AMF0 data message (name and arguments), as RTMP and FLV script tags carry it. */
  AMF_DATA("amf"),
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
