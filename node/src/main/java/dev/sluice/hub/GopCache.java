package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The access units since the last point where decoding can begin, so that a feed which is created
 * in the middle of a GOP can begin with it. Bounded in bytes and media time: a GOP that is longer
 * is given up, and viewers wait for the next one. Stream's loop.
 */
final class GopCache {
  private final MemoryBudget memory;
  private final int maxBytes;
  private final long max90k;
  private final ArrayList<AccessUnit> units = new ArrayList<>();
  private int bytes;

  /** Holds at most {@code maxBytes} and {@code max90k} ticks of 90 kHz; 0 bytes for no cache. */
  GopCache(MemoryBudget memory, int maxBytes, long max90k) {
    this.memory = memory;
    this.maxBytes = maxBytes;
    this.max90k = max90k;
  }

  /** Keeps {@code unit}, with a reference of its own; {@code opens} drops what was before. */
  void add(AccessUnit unit, boolean opens) {
    if (opens) {
      clear();
    }
    if (maxBytes == 0 || (units.isEmpty() && !opens)) {
      return;
    }
    int cost = unit.sizeBytes() + MemoryBudget.UNIT_BYTES;
    if (bytes + cost > maxBytes
        || (!units.isEmpty() && unit.dts90k() - units.getFirst().dts90k() > max90k)
        || memory.full()) {
      clear();
      return;
    }
    unit.payload().retain();
    units.add(unit);
    bytes += cost;
    memory.add(MemoryBudget.Account.GOP_CACHES, cost);
  }

  /** The units, in order of arrival; borrowed. */
  List<AccessUnit> units() {
    return units;
  }

  /** Bytes held, with what units cost beside their payload. */
  int bytes() {
    return bytes;
  }

  void clear() {
    for (AccessUnit unit : units) {
      unit.payload().release();
    }
    units.clear();
    memory.add(MemoryBudget.Account.GOP_CACHES, -bytes);
    bytes = 0;
  }
}
