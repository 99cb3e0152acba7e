package dev.sluice.media;

import java.util.ArrayList;
import java.util.List;

/** The repairs of one source: all are counted, and told less and less often. Times in 90 kHz. */
final class Repairs {
  /** Of each kind so many repairs are told, and then each whose number is a power of two. */
  static final int TOLD = 16;

  private final List<Repair> told = new ArrayList<>();
  private boolean kept;
  private final long[] counts = new long[Repair.Kind.values().length];

  /** A unit comes: what was told of the one before it is forgotten. */
  void next() {
    if (!kept) {
      told.clear();
    }
    kept = false;
  }

  /** What is told now, before a unit, is told with the next one. */
  void keep() {
    if (!kept) {
      told.clear();
    }
    kept = true;
  }

  /** What was told of this unit. */
  List<Repair> told() {
    return told;
  }

  /** Repairs of a kind so far, told or not. */
  long count(Repair.Kind kind) {
    return counts[kind.ordinal()];
  }

  /** Counts a repair that follows from the one before it, which was told. */
  void more(Repair.Kind kind) {
    counts[kind.ordinal()]++;
  }

  void tell(Repair.Kind kind, Track track, long by90k) {
    tell(kind, track, by90k, "", 0);
  }

  void tell(Repair.Kind kind, Track track, long by90k, String against, long over90k) {
    long count = ++counts[kind.ordinal()];
    if (count <= TOLD || Long.bitCount(count) == 1) {
      told.add(new Repair(kind, track.id(), track.label(), ms(by90k), against, ms(over90k), count));
    }
  }

  private static long ms(long ticks90k) {
    return Timescale.VIDEO.convertRounded(ticks90k, Timescale.MILLIS);
  }
}
