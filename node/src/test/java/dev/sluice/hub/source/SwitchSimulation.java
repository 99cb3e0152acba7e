package dev.sluice.hub.source;

import dev.sluice.hub.source.Seat.Kind;
import dev.sluice.hub.source.Seat.Standby;
import dev.sluice.hub.source.SwitchEffect.Cause;
import dev.sluice.testkit.sim.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One life of a stream with three sources and perhaps a backup: they die, freeze, lie and return at
 * random, operators pin and viewers come and go. Everything that happens is checked as it happens;
 * at the end all sources are well, and the best has to be active.
 */
final class SwitchSimulation {
  private static final long MS = 1_000_000;
  private static final long FRAME_NS = 100 * MS;
  private static final long STORM_NS = 120_000 * MS;

  /** From a decision to the frame that shows it: one frame of a source, and its jitter. */
  private static final long SLACK_NS = 2 * FRAME_NS;

  /** What a device really does. */
  private enum Mode {
    GOOD,
    /** It is not there; its connection is closed. */
    DEAD,
    /** It is not there; its connection stays open, as after a cut cable. */
    CUT,
    /** Connected, sends nothing. */
    FROZEN,
    SOUND_ONLY,
    PICTURES_ONLY,
    NO_KEY_FRAMES
  }

  private final RandomGenerator random;
  private final VirtualTime time;
  private final SwitchRules rules;
  private final SourceSwitch engine;
  private final List<Device> devices = new ArrayList<>();
  private final StringBuilder log = new StringBuilder();

  private SwitchState state;
  private VirtualTime.@Nullable Event timer;
  private long arrivals;
  private boolean watched = true;
  private boolean ended;
  private boolean storm = true;
  private long modeChanges;
  private long switches;
  private long lastSwitchNs;
  private long bereftSinceNs;
  private long unpinnedNs;

  // what viewers have got
  private @Nullable Device active;
  private long activeArrival;
  private boolean begun;
  private long outNs;
  private long outVideoNs;
  private long outAudioNs;

  SwitchSimulation(RandomGenerator random) {
    this.random = random;
    this.time = new VirtualTime(random.nextLong());
    this.rules = rules(random);
    this.engine = new SourceSwitch(rules);
    this.state = engine.begin(time.nowNs());
    this.bereftSinceNs = time.nowNs();
    for (int seat = 0; seat < rules.seats().size(); seat++) {
      devices.add(new Device(seat));
    }
  }

