package dev.sluice.hub.segments;

import dev.sluice.mux.packager.LedgerRecord;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.SegmentMark;

/**
 * Hears how a stream is cut, so that another node can cut it the same way. All calls come on the
 * loop of the segments.
 */
public interface SegmentFollower {

  /** How the stream is cut: comes first, and what was there before follows. */
  void cutting(PackagerSettings settings);

  /** A line of the ledger. */
  void line(LedgerRecord line);

  /** A segment is whole. */
  void whole(SegmentMark segment);

  /** All that was there has been told. */
  void upToDate();

  /**
   * What is told next was decided when this unit had come.
   *
   * @param dts in the track's ticks
   */
  void after(int track, long dts);

  /** It is decided what is cut up to this decoding time, 90 kHz. */
  void settled(long dts90k);

  /** The segments are gone; nothing more is told. */
  void gone();
}
