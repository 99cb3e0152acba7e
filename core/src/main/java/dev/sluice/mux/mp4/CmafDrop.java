package dev.sluice.mux.mp4;

/** Why {@link CmafDemuxer} gave out nothing for a sample or a box. */
public enum CmafDrop {
  /** A fragment, or data, that no init segment has announced. */
  BEFORE_INIT("before-init"),
  /** A track fragment of a track that is not read. */
  UNKNOWN_TRACK("unknown-track"),
  /** A sample whose data lie where the stream has already passed. */
  DATA_PASSED("data-passed"),
  /** A sample whose data did not come: the {@code mdat} ended, or another fragment began. */
  DATA_MISSING("data-missing"),
  /** A sample that its codec could not make sense of. */
  MALFORMED("malformed");

  private final String label;

  CmafDrop(String label) {
    this.label = label;
  }

  /** Short form for log, API and metrics. */
  public String label() {
    return label;
  }
}