  private static SwitchRules rules(RandomGenerator random) {
    List<Seat> seats = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int priority = random.nextInt(3);
      seats.add(
          switch (random.nextInt(4)) {
            case 0, 1 -> Seat.publish(priority);
            case 2 -> Seat.pull(priority, Standby.HOT);
            default -> Seat.pull(priority, Standby.COLD);
          });
    }
    if (random.nextInt(3) == 0) {
      seats.add(Seat.backup());
    }
    long sourceTimeoutMs = 500L + random.nextInt(3_000);
    return new SwitchRules(
        seats,
        sourceTimeoutMs * MS,
        random.nextBoolean() ? 0 : (300 + random.nextInt(3_000)) * MS,
        random.nextBoolean() ? 0 : (300 + random.nextInt(3_000)) * MS,
        random.nextInt(10_000) * MS,
        SwitchRules.Takeover.values()[random.nextInt(3)],
        random.nextInt(2_000) * MS,
        random.nextInt(15_000) * MS,
        random.nextInt(3) == 0,
        random.nextInt(5_000) * MS);
  }

  /** Runs the life; what happened, as text. */
  String run() {
    step(new SwitchEvent.Watched(true));
    devices.forEach(Device::live);
    operate();
    while (time.elapsedNs() < STORM_NS && !ended) {
      time.step();
    }
    storm = false;
    if (!ended) {
      comeToRest();
    }
    long bound = 3 * modeChanges + STORM_NS / Math.max(rules.takeBackAfterNs(), 1_000 * MS) + 10;
    expect(switches <= bound || rules.takeBackAfterNs() < 1_000 * MS, "flaps: " + switches);
    return log.toString();
  }

  /** All sources are well and stay so: the best has to win, and what is not needed to stop. */
  private void comeToRest() {
    watched = true;
    step(new SwitchEvent.Watched(true));
    unpin();
    devices.forEach(device -> device.become(Mode.GOOD));
    long restNs =
        2 * rules.takeBackAfterNs() + 3 * rules.sourceTimeoutNs() + 40_000 * MS; // key frames
    time.runFor(restNs);
    expect(!ended, "ended with good sources");
    Device winner = active;
    expect(winner != null, "nobody is active");
    for (Device device : devices) {
      if (device.kind() == Kind.BACKUP) {
        expect(!device.running, "the backup still runs");
      } else if (winner != null) {
        expect(winner.priority() <= device.priority(), device + " is better than " + winner);
        boolean needed =
            device.seatRules().standby() == Standby.HOT
                || device == winner
                || device.priority() < winner.priority();
        expect(device.running == (device.kind() == Kind.PULL && needed), device + " runs or not");
      }
    }
  }

  /** Operators and viewers. */
  private void operate() {
    time.schedule(
        random.nextInt(20_000) * MS,
        () -> {
          if (!storm || ended) {
            return;
          }
          switch (random.nextInt(4)) {
            case 0 -> {
              unpinnedNs = time.nowNs(); // whoever was pinned is no more
              step(new SwitchEvent.Pinned(random.nextInt(devices.size())));
            }
            case 1, 2 -> unpin();
            default -> {
              watched = !watched;
              step(new SwitchEvent.Watched(watched));
            }
          }
          operate();
        });
  }

  private void unpin() {
    unpinnedNs = time.nowNs();
    step(new SwitchEvent.Unpinned());
  }

  // ---- the engine's surroundings

  private void step(SwitchEvent event) {
    SourceSwitch.Step step = engine.step(state, event, time.nowNs());
    if (time.elapsedNs() % 16 == 0) {
      var again = engine.step(state, event, time.nowNs());
      expect(again.equals(step), "the same gives something else");
    }
    state = step.state();
    for (SwitchEffect effect : step.effects()) {
      log.append(time.elapsedNs() / MS).append(' ').append(effect).append('\n');
      carryOut(effect, event);
    }
    checkActive();
    arm();
  }

  private void arm() {
    if (timer != null) {
      timer.cancel();
    }
    long delayNs = engine.delayNs(state, time.nowNs());
    expect(delayNs > 0, "a tick at once would never end");
    timer = ended ? null : time.schedule(delayNs, () -> step(new SwitchEvent.Tick()));
  }

  private void carryOut(SwitchEffect effect, SwitchEvent event) {
    switch (effect) {
      case SwitchEffect.Accept(int seat, long arrival) -> {
        expect(event.equals(new SwitchEvent.Arrived(seat, arrival, true)), "accepts uncalled");
        devices.get(seat).accepted(arrival);
      }
      case SwitchEffect.Refuse(int seat, long arrival) -> {
        expect(event.equals(new SwitchEvent.Arrived(seat, arrival, true)), "refuses uncalled");
        devices.get(seat).refused(arrival);
      }
      case SwitchEffect.Replace(int seat, long arrival) -> {
        expect(devices.get(seat).seated == arrival, "replaces who is gone");
        devices.get(seat).replaced();
      }
      case SwitchEffect.Switch(int seat, long arrival, Cause cause) ->
          switchTo(devices.get(seat), arrival, cause, event);
      case SwitchEffect.Start(int seat) -> {
        expect(devices.get(seat).kind() != Kind.PUBLISH, "starts a publisher");
        expect(!devices.get(seat).running, "starts what runs");
        expect(watched || !rules.onDemand() || lingers(), "starts for nobody");
        devices.get(seat).started();
      }
      case SwitchEffect.Stop(int seat) -> {
        expect(devices.get(seat).running, "stops what does not run");
        devices.get(seat).stopped();
      }
      case SwitchEffect.Judged(int seat, Level before, Level after) -> {
        expect(devices.get(seat).seated != 0, "judges who is gone");
        expect(before != after, "judges nothing new");
      }
      case SwitchEffect.End _ -> {
        ended = true;
        expect(devices.stream().allMatch(device -> device.seated == 0), "ends with a source");
        expect(time.nowNs() - bereftSinceNs >= rules.reconnectGraceNs(), "ends before the grace");
        boolean alone = devices.stream().anyMatch(device -> device.kind() != Kind.PUBLISH);
        expect(!alone || (rules.onDemand() && !watched), "ends what stands alone");
      }
    }
  }

  private boolean lingers() {
    return state.demand() instanceof SwitchState.Lingering;
  }

  private void switchTo(Device to, long arrival, Cause cause, SwitchEvent event) {
    boolean atKeyFrame =
        event instanceof SwitchEvent.Heard(int seat, long who, _, _, boolean startable)
            && seat == to.seat
            && who == arrival
            && startable;
    expect(atKeyFrame, "switches away from a key frame");
    expect(to.seated == arrival, "switches to who is gone");
    expect(active != to || activeArrival != arrival, "switches to the active one");
    Device from = active;
    long nowNs = time.nowNs();
    if (cause == Cause.BETTER || cause == Cause.LACKING || cause == Cause.RECOVERED) {
      boolean backup = to.kind() == Kind.BACKUP;
      expect(backup || to.hadVideo || rules.videoTimeoutNs() == 0, "takes over without pictures");
      expect(backup || to.hadAudio || rules.audioTimeoutNs() == 0, "takes over without sound");
    }
    switch (cause) {
      case FIRST -> expect(from == null && !begun, "not the first");
      case LOST -> expect(from == null && begun, "it is not lost");
      case SILENT ->
          expect(
              from != null && nowNs - from.lastFrameNs >= rules.sourceTimeoutNs(), "is not silent");
      case LACKING ->
          expect(
              from != null
                  && ((rules.videoTimeoutNs() > 0
                          && nowNs - from.lastVideoNs >= rules.videoTimeoutNs())
                      || (rules.audioTimeoutNs() > 0
                          && nowNs - from.lastAudioNs >= rules.audioTimeoutNs())),
              "lacks nothing");
      case RECOVERED -> expect(from != null && from.kind() == Kind.BACKUP, "was no backup");
      case BETTER -> {
        expect(nowNs - lastSwitchNs >= rules.takeBackAfterNs(), "takes back too soon");
        expect(nowNs - to.seatedNs >= rules.takeBackAfterNs(), "takes back a newcomer");
        expect(from != null && rank(to) < rank(from), "takes back without being better");
      }
      case MANUAL -> expect(state.isPinned(to.seat), "was not asked for");
    }
    active = to;
    activeArrival = arrival;
    begun = true;
    lastSwitchNs = nowNs;
    switches++;
    // a kind that the new one has not brought yet is not missed before its own time-out
    outVideoNs = nowNs;
    outAudioNs = nowNs;
    outNs = nowNs;
  }

  private long rank(Device device) {
    return state.isPinned(device.seat) ? Long.MIN_VALUE : device.priority();
  }

  private void checkActive() {
    if (ended) {
      return;
    }
    Device is = active;
    expect(
        is == null
            ? state.active() instanceof SwitchState.Nobody
            : state.isActive(is.seat, activeArrival),
        "two opinions on who is active");
  }

  /** Whoever was good all the time while viewers got nothing should have been taken. */
  private void checkGaps() {
    long nowNs = time.nowNs();
    for (Device device : devices) {
      if (!begun || !device.isReallyGood() || device.kind() == Kind.BACKUP) {
        continue;
      }
      long limitNs = rules.sourceTimeoutNs() + device.keyFrameNs + SLACK_NS;
      checkGap("", outNs, limitNs, device, nowNs);
      if (rules.videoTimeoutNs() > 0) {
        long videoNs = Math.max(limitNs, rules.videoTimeoutNs() + device.keyFrameNs + SLACK_NS);
        checkGap(" of pictures", outVideoNs, videoNs, device, nowNs);
      }
      if (rules.audioTimeoutNs() > 0) {
        long audioNs = Math.max(limitNs, rules.audioTimeoutNs() + device.keyFrameNs + SLACK_NS);
        checkGap(" of sound", outAudioNs, audioNs, device, nowNs);
      }
    }
  }

  /** The backup has to go once a good source came to a key frame. */
  private void checkBackup() {
    Device is = active;
    if (is == null || is.kind() != Kind.BACKUP || state.isPinned(is.seat)) {
      return;
    }
    for (Device device : devices) {
      if (device != is && device.isReallyGood()) {
        long goodNs = Math.min(time.nowNs() - device.goodSinceNs, time.nowNs() - unpinnedNs);
        expect(goodNs <= device.keyFrameNs + SLACK_NS, "the backup stays");
      }
    }
  }

  private void checkGap(String what, long sinceNs, long limitNs, Device device, long nowNs) {
    long gapNs = Math.min(nowNs - sinceNs, nowNs - device.goodSinceNs);
    if (gapNs > limitNs) {
      String gap = "a gap%s of %d ms, allowed are %d".formatted(what, gapNs / MS, limitNs / MS);
      expect(false, gap + " while " + device + " was good");
    }
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(
          otherwise + " at " + time.elapsedNs() / MS + " ms\n" + rules + "\n" + log);
    }
  }

  /** What is at the other end of a seat. */
  private final class Device {
    private final int seat;
    private final long keyFrameNs = (5 + random.nextInt(35)) * FRAME_NS;
    private Mode mode = Mode.DEAD;
    private boolean running;

    /** Its arrival number, 0 when it has no seat. */
    private long seated;

    private long seatedNs;
    private long lastGone;
    private long ghost; // an arrival whose connection is only open on our side
    private long nextKeyNs;
    private long goodSinceNs;
    private boolean reallyGood;

    // of this arrival; before its first frame the time of that is all that counts
    private boolean heard;
    private boolean hadVideo;
    private boolean hadAudio;
    private long lastFrameNs;
    private long lastVideoNs;
    private long lastAudioNs;

    Device(int seat) {
      this.seat = seat;
    }

    Seat seatRules() {
      return rules.seats().get(seat);
    }

    Kind kind() {
      return seatRules().kind();
    }

    int priority() {
      return seatRules().priority();
    }

    boolean isReallyGood() {
      return reallyGood;
    }

    /** Begins to send frames for ever, and to change its mode while the storm lasts. */
    void live() {
      time.schedule(random.nextLong(FRAME_NS), this::frame);
      changeMode();
    }

    private void changeMode() {
      time.schedule(
          (100 + random.nextInt(random.nextInt(4) == 0 ? 30_000 : 6_000)) * MS,
          () -> {
            if (storm && !ended) {
              Mode[] modes = Mode.values();
              become(random.nextInt(5) < 2 ? Mode.GOOD : modes[random.nextInt(modes.length)]);
              changeMode();
            }
          });
    }

    void become(Mode next) {
      Mode before = mode;
      mode = kind() == Kind.BACKUP ? Mode.GOOD : next; // it is a file of ours
      modeChanges++;
      reallyGood &= mode == Mode.GOOD;
      boolean alive = before == Mode.DEAD || before == Mode.CUT;
      if (mode == Mode.DEAD && seated != 0) {
        leave();
      } else if (mode == Mode.CUT && seated != 0) {
        ghost = seated;
      } else if (alive && mode != Mode.DEAD && mode != Mode.CUT) {
        nextKeyNs = time.nowNs() + random.nextLong(keyFrameNs);
      }
    }

    private void leave() {
      long gone = seated;
      unseat();
      step(new SwitchEvent.Left(seat, gone));
    }

    private void unseat() {
      if (active == this && activeArrival == seated) {
        active = null;
        bereftSinceNs = time.nowNs();
      }
      bereftSinceNs = time.nowNs();
      lastGone = seated;
      seated = 0;
      ghost = 0;
      reallyGood = false;
    }

    void accepted(long arrival) {
      seated = arrival;
      seatedNs = time.nowNs();
      ghost = 0;
      reallyGood = false;
      heard = false;
      hadVideo = false;
      hadAudio = false;
      lastFrameNs = seatedNs;
    }

    void refused(long arrival) {
      log.append("  (").append(this).append(" refused ").append(arrival).append(")\n");
    }

    void replaced() {
      unseat();
    }

    void started() {
      running = true;
    }

    void stopped() {
      running = false;
      if (seated != 0) {
        unseat();
      }
    }

    private boolean isUp() {
      return mode != Mode.DEAD && mode != Mode.CUT && (kind() == Kind.PUBLISH || running);
    }

    private void frame() {
      if (ended) {
        return;
      }
      time.schedule(FRAME_NS, this::frame);
      if (isUp() && (seated == 0 || ghost == seated)) {
        connect();
      } else if (isUp() && seated != 0) {
        deliver();
      } else {
        reallyGood = false;
      }
      checkGaps();
      checkBackup();
      if (random.nextInt(16) == 0) {
        fromThePast();
      }
    }

    /** What was under way when a seat was left still comes. */
    private void fromThePast() {
      if (seated != lastGone && lastGone != 0) {
        SwitchState before = state;
        boolean known = rules.seats().get(seat).isOurs() && !running;
        step(
            switch (random.nextInt(known ? 3 : 2)) {
              case 0 -> new SwitchEvent.Heard(seat, lastGone, true, true, true);
              case 1 -> new SwitchEvent.Left(seat, lastGone);
              default -> new SwitchEvent.Arrived(seat, ++arrivals, true);
            });
        expect(
            state.seats().get(seat).presence().equals(before.seats().get(seat).presence()),
            "listens to the past");
      }
    }

    private void connect() {
      // the publisher's side of a cut connection gives up and dials anew
      if (random.nextInt(3) == 0) {
        if (kind() == Kind.PUBLISH && ghost != 0 && random.nextInt(10) == 0) {
          leave(); // our side has noticed by itself
        }
        step(new SwitchEvent.Arrived(seat, ++arrivals, true));
      }
    }

    private void deliver() {
      long nowNs = time.nowNs();
      boolean keyDue = nextKeyNs - nowNs <= 0;
      if (keyDue) {
        nextKeyNs = nowNs + keyFrameNs;
      }
      boolean video = mode != Mode.SOUND_ONLY && mode != Mode.FROZEN;
      boolean audio = mode != Mode.PICTURES_ONLY && mode != Mode.FROZEN;
      if (mode != Mode.GOOD) {
        reallyGood = false;
      } else if (!reallyGood) {
        reallyGood = true;
        goodSinceNs = nowNs;
      }
      if (!video && !audio) {
        return;
      }
      // sound alone is a beginning, too, in a source without pictures
      boolean startable = mode == Mode.SOUND_ONLY ? keyDue : keyDue && mode != Mode.NO_KEY_FRAMES;
      long arrival = seated;
      lastFrameNs = nowNs;
      lastVideoNs = video || !heard ? nowNs : lastVideoNs;
      lastAudioNs = audio || !heard ? nowNs : lastAudioNs;
      heard = true;
      hadVideo |= video;
      hadAudio |= audio;
      step(new SwitchEvent.Heard(seat, arrival, video, audio, startable));
      if (active == this && activeArrival == arrival) {
        outNs = nowNs;
        outVideoNs = video ? nowNs : outVideoNs;
        outAudioNs = audio ? nowNs : outAudioNs;
      }
    }

    @Override
    public String toString() {
      return kind() + " " + seat + " (priority " + priority() + ", " + mode + ")";
    }
  }
}
