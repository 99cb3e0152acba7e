package dev.sluice.hub.source;

import dev.sluice.hub.source.SwitchEffect.Accept;
import dev.sluice.hub.source.SwitchEffect.Cause;
import dev.sluice.hub.source.SwitchEffect.End;
import dev.sluice.hub.source.SwitchEffect.Judged;
import dev.sluice.hub.source.SwitchEffect.Refuse;
import dev.sluice.hub.source.SwitchEffect.Replace;
import dev.sluice.hub.source.SwitchEffect.Start;
import dev.sluice.hub.source.SwitchEffect.Stop;
import dev.sluice.hub.source.SwitchEffect.Switch;
import dev.sluice.hub.source.SwitchEvent.Arrived;
import dev.sluice.hub.source.SwitchEvent.Left;
import dev.sluice.hub.source.SwitchEvent.Pinned;
import dev.sluice.hub.source.SwitchEvent.Tick;
import dev.sluice.hub.source.SwitchEvent.Unpinned;
import dev.sluice.hub.source.SwitchEvent.Watched;
import dev.sluice.hub.source.SwitchState.Asked;
import dev.sluice.hub.source.SwitchState.Automatic;
import dev.sluice.hub.source.SwitchState.Bereft;
import dev.sluice.hub.source.SwitchState.Demand;
import dev.sluice.hub.source.SwitchState.Empty;
import dev.sluice.hub.source.SwitchState.Fresh;
import dev.sluice.hub.source.SwitchState.Kinds;
import dev.sluice.hub.source.SwitchState.Lingering;
import dev.sluice.hub.source.SwitchState.Nobody;
import dev.sluice.hub.source.SwitchState.Nothing;
import dev.sluice.hub.source.SwitchState.On;
import dev.sluice.hub.source.SwitchState.Over;
import dev.sluice.hub.source.SwitchState.Running;
import dev.sluice.hub.source.SwitchState.SeatState;
import dev.sluice.hub.source.SwitchState.Something;
import dev.sluice.hub.source.SwitchState.Taken;
import dev.sluice.hub.source.SwitchState.To;
import dev.sluice.hub.source.SwitchState.Unwanted;
import dev.sluice.hub.source.SwitchState.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which source of a stream is the active one, and which jobs run. It takes decisions only
 * when something happens: after each step, {@link #delayNs} says when time alone will change
 * something.
 *
 * <p><b>Who is active.</b> An arrival becomes active only when it comes to a point where a stream
 * can begin. It does when there is no active one; when it is worth more than the active one; or
 * when it is worth the same, has the better priority, and for {@code takeBackAfter} has been good
 * and nothing has changed. What is good is worth most, then the backup, then what lacks picture or
 * sound, then what is silent. Unless the active one delivers nothing at all, nobody takes over
 * without all kinds of media that are expected. An active source that comes to life again before
 * another has taken over just goes on.
 *
 * <p><b>What is expected</b> of a seat is what it was when it was active before, else what the
 * stream has been, and what has a time-out of its own. Lies are found out by this: a source that
 * sends sound alone, or no key frames, is lacking; one that sends nothing is silent.
 *
 * <p><b>Which jobs run.</b> A hot pull always, a cold one while none of the better seats is good or
 * was only just started. The backup runs while no source is good. On demand, none runs without
 * viewers.
 */
public final class SourceSwitch {
  /** A source that is not active is lacking when it came to no key frame for so long. */
  static final long KEY_FRAME_NS = 10_000_000_000L;

  /** When there is nothing to wait for, so much time may pass. */
  static final long REST_NS = 3_600_000_000_000L;

  private final SwitchRules rules;

  /** The seats from the best to the worst. */
  private final List<Integer> order;

  /** The next state and what is to be done. */
  public record Step(SwitchState state, List<SwitchEffect> effects) {
    public Step {
      effects = List.copyOf(effects);
    }
  }

  /** A switch by these rules. */
  public SourceSwitch(SwitchRules rules) {
    this.rules = rules;
    this.order =
        IntStream.range(0, rules.seats().size())
            .boxed()
            .sorted(Comparator.comparingInt(seat -> rules.seats().get(seat).priority()))
            .toList();
  }

  /** The rules. */
  public SwitchRules rules() {
    return rules;
  }

  /** A stream that comes into being; a {@link Tick} starts what is to run from the beginning. */
  public SwitchState begin(long nowNs) {
    long chanceUntilNs = nowNs + rules.sourceTimeoutNs();
    var seat = new SeatState(new Empty(), Level.ABSENT, nowNs, chanceUntilNs, Kinds.NONE);
    List<SeatState> seats = rules.seats().stream().map(_ -> seat).toList();
    Demand demand = rules.onDemand() ? new Unwanted() : new Wanted();
    return new SwitchState(
        seats, new Nobody(), nowNs, nowNs, Kinds.NONE, new Automatic(), demand, new Fresh());
  }

  /**
   * The state of a stream whose sources were changed, by these rules: those that stay are as they
   * were, those that are new have their chance from now on. A {@link Tick} is due.
   *
   * @param before by the rules until now
   * @param places for each seat of these rules the one that it was; −1 when it is new
   * @param watched whether there are viewers
   */
  public SwitchState continued(
      SwitchState before, List<Integer> places, boolean watched, long nowNs) {
    SwitchState fresh = begin(nowNs);
    List<SeatState> seats = new ArrayList<>();
    for (int seat = 0; seat < places.size(); seat++) {
      int place = places.get(seat);
      seats.add(place < 0 ? fresh.seats().get(seat) : before.seats().get(place));
    }
    SwitchState.Active active =
        before.active() instanceof On(int seat, long arrival) && places.contains(seat)
            ? new On(places.indexOf(seat), arrival)
            : new Nobody();
    SwitchState.Pin pin =
        before.pin() instanceof To(int seat, boolean urgent) && places.contains(seat)
            ? new To(places.indexOf(seat), urgent)
            : new Automatic();
    Demand demand = demand(rules.onDemand() ? before.demand() : new Wanted(), watched, nowNs);
    return new SwitchState(
        seats,
        active,
        before.switchedNs(),
        before.lastGoodNs(),
        before.seen(),
        pin,
        demand,
        before.life());
  }

  /**
   * Takes in what happened. An event of an arrival that has no seat (any more) changes nothing.
   *
   * @throws IndexOutOfBoundsException when an event names a seat that there is not
   */
  public Step step(SwitchState state, SwitchEvent event, long nowNs) {
    if (state.life() instanceof Over) {
      return new Step(state, List.of());
    }
    List<SwitchEffect> effects = new ArrayList<>();
    SwitchState before = judged(state, nowNs, effects);
    SwitchState after =
        switch (event) {
          case Arrived arrived -> arrived(before, arrived, nowNs, effects);
          case SwitchEvent.Heard heard -> heard(before, heard, nowNs, effects);
          case Left left -> left(before, left, nowNs, effects);
          case Watched(boolean watched) -> before.with(demand(before.demand(), watched, nowNs));
          case Pinned(int seat) -> before.with(new To(seat, !before.isActive(seat)));
          case Unpinned _ -> before.with(new Automatic());
          case Tick _ -> before;
        };
    after = judged(after, nowNs, effects);
    after = after.with(demandNow(after.demand(), nowNs));
    after = staffed(after, nowNs, effects);
    after = lived(after, nowNs, effects);
    return new Step(after, effects);
  }

  // ---- arrivals

  private SwitchState arrived(
      SwitchState state, Arrived event, long nowNs, List<SwitchEffect> effects) {
    int seat = event.seat();
    SwitchState next = state;
    switch (state.seats().get(seat).presence()) {
      case Taken taken when yields(seat, taken, event.sameOwner(), nowNs) -> {
        effects.add(new Replace(seat, taken.arrival()));
        next = vacated(state, seat);
      }
      case Taken _ -> {
        effects.add(new Refuse(seat, event.arrival()));
        return state;
      }
      case Empty _ when rules.seats().get(seat).isOurs() -> {
        effects.add(new Refuse(seat, event.arrival())); // of a job that was stopped meanwhile
        return state;
      }
      case Empty _, Asked _ -> {}
    }
    effects.add(new Accept(seat, event.arrival()));
    var taken = new Taken(event.arrival(), nowNs, new Nothing());
    return next.with(seat, it -> it.with(taken));
  }

  private boolean yields(int seat, Taken taken, boolean sameOwner, long nowNs) {
    if (rules.seats().get(seat).isOurs()) {
      return true; // a job knows which of its connections counts
    }
    return switch (rules.takeover()) {
      case ALWAYS -> true;
      case NEVER -> false;
      case SAME_TOKEN -> sameOwner && nowNs - taken.lastNs() >= rules.takeoverSilenceNs();
    };
  }

  private static SwitchState vacated(SwitchState state, int seat) {
    return state.isActive(seat) ? state.with(new Nobody(), state.switchedNs()) : state;
  }

  private SwitchState left(SwitchState state, Left event, long nowNs, List<SwitchEffect> effects) {
    int seat = event.seat();
    if (!state.seats().get(seat).isTakenBy(event.arrival())) {
      return state;
    }
    effects.removeIf(effect -> effect instanceof Judged judged && judged.seat() == seat);
    var presence = rules.seats().get(seat).isOurs() ? new Asked() : new Empty();
    return vacated(state, seat).with(seat, it -> it.with(presence).withChance(nowNs));
  }

  private SwitchState heard(
      SwitchState state, SwitchEvent.Heard event, long nowNs, List<SwitchEffect> effects) {
    int seat = event.seat();
    if (!(state.seats().get(seat).presence() instanceof Taken taken)
        || taken.arrival() != event.arrival()) {
      return state;
    }
    var now = new Taken(taken.arrival(), taken.sinceNs(), heard(taken.heard(), event, nowNs));
    SwitchState next = judged(state.with(seat, it -> it.with(now)), nowNs, effects);
    Cause cause = event.startable() ? cause(next, seat, nowNs) : null;
    if (cause != null) {
      effects.add(new Switch(seat, event.arrival(), cause));
      next = next.with(new On(seat, event.arrival()), nowNs);
      if (next.life() instanceof Fresh) {
        next = next.with(new Running());
      }
      if (next.isPinned(seat)) {
        next = next.with(new To(seat, false));
      }
    }
    if (next.isActive(seat) && !rules.seats().get(seat).isBackup()) {
      Kinds kinds = kinds(next, seat);
      next = next.with(next.seen().with(kinds.video(), kinds.audio()));
      next = next.with(seat, it -> it.seen(it.seen().with(kinds.video(), kinds.audio())));
    }
    return next;
  }

  private static Something heard(SwitchState.Heard before, SwitchEvent.Heard event, long nowNs) {
    boolean startable = event.startable();
    return switch (before) {
      case Nothing _ ->
          new Something(
              nowNs,
              nowNs,
              Kinds.NONE.with(event.video(), event.audio()),
              nowNs,
              nowNs,
              startable,
              nowNs,
              0);
      case Something it ->
          new Something(
              it.firstNs(),
              nowNs,
              it.kinds().with(event.video(), event.audio()),
              event.video() ? nowNs : it.videoNs(),
              event.audio() ? nowNs : it.audioNs(),
              it.startable() || startable,
              startable ? nowNs : it.startableNs(),
              startable && it.startable() ? nowNs - it.startableNs() : it.intervalNs());
    };
  }

  // ---- who is active

  /** Why this seat, which a stream could begin with now, becomes the active one; null for not. */
  private @Nullable Cause cause(SwitchState state, int seat, long nowNs) {
    if (!(state.active() instanceof On(int active, _))) {
      return state.life() instanceof Fresh ? Cause.FIRST : Cause.LOST;
    }
    if (active == seat) {
      return null;
    }
    if (state.pin() instanceof To(int wanted, boolean urgent) && urgent && wanted == seat) {
      return Cause.MANUAL;
    }
    Level activeLevel = state.seats().get(active).level();
    if (activeLevel == Level.SILENT) {
      return Cause.SILENT;
    }
    int gain = Integer.compare(worth(state, seat), worth(state, active));
    if (gain < 0 || !isComplete(state, seat)) {
      return null;
    }
    if (gain > 0) {
      return activeLevel == Level.LACKING ? Cause.LACKING : Cause.RECOVERED;
    }
    boolean better = priority(state, seat) < priority(state, active);
    return better && hasLasted(state.seats().get(seat), nowNs) && hasRested(state, nowNs)
        ? Cause.BETTER
        : null;
  }

  private boolean hasLasted(SeatState seat, long nowNs) {
    return nowNs - seat.levelSinceNs() >= rules.takeBackAfterNs();
  }

  private boolean hasRested(SwitchState state, long nowNs) {
    return nowNs - state.switchedNs() >= rules.takeBackAfterNs();
  }

  private int worth(SwitchState state, int seat) {
    boolean backup = rules.seats().get(seat).isBackup() && !state.isPinned(seat);
    return switch (state.seats().get(seat).level()) {
      case ABSENT, SILENT -> 0;
      case LACKING -> 1;
      case GOOD -> backup ? 2 : 3;
    };
  }

  private long priority(SwitchState state, int seat) {
    return state.isPinned(seat) ? Long.MIN_VALUE : rules.seats().get(seat).priority();
  }

  /** Whether a seat has brought all that is expected of it since it was taken. */
  private boolean isComplete(SwitchState state, int seat) {
    Kinds expected = expected(state, seat);
    Kinds kinds = kinds(state, seat);
    return (kinds.video() || !expected.video()) && (kinds.audio() || !expected.audio());
  }

  private Kinds expected(SwitchState state, int seat) {
    if (rules.seats().get(seat).isBackup()) {
      return Kinds.NONE;
    }
    Kinds own = state.seats().get(seat).seen();
    Kinds seen = own.isEmpty() ? state.seen() : own;
    return seen.with(rules.videoTimeoutNs() > 0, rules.audioTimeoutNs() > 0);
  }

  private static Kinds kinds(SwitchState state, int seat) {
    return state.seats().get(seat).presence() instanceof Taken(_, _, Something something)
        ? something.kinds()
        : Kinds.NONE;
  }

  // ---- judgement

  /** Judges all seats by what they have delivered until now. */
  private SwitchState judged(SwitchState state, long nowNs, List<SwitchEffect> effects) {
    SwitchState next = state;
    for (int seat = 0; seat < rules.seats().size(); seat++) {
      Level before = state.seats().get(seat).level();
      Level after = level(state, seat, nowNs);
      if (after != before) {
        next = next.with(seat, it -> it.judged(after, nowNs));
        if (before == Level.GOOD) {
          next = next.with(seat, it -> it.withChance(nowNs)); // it has had its chance
        }
        if (before != Level.ABSENT && after != Level.ABSENT) {
          effects.add(new Judged(seat, before, after));
        }
      }
    }
    return isAnyGood(next) ? next.withGood(nowNs) : next;
  }

  private Level level(SwitchState state, int seat, long nowNs) {
    if (!(state.seats().get(seat).presence() instanceof Taken taken)) {
      return Level.ABSENT;
    }
    if (!(taken.heard() instanceof Something heard)
        || nowNs - heard.lastNs() >= rules.sourceTimeoutNs()) {
      return Level.SILENT;
    }
    boolean backup = rules.seats().get(seat).isBackup();
    boolean blind = !backup && isPast(heard.videoNs(), rules.videoTimeoutNs(), nowNs);
    boolean mute = !backup && isPast(heard.audioNs(), rules.audioTimeoutNs(), nowNs);
    boolean startable =
        state.isActive(seat)
            || (heard.startable() && nowNs - heard.startableNs() < keyFrameNs(heard));
    return blind || mute || !startable ? Level.LACKING : Level.GOOD;
  }

  private static boolean isPast(long lastNs, long timeoutNs, long nowNs) {
    return timeoutNs > 0 && nowNs - lastNs >= timeoutNs;
  }

  private long keyFrameNs(Something heard) {
    return Math.max(Math.max(rules.sourceTimeoutNs(), KEY_FRAME_NS), 2 * heard.intervalNs());
  }

  private boolean isAnyGood(SwitchState state) {
    for (int seat = 0; seat < rules.seats().size(); seat++) {
      if (state.seats().get(seat).level() == Level.GOOD && !rules.seats().get(seat).isBackup()) {
        return true;
      }
    }
    return false;
  }

  // ---- which jobs run

  private Demand demand(Demand before, boolean watched, long nowNs) {
    if (!rules.onDemand()) {
      return before;
    }
    if (watched) {
      return new Wanted();
    }
    return before instanceof Wanted ? new Lingering(nowNs + rules.lingerNs()) : before;
  }

  private static Demand demandNow(Demand demand, long nowNs) {
    return demand instanceof Lingering(long untilNs) && untilNs - nowNs <= 0
        ? new Unwanted()
        : demand;
  }

  private SwitchState staffed(SwitchState state, long nowNs, List<SwitchEffect> effects) {
    SwitchState next = state;
    for (int seat : order) { // a better one that is started now is counted on by the next
      if (!rules.seats().get(seat).isOurs()) {
        continue;
      }
      boolean runs = !(next.seats().get(seat).presence() instanceof Empty);
      boolean wanted = isWanted(next, seat, nowNs);
      if (wanted && !runs) {
        long chanceUntilNs = nowNs + rules.sourceTimeoutNs();
        next = next.with(seat, it -> it.with(new Asked()).withChance(chanceUntilNs));
        effects.add(new Start(seat));
      } else if (runs && !wanted && isReleasable(next, seat, nowNs)) {
        next =
            vacated(next, seat).with(seat, it -> it.with(new Empty()).judged(Level.ABSENT, nowNs));
        effects.add(new Stop(seat));
      }
    }
    return next;
  }

  private boolean isWanted(SwitchState state, int seat, long nowNs) {
    if (state.demand() instanceof Unwanted) {
      return false;
    }
    if (state.isPinned(seat)) {
      return true;
    }
    Seat it = rules.seats().get(seat);
    if (it.isBackup()) {
      return isBridgeNeeded(state, nowNs);
    }
    if (it.standby() == Seat.Standby.HOT) {
      return true;
    }
    for (int other = 0; other < rules.seats().size(); other++) {
      if (isBefore(state, other, seat) && isCountedOn(state.seats().get(other), nowNs)) {
        return false;
      }
    }
    return true;
  }

  private boolean isReleasable(SwitchState state, int seat, long nowNs) {
    if (state.demand() instanceof Unwanted) {
      return true;
    }
    if (state.isActive(seat)) {
      return false;
    }
    if (rules.seats().get(seat).isBackup()) {
      return true;
    }
    for (int other = 0; other < rules.seats().size(); other++) {
      SeatState it = state.seats().get(other);
      if (isBefore(state, other, seat) && it.level() == Level.GOOD && hasLasted(it, nowNs)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code seat} is not needed as long as {@code other} is good. */
  private boolean isBefore(SwitchState state, int other, int seat) {
    if (other == seat || rules.seats().get(other).isBackup()) {
      return false;
    }
    int order = Long.compare(priority(state, other), priority(state, seat));
    return order < 0
        || (order == 0 && (state.isActive(other) || (!state.isActive(seat) && other < seat)));
  }

  private static boolean isCountedOn(SeatState seat, long nowNs) {
    return seat.level() == Level.GOOD || seat.chanceUntilNs() - nowNs > 0;
  }

  private boolean isBridgeNeeded(SwitchState state, long nowNs) {
    if (isAnyGood(state)) {
      return false;
    }
    return state.active() instanceof On // whoever it is, it is not good
        || nowNs - state.lastGoodNs() >= rules.sourceTimeoutNs()
        || rules.seats().size() == 1;
  }

  // ---- the end

  private SwitchState lived(SwitchState state, long nowNs, List<SwitchEffect> effects) {
    boolean hope =
        state.seats().stream().anyMatch(seat -> !(seat.presence() instanceof Empty))
            || (rules.standsAlone() && !(state.demand() instanceof Unwanted));
    return switch (state.life()) {
      case Running _ when !hope && rules.reconnectGraceNs() > 0 -> state.with(new Bereft(nowNs));
      case Running _ when !hope -> over(state, effects);
      case Bereft _ when hope -> state.with(new Running());
      case Bereft(long sinceNs) when nowNs - sinceNs >= rules.reconnectGraceNs() ->
          over(state, effects);
      case Fresh _, Running _, Bereft _, Over _ -> state;
    };
  }

  private static SwitchState over(SwitchState state, List<SwitchEffect> effects) {
    effects.add(new End());
    return state.with(new Over());
  }

  // ---- time

  /**
   * How long after {@code nowNs}, the time of the last step, time alone changes something: then a
   * {@link Tick} is due. More than 0, and at most an hour.
   */
  public long delayNs(SwitchState state, long nowNs) {
    long delayNs = REST_NS;
    for (int seat = 0; seat < rules.seats().size(); seat++) {
      SeatState it = state.seats().get(seat);
      delayNs = sooner(delayNs, it.chanceUntilNs() - nowNs);
      if (it.level() == Level.GOOD) {
        delayNs = sooner(delayNs, it.levelSinceNs() + rules.takeBackAfterNs() - nowNs);
      }
      if (it.presence() instanceof Taken(_, _, Something heard)) {
        delayNs = sooner(delayNs, heard.lastNs() + rules.sourceTimeoutNs() - nowNs);
        delayNs = sooner(delayNs, heard.videoNs() + rules.videoTimeoutNs() - nowNs);
        delayNs = sooner(delayNs, heard.audioNs() + rules.audioTimeoutNs() - nowNs);
        delayNs = sooner(delayNs, heard.startableNs() + keyFrameNs(heard) - nowNs);
      }
    }
    delayNs = sooner(delayNs, state.lastGoodNs() + rules.sourceTimeoutNs() - nowNs);
    if (state.demand() instanceof Lingering(long untilNs)) {
      delayNs = sooner(delayNs, untilNs - nowNs);
    }
    if (state.life() instanceof Bereft(long sinceNs)) {
      delayNs = sooner(delayNs, sinceNs + rules.reconnectGraceNs() - nowNs);
    }
    return delayNs;
  }

  private static long sooner(long delayNs, long otherNs) {
    return otherNs > 0 ? Math.min(delayNs, otherNs) : delayNs;
  }
}
