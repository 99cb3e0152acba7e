package dev.sluice.hub;

import dev.sluice.media.SourceClock;
import dev.sluice.media.TimeHint;
import dev.sluice.media.TimeReference;
import dev.sluice.media.Timeline;
import dev.sluice.mux.flv.FlvMetadata;
import dev.sluice.wire.Bytes;
import java.util.HashMap;
import java.util.Map;

/**
 * What a source has said of its clocks, kept for the timeline that it may get: now, later, and
 * again after it had to step back. Stream's loop.
 */
final class SourceTimes {
  /** How old a hint may be when a timeline begins: 60 s. Whoever gives hints gives new ones. */
  static final long HINT_AGE_NS = 60_000_000_000L;

  private record Heard(TimeHint hint, long utcNs) {}

  private SourceClock clock;
  private final Map<Integer, SourceClock> own = new HashMap<>(); // by track, of which there are 256
  private final Map<Integer, Heard> hints = new HashMap<>();

  /** A source of which nothing but this clock is known. */
  SourceTimes(SourceClock clock) {
    this.clock = clock;
  }

  /** Takes what a source says; {@code utcNs} is our time. */
  void take(TimeNote note, long utcNs) {
    switch (note) {
      case TimeNote.OwnClock(int trackId, SourceClock its) -> own.put(trackId, its);
      case TimeNote.Utc(TimeHint hint) -> hints.put(hint.trackId(), new Heard(hint, utcNs));
    }
  }

  /** Takes metadata, which may say that the source's time stamps are UTC. */
  void describe(Bytes metadata) {
    if (clock.utc() == SourceClock.Utc.PERHAPS && FlvMetadata.saysUtc(metadata)) {
      clock = new SourceClock(clock.timescale(), clock.wrapBits(), SourceClock.Utc.SAID);
    }
  }

  /** The clock of a track's time stamps. */
  SourceClock clockOf(int trackId) {
    return own.getOrDefault(trackId, clock);
  }

  /** Whether the time stamps of two tracks can be compared. */
  boolean together(int trackId, int otherId) {
    return trackId == otherId || !own.containsKey(trackId) && !own.containsKey(otherId);
  }

  /** A timeline that knows all of it; see {@link Timeline}. */
  Timeline timeline(TimeReference reference, long notBefore90k, long utcNs) {
    var timeline = new Timeline(clock, reference, notBefore90k);
    own.forEach(timeline::clock);
    for (Heard heard : hints.values()) {
      if (utcNs - heard.utcNs <= HINT_AGE_NS) {
        timeline.hint(heard.hint, heard.utcNs);
      }
    }
    return timeline;
  }
}
