package dev.sluice.hub;

import dev.sluice.hub.source.Level;
import dev.sluice.hub.source.Seat;
import dev.sluice.hub.source.SourcePlan;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SourceSwitch;
import dev.sluice.hub.source.SwitchEffect;
import dev.sluice.hub.source.SwitchEffect.Cause;
import dev.sluice.hub.source.SwitchEvent;
import dev.sluice.hub.source.SwitchState;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sources of a stream: who sits where, what each delivers, and the {@link SourceSwitch} that
 * decides about them. Of the units of a source that is not active only the beginning of a GOP is
 * looked at; they go nowhere. Stream's loop.
 */
final class Sources {
  private final LiveStream stream;
  private final Loop loop;
  private final SourceJobs starter;
  private SourcePlan plan;
  private SourceSwitch engine;
  private @Nullable Contender[] seats;
  private SourceJobs.@Nullable Job[] jobs;
  private @Nullable SeatPort[] ports;
  private @Nullable String[] notes;
  private final Map<SourceLink, Contender> byLink = new HashMap<>();

  private SwitchState state;
  private @Nullable Contender active;
  private long arrivals;
  private boolean closed;
  private Loop.@Nullable Timer timer;
  private long timerNs;

  Sources(LiveStream stream, SourceJobs starter) {
    this.stream = stream;
    this.loop = stream.loop();
    this.starter = starter;
    this.plan = stream.policy().sources();
    this.engine = new SourceSwitch(plan.rules());
    int count = plan.sources().size();
    this.seats = new Contender[count];
    this.jobs = new SourceJobs.Job[count];
    this.ports = new SeatPort[count];
    this.notes = new String[count];
    this.state = engine.begin(loop.nowNs());
  }

  /** Starts what is to run from the beginning. */
  void start() {
    step(new SwitchEvent.Tick());
  }

  /** The first viewer has come, or the last one has left. */
  void watched(boolean watched) {
    step(new SwitchEvent.Watched(watched));
  }

  /**
   * Other sources are configured. Those that were before stay as they are, wherever they stand now;
   * the others go, and the timeline waits for the next.
   *
   * @param watched whether there are viewers
   */
  void adopt(SourcePlan changed, boolean watched) {
    if (closed || changed.equals(plan)) {
      return;
    }
    List<Integer> places = changed.placesIn(plan);
    for (int seat = 0; seat < seats.length; seat++) {
      if (!places.contains(seat)) {
        clear(seat);
      }
    }
    move(changed.sources().size(), places);
    plan = changed;
    engine = new SourceSwitch(changed.rules());
    state = engine.continued(state, places, watched, loop.nowNs());
    step(new SwitchEvent.Tick());
  }

  private void move(int count, List<Integer> places) {
    @Nullable Contender[] seatsBefore = seats;
    SourceJobs.@Nullable Job[] jobsBefore = jobs;
    @Nullable SeatPort[] portsBefore = ports;
    @Nullable String[] notesBefore = notes;
    seats = new Contender[count];
    jobs = new SourceJobs.Job[count];
    ports = new SeatPort[count];
    notes = new String[count];
    for (int seat = 0; seat < count; seat++) {
      int place = places.get(seat);
      if (place < 0) {
        continue;
      }
      Contender there = seatsBefore[place];
      if (there != null) {
        there.moveTo(seat);
      }
      SeatPort port = portsBefore[place];
      if (port != null) {
        port.seat = seat;
      }
      seats[seat] = there;
      jobs[seat] = jobsBefore[place];
      ports[seat] = port;
      notes[seat] = notesBefore[place];
    }
  }

  /** The seat is no more: job and publisher are told. */
  private void clear(int seat) {
    SourceJobs.Job job = jobs[seat];
    Contender there = seats[seat];
    Reason reason = job == null ? Reason.NOT_PUBLISHED : Reason.NOT_NEEDED;
    jobs[seat] = null;
    if (there != null) {
      detach(there);
      stream.listener().sourceLost(stream.name(), there.link().client(), reason, 0);
    }
    if (job != null) {
      job.stop();
    } else if (there != null) {
      there.link().dismiss(reason);
    }
  }

  /** Puts a seat before all others, or, with −1, leaves it to the priorities. */
  void pin(int seat) {
    step(seat < 0 ? new SwitchEvent.Unpinned() : new SwitchEvent.Pinned(seat));
  }

  /** Has the job of a seat cut over to an item; false when none does such things. */
  boolean cut(int seat, int index) {
    SourceJobs.Job job = jobs[seat];
    return job != null && job.cut(index);
  }

