package dev.sluice.mux.mpegts;

/** Counts of faults. */
final class TsFaults {
  private final long[] counts = new long[TsFault.values().length];

  void add(TsFault fault, long by) {
    counts[fault.ordinal()] += by;
  }

  long count(TsFault fault) {
    return counts[fault.ordinal()];
  }
}
