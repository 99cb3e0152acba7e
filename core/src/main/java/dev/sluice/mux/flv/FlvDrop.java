package dev.sluice.mux.flv;

/** Why {@link FlvDemuxer} gave out nothing for a tag. */
public enum FlvDrop {
  /** The body, or what follows its header, has no bytes: seen from encoders that are idle. */
  EMPTY("empty"),
  /** The body ends inside its header. */
  TRUNCATED("truncated"),
  /** The content cannot be read. */
  MALFORMED("malformed"),
  /** A frame of a codec that needs a sequence header came before it. */
  BEFORE_SEQUENCE_HEADER("before-sequence-header"),
  /** An access unit of nothing but parameter sets, SEI or delimiters. */
  WITHOUT_PICTURE("without-picture"),
  /** A frame of type 5: a command to a player of the year 2005. */
  COMMAND("command"),
  /** The sequence has ended; the next one begins with its own sequence header. */
  SEQUENCE_END("sequence-end"),
  /** A further track past the number that is read, or of a codec that is not understood. */
  MULTITRACK("multitrack"),
  /** A tag, packet or value of a type that has no meaning here. */
  UNKNOWN_TYPE("unknown-type"),
  /** A data message of the connection, not of the stream: {@code |RtmpSampleAccess}. */
  SESSION_DATA("session-data"),
  /** Metadata or configuration larger than is kept. */
  TOO_LARGE("too-large");

  private final String label;

  FlvDrop(String label) {
    this.label = label;
  }

  /** Short form for log, API and metrics. */
  public String label() {
    return label;
  }
}