  /** Whether somebody is on a seat. */
  boolean isAnybodyThere() {
    return !byLink.isEmpty();
  }

  /** Whether a source is there, or a job is to bring one. */
  boolean isExpected() {
    boolean demanded = !(state.demand() instanceof SwitchState.Unwanted);
    return isAnybodyThere() || (plan.rules().standsAlone() && demanded);
  }

  // ---- they come and go

  /** Somebody publishes: finds the seat, and takes it in or turns it away. */
  void publish(SourceLink link) {
    List<Integer> fitting = plan.seatsFor(link.client().token());
    if (fitting.isEmpty()) {
      refuse(link, Reason.NOT_PUBLISHED);
      return;
    }
    arrive(link, freest(fitting, link.client()));
  }

  /** A free one, else one whose owner comes back, else the first. */
  private int freest(List<Integer> fitting, Client client) {
    int best = fitting.getFirst();
    for (int seat : fitting) {
      Contender there = seats[seat];
      if (there == null) {
        return seat;
      }
      if (isSameOwner(there.link().client(), client)) {
        best = seat;
      }
    }
    return best;
  }

  private void arrive(SourceLink link, int seat) {
    Contender there = seats[seat];
    boolean sameOwner = there != null && isSameOwner(there.link().client(), link.client());
    var newcomer = new Contender(link, seat, ++arrivals, stream.hasPictures(), loop.nowNs());
    byLink.put(link, newcomer); // until the switch refuses it
    step(new SwitchEvent.Arrived(seat, newcomer.arrival(), sameOwner));
    if (seats[seat] != newcomer && byLink.remove(link, newcomer)) {
      newcomer.close();
      refuse(link, Reason.STREAM_BUSY);
    }
  }

  /** Same token; publishers who needed none are the same when they come from the same address. */
  private static boolean isSameOwner(Client one, Client other) {
    return Objects.equals(one.token(), other.token())
        && (one.token() != null || one.address().equals(other.address()));
  }

  private void refuse(SourceLink link, Reason reason) {
    stream.listener().sourceRefused(stream.name(), link.client(), reason);
    link.dismiss(reason);
  }

  /** A source's connection has gone. */
  void gone(SourceLink link, Reason reason) {
    Contender who = byLink.get(link);
    if (who != null) {
      detach(who);
      long graceNs = plan.rules().reconnectGraceNs();
      stream.listener().sourceLost(stream.name(), link.client(), reason, graceNs);
      step(new SwitchEvent.Left(who.seat(), who.arrival()));
    }
  }

  /** Ends the active source, or else whoever is there first; its connection is told. */
  void drop(Reason reason) {
    Contender who = deliverer();
    if (who != null) {
      drop(who, reason);
    }
  }

  /** Ends this source, when it is there; its connection is told. */
  void drop(SourceLink link, Reason reason) {
    Contender who = byLink.get(link);
    if (who != null) {
      drop(who, reason);
    }
  }

  private void drop(Contender who, Reason reason) {
    gone(who.link(), reason);
    who.link().dismiss(reason);
  }

  /** Nothing of it counts from here on; what it gave so far goes out. */
  private void detach(Contender who) {
    byLink.remove(who.link());
    if (seats[who.seat()] == who) {
      seats[who.seat()] = null;
    }
    who.close();
    if (active == who) {
      active = null;
      stream.sourceEnded();
    }
  }

  // ---- what they deliver

  /** Takes what a source's socket brought. */
  void receive(SourceLink link, SourceLink.Batch batch) {
    Contender from = byLink.get(link);
    if (from == null) {
      batch.units().forEach(unit -> unit.payload().release());
      return;
    }
    int next = 0;
    try {
      batch.announced().forEach(from::announce);
      if (batch.metadata().size() > 0) {
        from.metadata(batch.metadata());
        if (from == active) {
          stream.describe(batch.metadata());
        }
      }
      batch.times().forEach(note -> stream.note(from, note, from == active));
      batch.units().forEach(from::hear);
      tell(from);
      while (next < batch.units().size() && byLink.containsKey(link)) {
        take(from, batch.units().get(next++));
      }
      checkRate(from, batch.bytes());
    } catch (RuntimeException fault) {
      stream.fail(fault);
    } finally {
      for (; next < batch.units().size(); next++) {
        batch.units().get(next).payload().release();
      }
    }
  }

