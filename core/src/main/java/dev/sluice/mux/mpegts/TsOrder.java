package dev.sluice.mux.mpegts;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts the units of all tracks into the order of their DTS. A multiplex has sound later or earlier
 * than the picture by up to a second or two; a unit is let go when each track of picture and sound
 * has shown one that is not before it, or when it has waited too long.
 */
final class TsOrder {
  /** The longest time between units that wait: 5 s. */
  static final long MAX_SPREAD_90K = 5 * 90_000;

  /** Bytes of units that wait. */
  static final long MAX_BYTES = 64 << 20;

  private final TreeMap<Integer, ArrayDeque<SourceUnit>> waiting = new TreeMap<>();
  private final Set<Integer> awaited = new HashSet<>();
  private long bytes;
  private long newest = Long.MIN_VALUE;

  /** Units of this track are to be waited for. */
  void await(Track track) {
    if (track.kind() != Track.Kind.DATA) {
      awaited.add(track.id());
    }
  }

  /** Takes over a unit whose DTS does not wrap. */
  void add(SourceUnit unit) {
    waiting.computeIfAbsent(unit.track().id(), _ -> new ArrayDeque<>()).add(unit);
    bytes += unit.payload().readableBytes();
    newest = Math.max(newest, unit.dts());
  }

  /**
   * The next unit, owned by the caller.
   *
   * @param all whether no more units come, so that nothing is waited for
   * @return null when it is not known yet which is next
   */
  @Nullable SourceUnit poll(boolean all) {
    ArrayDeque<SourceUnit> earliest = null;
    int shown = 0;
    for (var each : waiting.entrySet()) {
      SourceUnit first = each.getValue().peek();
      if (first != null) {
        shown += awaited.contains(each.getKey()) ? 1 : 0;
        SourceUnit found = earliest == null ? null : earliest.peek();
        if (found == null || first.dts() < found.dts()) {
          earliest = each.getValue();
        }
      }
    }
    SourceUnit next = earliest == null ? null : earliest.peek();
    if (earliest == null || next == null) {
      return null;
    }
    boolean waitedEnough = newest - next.dts() > MAX_SPREAD_90K || bytes > MAX_BYTES;
    if (!all && !waitedEnough && shown < awaited.size()) {
      return null;
    }
    earliest.remove();
    bytes -= next.payload().readableBytes();
    return next;
  }

  /** Gives up what waits. */
  void clear() {
    for (ArrayDeque<SourceUnit> units : waiting.values()) {
      units.forEach(unit -> unit.payload().release());
      units.clear();
    }
    bytes = 0;
    newest = Long.MIN_VALUE;
  }
}
