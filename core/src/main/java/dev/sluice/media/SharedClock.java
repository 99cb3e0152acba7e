package dev.sluice.media;

/** A clock of a source and what its tracks share: its reading, and where its 0 is. */
final class SharedClock {
  /** As the last unit of video or audio left it. */
  final ClockReading latest;

  /** The origin of the tracks that begin, or jump, next. */
  Origin newest = new Origin(0);

  /** Whether {@link #newest} is anywhere yet. */
  boolean anchored;

  SharedClock(SourceClock clock) {
    latest = new ClockReading(clock);
  }

  /** Puts the 0 at {@code at90k}; what is known of its UTC stays. */
  void anchor(long at90k) {
    Long utc90k = newest.utc90k();
    newest = new Origin(at90k);
    newest.utc(utc90k);
    anchored = true;
  }
}