  private void tell(Contender from) {
    SwitchEvent heard = from.toTell(from == active, loop.nowNs());
    if (heard != null) {
      step(heard);
    }
  }

  /** Takes {@code unit} over: it goes on, or may be a beginning, or is of no use. */
  private void take(Contender from, SourceUnit unit) {
    if (from == active) {
      stream.place(from.link(), unit);
      return;
    }
    SourceStart start = from.start();
    List<SourceUnit> beginning = start.offer(unit);
    if (beginning.isEmpty()) {
      return;
    }
    boolean begins = false;
    try {
      beginning.forEach(from::hear);
      begins = step(from.toAsk(loop.nowNs()));
    } finally {
      if (!begins) {
        start.decline(beginning);
      }
    }
    if (begins) {
      activate(from, beginning);
    }
  }

  /** A source is {@code aheadNs} further than it may be: it has to wait. */
  void hold(SourceLink link, long aheadNs) {
    link.pauseFor(aheadNs);
    Contender from = byLink.get(link);
    if (from != null) {
      from.hold(aheadNs, loop.nowNs());
      arm();
    }
  }

  private void activate(Contender from, List<SourceUnit> beginning) {
    Contender before = active;
    if (before != null) {
      before.stepBack();
      stream.sourceEnded();
    }
    active = from;
    stream.begin(from, beginning);
  }

  private void checkRate(Contender from, int bytes) {
    long nowNs = loop.nowNs();
    stream.received(bytes);
    boolean measured = from.rate().received(bytes, nowNs);
    long limitBps = stream.policy().maxBitrateBps();
    if (measured
        && byLink.containsKey(from.link())
        && limitBps > 0
        && from.rate().bitrateBps(nowNs) > limitBps) {
      drop(from, Reason.BITRATE_LIMIT);
    }
  }

  // ---- the switch

  /** Tells the switch and does what it wants; whether the source that was heard shall begin. */
  private boolean step(SwitchEvent event) {
    for (Contender there : seats) {
      if (there != null && there.isHeld()) {
        apply(there.whileHeld(loop.nowNs())); // who is not read is not silent
      }
    }
    return apply(event);
  }

  private boolean apply(SwitchEvent event) {
    if (closed) {
      return false;
    }
    SourceSwitch.Step step = engine.step(state, event, loop.nowNs());
    state = step.state();
    boolean begins = false;
    for (SwitchEffect effect : step.effects()) {
      begins |= carryOut(effect);
    }
    arm();
    return begins;
  }

  /**
   * Does it; true for a switch, which is whoever's who was just heard. An effect may call back
   * before the next one is carried out: each looks whether it is still to be done.
   */
  private boolean carryOut(SwitchEffect effect) {
    switch (effect) {
      case SwitchEffect.Accept(int seat, long arrival) -> accept(seat, arrival);
      case SwitchEffect.Refuse _ -> {} // has not got the seat, which is how it is told
      case SwitchEffect.Replace(int seat, _) -> replace(seat);
      case SwitchEffect.Start(int seat) -> startJob(seat);
      case SwitchEffect.Stop(int seat) -> stopJob(seat);
      case SwitchEffect.Judged(int seat, Level before, Level after) -> {
        if (hasChoice()) {
          stream.listener().sourceJudged(stream.name(), plan.sources().get(seat), before, after);
        }
      }
      case SwitchEffect.Switch(int seat, _, Cause cause) -> {
        if (hasChoice()) {
          stream.listener().sourceSwitched(stream.name(), plan.sources().get(seat), cause);
        }
        return true;
      }
      case SwitchEffect.End _ -> stream.close(Reason.STREAM_ENDED);
    }
    return false;
  }

  private boolean hasChoice() {
    return plan.sources().size() > 1;
  }

  private void accept(int seat, long arrival) {
    for (Contender newcomer : byLink.values()) {
      if (newcomer.arrival() == arrival) {
        boolean resumed = stream.hasBegun() && byLink.size() == 1;
        seats[seat] = newcomer;
        stream.accepted();
        stream.listener().sourceAccepted(stream.name(), newcomer.link().client(), resumed);
        newcomer.link().accept();
        return;
      }
    }
  }

  private void replace(int seat) {
    Contender old = seats[seat];
    if (old != null) {
      detach(old);
      stream.listener().sourceLost(stream.name(), old.link().client(), Reason.TAKEN_OVER, 0);
      old.link().dismiss(Reason.TAKEN_OVER);
    }
  }

