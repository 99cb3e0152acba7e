package dev.sluice.testkit.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A clock with a queue of events. Time stands still while an event runs and jumps to the next one;
 * events of one instant run in the order in which they were scheduled.
 */
public final class VirtualTime {
  /** Events that {@link #runUntilIdle} runs before it calls the simulation endless. */
  private static final long MAX_EVENTS = 10_000_000;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong((Event event) -> event.sinceStartNs)
              .thenComparingLong(event -> event.order));
  private final long startNs;
  private long elapsedNs;
  private long scheduled;

  /** Starts at a time that is neither zero nor round, so that nobody relies on it. */
  public VirtualTime() {
    this(7_000_000_123L);
  }

  /**
   * Starts at {@code startNs}; any value will do, also one close to overflow, since {@link #nowNs}
   * may only be compared by differences.
   */
  public VirtualTime(long startNs) {
    this.startNs = startNs;
  }

  /** Now, in nanoseconds; wraps as {@link System#nanoTime} may. */
  public long nowNs() {
    return startNs + elapsedNs;
  }

  /** Nanoseconds since the start; never wraps. */
  public long elapsedNs() {
    return elapsedNs;
  }

  /**
   * Has {@code action} run after {@code delayNs}; 0 means at this instant, after what is already
   * waiting for it.
   */
  public Event schedule(long delayNs, Runnable action) {
    if (delayNs < 0) {
      throw new IllegalArgumentException("delayNs is " + delayNs + ", must not be negative");
    }
    Event event = new Event(elapsedNs + delayNs, scheduled++, action);
    events.add(event);
    return event;
  }

  /** Has {@code action} run after {@code periodNs} and again after each further one. */
  public Event scheduleEvery(long periodNs, Runnable action) {
    if (periodNs <= 0) {
      throw new IllegalArgumentException("periodNs is " + periodNs + ", must be positive");
    }
    Event[] event = new Event[1];
    event[0] =
        schedule(
            periodNs,
            () -> {
              action.run();
              event[0].repeat(periodNs);
            });
    return event[0];
  }

  /** Runs the next event, moving time to it; returns false when there is none. */
  public boolean step() {
    Event event = events.poll();
    if (event == null) {
      return false;
    }
    elapsedNs = event.sinceStartNs;
    event.pending = false;
    event.action.run();
    return true;
  }

  /** Runs what is due within {@code durationNs} and moves time to the end of it. */
  public void runFor(long durationNs) {
    long end = elapsedNs + durationNs;
    for (Event next = events.peek(); next != null && next.sinceStartNs <= end; ) {
      step();
      next = events.peek();
    }
    elapsedNs = end;
  }

  /** Runs all events until none is left. Not for simulations with a periodic event. */
  public void runUntilIdle() {
    for (long ran = 0; step(); ran++) {
      if (ran == MAX_EVENTS) {
        throw new IllegalStateException("still busy after " + MAX_EVENTS + " events");
      }
    }
  }

  /** Events that wait. */
  public int pending() {
    return events.size();
  }

  /** Something that will happen. */
  public final class Event {
    private final Runnable action;
    private long sinceStartNs;
    private long order;
    private boolean pending = true;
    private boolean cancelled;

    private Event(long sinceStartNs, long order, Runnable action) {
      this.sinceStartNs = sinceStartNs;
      this.order = order;
      this.action = action;
    }

    /** Keeps it from happening (again); does nothing when it is over. */
    public void cancel() {
      cancelled = true;
      if (pending) {
        events.remove(this);
        pending = false;
      }
    }

    private void repeat(long periodNs) {
      if (!cancelled) {
        sinceStartNs = elapsedNs + periodNs;
        order = scheduled++;
        pending = true;
        events.add(this);
      }
    }
  }
}
