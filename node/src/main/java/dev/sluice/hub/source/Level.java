package dev.sluice.hub.source;

/** How well a source does, judged by what it delivers; worst first. */
public enum Level {
  /** Nobody is there. */
  ABSENT,
  /** Somebody is there, and delivers nothing. */
  SILENT,
  /** Something comes, but no picture, no sound, or nothing that a stream could begin with. */
  LACKING,
  /** All comes that is expected. */
  GOOD
}