  private void startJob(int seat) {
    boolean wanted = !(state.seats().get(seat).presence() instanceof SwitchState.Empty);
    if (wanted && jobs[seat] == null) {
      var port = new SeatPort(seat);
      notes[seat] = "starting";
      ports[seat] = port;
      jobs[seat] = starter.start(stream.name(), seat, plan.sources().get(seat), loop, port);
    }
  }

  /** The way of a job to its seat, wherever that is by now. */
  private final class SeatPort implements SourceJobs.Port {
    private int seat;

    SeatPort(int seat) {
      this.seat = seat;
    }

    private boolean holds() {
      return !closed && seat < ports.length && ports[seat] == this;
    }

    @Override
    public void publish(Client client, SourceClock clock, SourceHandler handler) {
      SourceLink link = stream.link(client, clock, loop, handler);
      stream.guarded(() -> {
        if (closed) {
          link.dismiss(Reason.STREAM_ENDED);
        } else if (holds()) {
          arrive(link, seat);
        } else {
          link.dismiss(Reason.NOT_NEEDED);
        }
      });
    }

    @Override
    public void note(String what) {
      if (holds()) {
        notes[seat] = what;
      }
    }
  }

  private void stopJob(int seat) {
    SourceJobs.Job job = jobs[seat];
    boolean unwanted = state.seats().get(seat).presence() instanceof SwitchState.Empty;
    if (job != null && unwanted) {
      jobs[seat] = null;
      notes[seat] = null;
      Contender there = seats[seat];
      if (there != null) {
        detach(there);
        stream.listener().sourceLost(stream.name(), there.link().client(), Reason.NOT_NEEDED, 0);
      }
      job.stop();
    }
  }

  private void arm() {
    if (closed) {
      return;
    }
    long nowNs = loop.nowNs();
    long dueNs = nowNs + engine.delayNs(state, nowNs);
    for (Contender there : seats) {
      if (there != null && there.isHeld() && there.heldUntilNs() - dueNs < 0) {
        dueNs = there.heldUntilNs();
      }
    }
    if (timer != null) {
      if (timerNs - dueNs <= 0) {
        return; // comes early enough; it arms itself again
      }
      timer.cancel();
    }
    timerNs = dueNs;
    timer =
        loop.schedule(
            () ->
                stream.guarded(() -> {
                  timer = null;
                  step(new SwitchEvent.Tick());
                  stream.closeIfIdle();
                }),
            dueNs - nowNs);
  }

  /** The stream has ended: all are told. */
  void close(Reason reason) {
    closed = true;
    active = null;
    if (timer != null) {
      timer.cancel();
    }
    for (int seat = 0; seat < jobs.length; seat++) {
      SourceJobs.Job job = jobs[seat];
      jobs[seat] = null;
      if (job != null) {
        job.stop();
      }
    }
    List<Contender> all = List.copyOf(byLink.values());
    byLink.clear();
    for (Contender each : all) {
      each.close();
      each.link().dismiss(reason);
    }
  }

  // ---- what is seen

  /** The active one, else whoever is there first. */
  private @Nullable Contender deliverer() {
    if (active != null) {
      return active;
    }
    for (Contender there : seats) {
      if (there != null) {
        return there;
      }
    }
    return null;
  }

  /** Who delivers, or is about to; null when nobody does. */
  @Nullable Client client() {
    Contender who = deliverer();
    return who == null ? null : who.link().client();
  }

  /** How long it has been there. */
  long liveForNs() {
    Contender who = deliverer();
    return who == null ? 0 : loop.nowNs() - who.sinceNs();
  }

  /** Bits per second of the one that delivers. */
  long bitrateBps() {
    Contender who = deliverer();
    return who == null ? 0 : who.rate().bitrateBps(loop.nowNs());
  }

  /** All seats at this moment. */
  List<SourceReport> report() {
    List<SourceReport> all = new ArrayList<>();
    long nowNs = loop.nowNs();
    for (int seat = 0; seat < seats.length; seat++) {
      SourceSpec spec = plan.sources().get(seat);
      Seat rules = plan.rules().seats().get(seat);
      SwitchState.SeatState is = state.seats().get(seat);
      Contender who = seats[seat];
      all.add(
          new SourceReport(
              spec,
              rules,
              is.level(),
              jobs[seat] != null,
              who != null && who == active,
              state.isPinned(seat),
              who == null ? null : who.link().client(),
              who == null ? 0 : nowNs - who.sinceNs(),
              who == null ? 0 : who.rate().bitrateBps(nowNs),
              notes[seat]));
    }
    return all;
  }
}
