package dev.sluice.mux.mp4;

import dev.sluice.wire.isobmff.TrackExtendsBox;
import java.util.HashMap;
import java.util.Map;

/** What {@code trex} boxes say, by track ID. */
final class TrackDefaults {
  private static final TrackExtendsBox NOTHING_SAID = new TrackExtendsBox(0, 1, 0, 0, 0);

  private final Map<Long, TrackExtendsBox> byId = new HashMap<>();

  void add(TrackExtendsBox box) {
    byId.put(box.trackId(), box);
  }

  TrackExtendsBox of(long trackId) {
    return byId.getOrDefault(trackId, NOTHING_SAID);
  }
}
