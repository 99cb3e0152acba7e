package dev.sluice.mux.mpegts;

/** What {@link TsDemuxer} finds wrong in a transport stream; each is counted. */
public enum TsFault {
  /** Times that a packet did not begin where it should. */
  SYNC_LOST("sync-lost"),
  /** Bytes between packets that belong to none. */
  SKIPPED_BYTES("skipped-bytes"),
  /** Packets that a modulator or receiver marked as wrong; not used. */
  ERROR_INDICATED("error-indicated"),
  /** Packets that are scrambled; not used. */
  SCRAMBLED("scrambled"),
  /** Packets that are missing, by the continuity counter: modulo 16 in each PID. */
  LOST("lost"),
  /** Packets that came after a later one of their PID; not used. */
  LATE("late"),
  /** Packets that came a second time; not used. */
  DUPLICATE("duplicate"),
  /** Packets whose adaptation field cannot be read; not used. */
  BAD_ADAPTATION("bad-adaptation"),
  /** Sections that cannot be read: their CRC is wrong, most of the time. */
  BAD_SECTION("bad-section"),
  /** PES packets of which a part is missing. */
  DAMAGED_PES("damaged-pes"),
  /** PES packets that end before their stated length, with no packet missing. */
  SHORT_PES("short-pes"),
  /** PES packets that cannot be read. */
  BAD_PES("bad-pes"),
  /** PES packets that are longer than is taken. */
  OVERSIZED_PES("oversized-pes"),
  /** Units without a time stamp, before the first one that has one. */
  UNTIMED("untimed"),
  /** Units left out because they need a damaged one. */
  BEFORE_RANDOM_ACCESS("before-random-access"),
  /** Programs and streams beyond the number that is taken. */
  TOO_MANY("too-many");

  private final String label;

  TsFault(String label) {
    this.label = label;
  }

  /** Short form for log, API and metrics. */
  public String label() {
    return label;
  }
}
