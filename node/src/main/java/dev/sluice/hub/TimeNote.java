package dev.sluice.hub;

import dev.sluice.media.SourceClock;
import dev.sluice.media.TimeHint;

/** What a source says of its clocks. */
sealed interface TimeNote {
  /** A track has a clock of its own. */
  record OwnClock(int trackId, SourceClock clock) implements TimeNote {}

  /** A reading of a clock and the UTC at that moment. */
  record Utc(TimeHint hint) implements TimeNote {}
}
