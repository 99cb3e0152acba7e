package dev.sluice.hub.source;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The sources of a stream at one moment. Instants are monotonic nanoseconds.
 *
 * @param seats one for each of {@link SwitchRules#seats}
 * @param active whose units viewers get
 * @param switchedNs when the active one last changed
 * @param lastGoodNs when a source other than the backup was last good; the beginning before that
 * @param seen what the stream has been, the backup left out
 * @param pin what an operator wants
 * @param demand whether pulls are to run
 * @param life where the stream is between beginning and end
 */
public record SwitchState(
    List<SeatState> seats,
    Active active,
    long switchedNs,
    long lastGoodNs,
    Kinds seen,
    Pin pin,
    Demand demand,
    Life life) {

  public SwitchState {
    seats = List.copyOf(seats);
  }

  /** Whether there were pictures and sound. */
  public record Kinds(boolean video, boolean audio) {
    static final Kinds NONE = new Kinds(false, false);

    Kinds with(boolean moreVideo, boolean moreAudio) {
      return (moreVideo && !video) || (moreAudio && !audio)
          ? new Kinds(video || moreVideo, audio || moreAudio)
          : this;
    }

    boolean isEmpty() {
      return !video && !audio;
    }
  }

  /**
   * One seat.
   *
   * @param level the last judgement
   * @param levelSinceNs since when it holds
   * @param chanceUntilNs until when a source that has not delivered yet is counted on
   * @param seen what this seat was while it was active
   */
  public record SeatState(
      Presence presence, Level level, long levelSinceNs, long chanceUntilNs, Kinds seen) {
    SeatState with(Presence other) {
      return new SeatState(other, level, levelSinceNs, chanceUntilNs, seen);
    }

    SeatState judged(Level other, long sinceNs) {
      return new SeatState(presence, other, sinceNs, chanceUntilNs, seen);
    }

    SeatState withChance(long untilNs) {
      return new SeatState(presence, level, levelSinceNs, untilNs, seen);
    }

    SeatState seen(Kinds other) {
      return new SeatState(presence, level, levelSinceNs, chanceUntilNs, other);
    }

    /** Whether this arrival sits here. */
    boolean isTakenBy(long arrival) {
      return presence instanceof Taken taken && taken.arrival() == arrival;
    }
  }

  /** Who is on a seat. */
  public sealed interface Presence {}

  /** Nobody, and nobody was asked. */
  public record Empty() implements Presence {}

  /** A job of ours was started and has not brought anybody, or has lost whom it had. */
  public record Asked() implements Presence {}

  /**
   * An arrival.
   *
   * @param sinceNs when it came
   * @param heard what it delivered
   */
  public record Taken(long arrival, long sinceNs, Heard heard) implements Presence {
    /** When it last gave a sign of life. */
    long lastNs() {
      return heard instanceof Something something ? something.lastNs() : sinceNs;
    }
  }

  /** What an arrival has delivered. */
  public sealed interface Heard {}

  /** Nothing. */
  public record Nothing() implements Heard {}

  /**
   * Something.
   *
   * @param firstNs when it delivered first
   * @param lastNs when it delivered last
   * @param kinds what was among it
   * @param videoNs when a picture came last; {@code firstNs} when none did
   * @param audioNs when sound came last; {@code firstNs} when none did
   * @param startable whether it has come to a point where a stream can begin
   * @param startableNs when it last did
   * @param intervalNs between the last two of them; 0 when there were no two
   */
  public record Something(
      long firstNs,
      long lastNs,
      Kinds kinds,
      long videoNs,
      long audioNs,
      boolean startable,
      long startableNs,
      long intervalNs)
      implements Heard {}

  /** Whose units viewers get. */
  public sealed interface Active {}

  /** Nobody's. */
  public record Nobody() implements Active {}

  /** Those of an arrival that is there. */
  public record On(int seat, long arrival) implements Active {}

  /** What an operator wants. */
  public sealed interface Pin {}

  /** Nothing: priorities decide. */
  public record Automatic() implements Pin {}

  /**
   * A seat before all others.
   *
   * @param urgent whether it has not had its turn yet: then it waits for nothing but a key frame
   */
  public record To(int seat, boolean urgent) implements Pin {}

  /** Whether pulls are to run. */
  public sealed interface Demand {}

  /** They are. */
  public record Wanted() implements Demand {}

  /** The last viewer has left; they still are. */
  public record Lingering(long untilNs) implements Demand {}

  /** They are not. */
  public record Unwanted() implements Demand {}

  /** Where the stream is between beginning and end. */
  public sealed interface Life {}

  /** No source has been active yet. */
  public record Fresh() implements Life {}

  /** There are sources. */
  public record Running() implements Life {}

  /** The last source has gone. */
  public record Bereft(long sinceNs) implements Life {}

  /** Nothing happens any more. */
  public record Over() implements Life {}

  // ---- the same with one thing changed

  SwitchState with(int seat, UnaryOperator<SeatState> change) {
    SeatState changed = change.apply(seats.get(seat));
    if (changed.equals(seats.get(seat))) {
      return this;
    }
    var next = new ArrayList<>(seats);
    next.set(seat, changed);
    return new SwitchState(next, active, switchedNs, lastGoodNs, seen, pin, demand, life);
  }

  SwitchState with(Active other, long changedNs) {
    return new SwitchState(seats, other, changedNs, lastGoodNs, seen, pin, demand, life);
  }

  SwitchState withGood(long nowNs) {
    return new SwitchState(seats, active, switchedNs, nowNs, seen, pin, demand, life);
  }

  SwitchState with(Kinds other) {
    return new SwitchState(seats, active, switchedNs, lastGoodNs, other, pin, demand, life);
  }

  SwitchState with(Pin other) {
    return new SwitchState(seats, active, switchedNs, lastGoodNs, seen, other, demand, life);
  }

  SwitchState with(Demand other) {
    return new SwitchState(seats, active, switchedNs, lastGoodNs, seen, pin, other, life);
  }

  SwitchState with(Life other) {
    return new SwitchState(seats, active, switchedNs, lastGoodNs, seen, pin, demand, other);
  }

  /** Whether this seat is the active one. */
  public boolean isActive(int seat) {
    return active instanceof On on && on.seat() == seat;
  }

  /** Whether this arrival is the active one. */
  public boolean isActive(int seat, long arrival) {
    return active instanceof On(int on, long who) && on == seat && who == arrival;
  }

  /** Whether an operator has put this seat before all others. */
  public boolean isPinned(int seat) {
    return pin instanceof To to && to.seat() == seat;
  }
}
