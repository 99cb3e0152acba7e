package dev.sluice.mux.mpegts;

/** What a {@link TsDemuxer} sees beside units. All calls come during calls of the demuxer. */
public interface TsListener {
  /** Hears nothing. */
  TsListener NONE = new TsListener() {};

  /** A program that is read is new or has changed. */
  default void program(TsProgram program) {}

  /** A program that was read is no longer there. */
  default void programGone(int number) {}

  /**
   * A program's clock.
   *
   * @param pid where it came
   * @param pcr 27 MHz, 42 bits ({@link dev.sluice.wire.mpegts.AdaptationField#PCR_RANGE})
   * @param position of its packet, in bytes from the first that was fed
   * @param discontinuity whether the source says that the clock has jumped
   */
  default void pcr(int pid, long pcr, long position, boolean discontinuity) {}
}
