package dev.sluice.media;

/** Whose clock says at which UTC a stream's frames are. */
public enum TimeReference {
  /** Ours: a source begins when it arrives, and is steered so that it stays there. */
  ARRIVAL,
  /** The source's, wherever it says UTC and is not further than 60 s from its arrival. */
  SOURCE,
  /** The source's when it says that its time stamps are UTC ({@code bravo_atc}), else ours. */
  AUTO
}
