package dev.sluice.media;

/**
 * What a {@link Timeline} did to a track whose time stamps it could not take as they were.
 *
 * @param label the track's codec, for people
 * @param byMs milliseconds: length of the hole, size of the jump, how far back, or how far behind
 * @param against what it was aligned with: the label of another track, {@code UTC}; else empty
 * @param overMs media time that it takes, in milliseconds; 0 for at once
 * @param count how many repairs of this kind there were, this one included
 */
public record Repair(
    Kind kind, int trackId, String label, long byMs, String against, long overMs, long count) {

  /** A repair at once. */
  public Repair(Kind kind, int trackId, String label, long byMs, long count) {
    this(kind, trackId, label, byMs, "", 0, count);
  }

  /** Kinds of repair. */
  public enum Kind {
    /** A hole that was kept. */
    GAP,
    /** A jump that was closed. */
    JUMP,
    /** Time stamps that did not grow. */
    ORDER,
    /** A track began before the end of what was; its source was moved. */
    LATE_START,
    /** Audio time stamps and samples drifted apart. */
    DRIFT,
    /** Data stamped far from everything else. */
    DATA,
    /** A track was apart from the others, or from UTC, as its source says. */
    ALIGN,
    /** The source fell behind its time and did not catch up. */
    LAG,
    /** The source's UTC is not to be believed. */
    CLOCK
  }

  /** A sentence with figures. */
  @Override
  public String toString() {
    String what =
        switch (kind) {
          case GAP -> "%s had a gap of %d ms; kept".formatted(label, byMs);
          case JUMP -> "%s jumped by %d ms; closed".formatted(label, byMs);
          case ORDER -> "%s went back by %d ms; put in order".formatted(label, -byMs);
          case LATE_START ->
              "%s began %d ms before the end of what was; its source was moved"
                  .formatted(label, byMs);
          case DRIFT -> "%s drifted by %d ms from its samples; followed".formatted(label, byMs);
          case DATA -> "%s was stamped %d ms away; put beside the rest".formatted(label, byMs);
          case ALIGN ->
              "%s was %d ms %s %s; aligned over %s"
                  .formatted(
                      label, Math.abs(byMs), byMs < 0 ? "ahead of" : "behind", against, over());
          case LAG -> "%s fell %d ms behind its time; moved on, with a hole".formatted(label, byMs);
          case CLOCK ->
              "%s says a time %d ms from its arrival; arrival counts".formatted(label, byMs);
        };
    return count == 1 ? what : what + " (no. " + count + ")";
  }

  private String over() {
    return overMs % 1_000 == 0 ? overMs / 1_000 + " s" : overMs + " ms";
  }
}
