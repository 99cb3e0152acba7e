package dev.sluice.mux.packager;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the units of all tracks into one order, whatever the order that they come in: by DTS, then
 * by kind and ID of the track. A unit is given out when every track has come as far; a track that
 * is {@link #WAIT_90K} behind the first is not waited for, nor are data.
 *
 * <p>Units of one track have to come in order. A unit that comes too late is given out at once.
 */
final class MediaOrder {
  /** How far a track may be behind another one and still be waited for: 1 s. */
  static final long WAIT_90K = 90_000;

  private static final long NEVER = Long.MIN_VALUE;

  /**
   * A unit with the tracks of the stream as they were when it came.
   *
   * @param unit one reference is the order's, and then the receiver's
   */
  record Entry(AccessUnit unit, TrackSet tracks) {
    /** Decoding time, 90 kHz. */
    long dts90k() {
      return unit.dts90k();
    }

    private boolean isBefore(Entry other) {
      long mine = dts90k();
      long theirs = other.dts90k();
      if (mine != theirs) {
        return mine < theirs;
      }
      int kinds = unit.track().kind().compareTo(other.unit.track().kind());
      return kinds != 0 ? kinds < 0 : unit.track().id() < other.unit.track().id();
    }
  }

  private static final class Lane {
    final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    boolean awaited;
    long last90k = NEVER;
  }

  private final Map<Integer, Lane> lanes = new HashMap<>();
  private TrackSet tracks = TrackSet.NONE;
  private long first90k = NEVER;
  private long most90k = NEVER;

  /** What comes from now on is of these tracks. */
  void configure(TrackSet changed) {
    tracks = changed;
    lanes.values().forEach(lane -> lane.awaited = false);
    for (Track track : changed.tracks()) {
      lane(track).awaited = track.kind() != Track.Kind.DATA;
    }
    for (Iterator<Lane> each = lanes.values().iterator(); each.hasNext(); ) {
      Lane lane = each.next();
      if (!lane.awaited && lane.waiting.isEmpty()) {
        each.remove();
      }
    }
  }

  private Lane lane(Track track) {
    return lanes.computeIfAbsent(track.id(), _ -> new Lane());
  }

  /** Takes a unit in, with a reference of its own. */
  void add(AccessUnit unit) {
    Entry entry = new Entry(unit, tracks);
    Lane lane = lane(unit.track());
    unit.payload().retain();
    lane.waiting.add(entry);
    lane.last90k = entry.dts90k();
    if (unit.track().kind() == Track.Kind.DATA) {
      return;
    }
    if (first90k == NEVER) {
      first90k = lane.last90k;
    }
    most90k = Math.max(most90k, lane.last90k);
  }

  /** The next one; null when a track has to be waited for. */
  @Nullable Entry next() {
    Lane lane = earliest();
    if (lane == null) {
      return null;
    }
    long dts90k = lane.waiting.getFirst().dts90k();
    for (Lane other : lanes.values()) {
      if (other.awaited && other.last90k < dts90k && !lags(other)) {
        return null;
      }
    }
    return lane.waiting.removeFirst();
  }

  private boolean lags(Lane lane) {
    long at = lane.last90k == NEVER ? first90k : lane.last90k;
    return most90k - at > WAIT_90K;
  }

  /** The next one that is decoded by then, whatever other tracks may still bring; else null. */
  @Nullable Entry until(long dts90k) {
    Lane lane = earliest();
    return lane == null || lane.waiting.getFirst().dts90k() > dts90k
        ? null
        : lane.waiting.removeFirst();
  }

  /** The next one, which stays; null when there is none. */
  @Nullable Entry peek() {
    Lane lane = earliest();
    return lane == null ? null : lane.waiting.getFirst();
  }

  /** The next one, whatever other tracks may still bring; null when there is none. */
  @Nullable Entry rest() {
    Lane lane = earliest();
    return lane == null ? null : lane.waiting.removeFirst();
  }

  private @Nullable Lane earliest() {
    Lane earliest = null;
    for (Lane lane : lanes.values()) {
      if (!lane.waiting.isEmpty()
          && (earliest == null || lane.waiting.getFirst().isBefore(earliest.waiting.getFirst()))) {
        earliest = lane;
      }
    }
    return earliest;
  }
}
