package dev.sluice.hub.source;

/** What is to be done, in this order. */
public sealed interface SwitchEffect {

  /** The arrival has its seat and may deliver. */
  record Accept(int seat, long arrival) implements SwitchEffect {}

  /** The arrival does not get the seat, which somebody else has. */
  record Refuse(int seat, long arrival) implements SwitchEffect {}

  /** The arrival loses its seat to the next one. */
  record Replace(int seat, long arrival) implements SwitchEffect {}

  /** From what it has at hand on, this arrival is what viewers get. */
  record Switch(int seat, long arrival, Cause cause) implements SwitchEffect {}

  /** The job of this seat is to be started; it tries again until it is stopped. */
  record Start(int seat) implements SwitchEffect {}

  /** The job of this seat is to be stopped; what it still delivers counts no more. */
  record Stop(int seat) implements SwitchEffect {}

  /** The judgement of a source that is there has changed. */
  record Judged(int seat, Level before, Level after) implements SwitchEffect {}

  /** The stream is over: no source is left, and none is to be expected. */
  record End() implements SwitchEffect {}

  /** Why a source became the active one. */
  enum Cause {
    /** There was none. */
    FIRST,
    /** The active one had gone. */
    LOST,
    /** The active one delivered nothing. */
    SILENT,
    /** The active one delivered no picture or no sound. */
    LACKING,
    /** The backup has done its duty. */
    RECOVERED,
    /** This one is better. */
    BETTER,
    /** An operator wanted it. */
    MANUAL
  }
}
