package dev.sluice.hub.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.hub.source.Seat.Standby;
import dev.sluice.hub.source.SwitchRules.Takeover;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The decisions one by one; times in milliseconds. */
class SourceSwitchTest {
  private static final long MS = 1_000_000;
  private static final long SOURCE_TIMEOUT = 2_000;
  private static final long TAKE_BACK_AFTER = 5_000;
  private static final long GRACE = 10_000;

  /** A stream and what was done, as text: {@code A0.1} for an accepted arrival 1 on seat 0. */
  private static final class Bench {
    private final SourceSwitch engine;
    private SwitchState state;
    private long nowMs = Long.MAX_VALUE / MS - 3_000; // the clock wraps within each test
    private final long beginMs = nowMs;

    Bench(SwitchRules rules) {
      engine = new SourceSwitch(rules);
      state = engine.begin(nowMs * MS);
    }

    String step(SwitchEvent event) {
      SourceSwitch.Step step = engine.step(state, event, nowMs * MS);
      state = step.state();
      List<String> text = new ArrayList<>();
      for (SwitchEffect effect : step.effects()) {
        text.add(
            switch (effect) {
              case SwitchEffect.Accept(int seat, long arrival) -> "accept " + seat + "." + arrival;
              case SwitchEffect.Refuse(int seat, long arrival) -> "refuse " + seat + "." + arrival;
              case SwitchEffect.Replace(int seat, long arrival) ->
                  "replace " + seat + "." + arrival;
              case SwitchEffect.Switch(int seat, long arrival, SwitchEffect.Cause cause) ->
                  "switch " + seat + "." + arrival + " " + cause;
              case SwitchEffect.Start(int seat) -> "start " + seat;
              case SwitchEffect.Stop(int seat) -> "stop " + seat;
              case SwitchEffect.Judged(int seat, Level before, Level after) ->
                  seat + " is " + after;
              case SwitchEffect.End _ -> "end";
            });
      }
      return String.join(", ", text);
    }

    String arrives(int seat, long arrival) {
      return step(new SwitchEvent.Arrived(seat, arrival, true));
    }

    String key(int seat, long arrival) {
      return step(new SwitchEvent.Heard(seat, arrival, true, true, true));
    }

    String frame(int seat, long arrival) {
      return step(new SwitchEvent.Heard(seat, arrival, true, true, false));
    }

    String leaves(int seat, long arrival) {
      return step(new SwitchEvent.Left(seat, arrival));
    }

    String tick() {
      return step(new SwitchEvent.Tick());
    }

    /** Lets time pass without looking at the clock. */
    Bench after(long ms) {
      nowMs += ms;
      return this;
    }

    /** Lets time pass, with ticks when they are due; what they did, with times since the begin. */
    String pass(long ms) {
      long untilMs = nowMs + ms;
      List<String> done = new ArrayList<>();
      for (long dueMs; (dueMs = nowMs + engine.delayNs(state, nowMs * MS) / MS) <= untilMs; ) {
        nowMs = dueMs;
        String did = tick();
        if (!did.isEmpty()) {
          done.add(nowMs - beginMs + ": " + did);
        }
      }
      nowMs = untilMs;
      return String.join("; ", done);
    }

    /** Both deliver for so long, a frame each 100 ms and a key frame each second. */
    String deliver(long ms, long... seatsAndArrivals) {
      List<String> done = new ArrayList<>();
      for (long at = 0; at < ms; at += 100) {
        for (int i = 0; i < seatsAndArrivals.length; i += 2) {
          int seat = (int) seatsAndArrivals[i];
          boolean isKey = at % 1_000 == 0;
          String did =
              step(new SwitchEvent.Heard(seat, seatsAndArrivals[i + 1], true, true, isKey));
          if (!did.isEmpty()) {
            done.add(did);
          }
        }
        String did = pass(100);
        if (!did.isEmpty()) {
          done.add(did);
        }
      }
      return String.join(", ", done);
    }
  }

  private static SwitchRules rules(Seat... seats) {
    return new SwitchRules(
        List.of(seats),
        SOURCE_TIMEOUT * MS,
        0,
        0,
        TAKE_BACK_AFTER * MS,
        Takeover.SAME_TOKEN,
        2_000 * MS,
        GRACE * MS,
        false,
        0);
  }

  private static SwitchRules withTimeouts(SwitchRules it, long videoMs, long audioMs) {
    return new SwitchRules(
        it.seats(),
        it.sourceTimeoutNs(),
        videoMs * MS,
        audioMs * MS,
        it.takeBackAfterNs(),
        it.takeover(),
        it.takeoverSilenceNs(),
        it.reconnectGraceNs(),
        it.onDemand(),
        it.lingerNs());
  }

  private static SwitchRules onDemand(SwitchRules it, long lingerMs) {
    return new SwitchRules(
        it.seats(),
        it.sourceTimeoutNs(),
        it.videoTimeoutNs(),
        it.audioTimeoutNs(),
        it.takeBackAfterNs(),
        it.takeover(),
        it.takeoverSilenceNs(),
        it.reconnectGraceNs(),
        true,
        lingerMs * MS);
  }

  private static SwitchRules takeover(SwitchRules it, Takeover takeover) {
    return new SwitchRules(
        it.seats(),
        it.sourceTimeoutNs(),
        it.videoTimeoutNs(),
        it.audioTimeoutNs(),
        it.takeBackAfterNs(),
        takeover,
        it.takeoverSilenceNs(),
        it.reconnectGraceNs(),
        it.onDemand(),
        it.lingerNs());
  }

  private static Bench twoPublishers() {
    var at = new Bench(rules(Seat.publish(0), Seat.publish(1)));
    assertThat(at.arrives(0, 1)).isEqualTo("accept 0.1");
    assertThat(at.arrives(1, 2)).isEqualTo("accept 1.2");
    return at;
  }

  @Test
  void beginsWithTheFirstThatComesToAKeyFrame() {
    Bench at = twoPublishers();
    assertThat(at.frame(0, 1)).isEqualTo("0 is LACKING");
    assertThat(at.key(1, 2)).isEqualTo("1 is GOOD, switch 1.2 FIRST");
    assertThat(at.key(0, 1)).isEqualTo("0 is GOOD");
  }

  @Test
  void theNextTakesOverAtItsKeyFrameWhenTheActiveOneHasGone() {
    Bench at = twoPublishers();
    assertThat(at.deliver(1_500, 0, 1, 1, 2)).isEqualTo("0 is GOOD, switch 0.1 FIRST, 1 is GOOD");
    assertThat(at.leaves(0, 1)).isEmpty();
    assertThat(at.frame(1, 2)).isEmpty();
    assertThat(at.key(1, 2)).isEqualTo("switch 1.2 LOST");
  }

  @Test
  void theNextTakesOverWhenTheActiveOneHasBeenSilentForTheTimeout() {
    Bench at = twoPublishers();
    at.deliver(100, 0, 1, 1, 2);
    assertThat(at.deliver(1_900, 1, 2)).isEqualTo("2000: 0 is SILENT");
    assertThat(at.frame(1, 2)).isEmpty();
    assertThat(at.key(1, 2)).isEqualTo("switch 1.2 SILENT");
  }

  @Test
  void aSourceThatComesBackBeforeAnotherTookOverJustGoesOn() {
    Bench at = twoPublishers();
    at.deliver(100, 0, 1);
    assertThat(at.pass(5_000)).isEqualTo("2000: 0 is SILENT");
    assertThat(at.frame(0, 1)).isEqualTo("0 is GOOD");
    assertThat(at.key(1, 2)).isEqualTo("1 is GOOD");
  }

  @Test
  void theBetterOneTakesBackAtAKeyFrameOnceItHasBeenGoodForAWhile() {
    Bench at = twoPublishers();
    at.deliver(100, 1, 2);
    at.deliver(10_000, 1, 2);
    assertThat(at.deliver(5_000, 0, 1, 1, 2)).isEqualTo("0 is GOOD");
    assertThat(at.frame(0, 1)).isEmpty();
    assertThat(at.key(0, 1)).isEqualTo("switch 0.1 BETTER");
  }

  @Test
  void aSourceThatFailsInBetweenHasToBeGoodForAWhileAgain() {
    Bench at = twoPublishers();
    at.deliver(1_000, 1, 2);
    at.deliver(4_000, 0, 1, 1, 2);
    at.deliver(3_000, 1, 2);
    assertThat(at.deliver(5_000, 0, 1, 1, 2)).isEqualTo("0 is GOOD");
    assertThat(at.deliver(100, 0, 1, 1, 2)).isEqualTo("switch 0.1 BETTER");
  }

  @Test
  void nothingIsTakenBackSoonAfterAChange() {
    Bench at = new Bench(rules(Seat.publish(0), Seat.publish(1), Seat.publish(2)));
    at.arrives(0, 1);
    at.arrives(1, 2);
    at.arrives(2, 3);
    at.deliver(20_000, 0, 1, 1, 2, 2, 3);
    at.leaves(0, 1);
    assertThat(at.key(2, 3)).isEqualTo("switch 2.3 LOST"); // it was first to have a key frame
    assertThat(at.deliver(5_000, 1, 2, 2, 3)).isEmpty();
    assertThat(at.deliver(100, 1, 2, 2, 3)).isEqualTo("switch 1.2 BETTER");
  }

  @Test
  void equalPriorityTakesNothingBack() {
    var at = new Bench(rules(Seat.publish(7), Seat.publish(7)));
    at.arrives(0, 1);
    at.arrives(1, 2);
    at.deliver(100, 1, 2);
    assertThat(at.deliver(30_000, 0, 1, 1, 2)).isEqualTo("0 is GOOD");
    assertThat(at.leaves(1, 2)).isEmpty();
    assertThat(at.key(0, 1)).isEqualTo("switch 0.1 LOST");
  }

  @Test
  void aSourceWithoutPicturesIsFoundOutAfterTheVideoTimeout() {
    var at = new Bench(withTimeouts(rules(Seat.publish(0), Seat.publish(1)), 1_000, 0));
    at.arrives(0, 1);
    at.arrives(1, 2);
    at.deliver(1_000, 0, 1, 1, 2);
    for (int i = 0; i < 10; i++) {
      at.frame(1, 2);
      at.step(new SwitchEvent.Heard(0, 1, false, true, false));
      at.pass(100);
    }
    assertThat(at.state.seats().getFirst().level()).isEqualTo(Level.LACKING);
    assertThat(at.key(1, 2)).isEqualTo("switch 1.2 LACKING");
  }

  @Test
  void aSourceWithoutSoundIsFoundOutAfterTheAudioTimeout() {
    var at = new Bench(withTimeouts(rules(Seat.publish(0), Seat.publish(1)), 0, 1_000));
    at.arrives(0, 1);
    at.arrives(1, 2);
    at.deliver(1_000, 0, 1, 1, 2);
    for (int i = 0; i < 10; i++) {
      at.frame(1, 2);
      at.step(new SwitchEvent.Heard(0, 1, true, false, i % 10 == 0));
      at.pass(100);
    }
    assertThat(at.key(1, 2)).isEqualTo("switch 1.2 LACKING");
  }

  @Test
  void whoLacksPicturesTakesNothingOverFromWhoHasThem() {
    Bench at = twoPublishers();
    at.deliver(100, 1, 2);
    for (int i = 0; i < 200; i++) {
      at.deliver(100, 1, 2);
      assertThat(at.step(new SwitchEvent.Heard(0, 1, false, true, true))).isIn("", "0 is GOOD");
    }
    at.leaves(1, 2);
    assertThat(at.step(new SwitchEvent.Heard(0, 1, false, true, true)))
        .as("better than nothing")
        .isEqualTo("switch 0.1 LOST");
  }

  @Test
  void aSourceOfSoundOnlyIsJudgedByWhatItWas() {
    Bench at = twoPublishers();
    at.step(new SwitchEvent.Heard(0, 1, false, true, true));
    at.leaves(0, 1);
    at.deliver(20_000, 1, 2);
    at.arrives(0, 3);
    for (int i = 0; i < 50; i++) {
      at.step(new SwitchEvent.Heard(0, 3, false, true, true));
      at.deliver(100, 1, 2);
    }
    assertThat(at.step(new SwitchEvent.Heard(0, 3, false, true, true)))
        .isEqualTo("switch 0.3 BETTER");
  }

  @Test
  void aSourceWithoutKeyFramesIsNeverGoodAndNeverTaken() {
    var at = new Bench(rules(Seat.publish(0), Seat.backup()));
    at.tick();
    at.arrives(0, 1);
    List<String> done = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      done.add(at.frame(0, 1));
      done.add(at.pass(100));
    }
    assertThat(done)
        .filteredOn(did -> !did.isEmpty())
        .containsExactly("0 is LACKING", "2000: start 1");
  }

  @Test
  void aStandbyThatStopsToHaveKeyFramesIsNoLongerGood() {
    Bench at = twoPublishers();
    at.deliver(1_000, 0, 1, 1, 2);
    List<String> done = new ArrayList<>();
    for (int i = 0; i < 110; i++) {
      done.add(at.deliver(100, 0, 1));
      done.add(at.frame(1, 2));
    }
    assertThat(done).filteredOn(did -> !did.isEmpty()).containsExactly("10000: 1 is LACKING");
  }

  @Test
  void theBackupBridgesTheGapAndLeavesAtTheFirstKeyFrameOfAnyGoodSource() {
    var at = new Bench(rules(Seat.publish(0), Seat.backup()));
    at.tick();
    at.arrives(0, 1);
    at.deliver(1_000, 0, 1);
    assertThat(at.pass(1_899)).isEmpty();
    assertThat(at.pass(1)).isEqualTo("2900: 0 is SILENT, start 1");
    assertThat(at.arrives(1, 2)).isEqualTo("accept 1.2");
    assertThat(at.key(1, 2)).isEqualTo("1 is GOOD, switch 1.2 SILENT");
    assertThat(at.deliver(30_000, 1, 2)).isEmpty();
    assertThat(at.frame(0, 1)).isEqualTo("0 is LACKING"); // it is long since its last key frame
    assertThat(at.key(0, 1)).isEqualTo("0 is GOOD, switch 0.1 RECOVERED, stop 1");
  }

  @Test
  void theBackupWaitsForTheTimeoutWhenThePublisherHasLeft() {
    var at = new Bench(rules(Seat.publish(0), Seat.backup()));
    at.tick();
    at.arrives(0, 1);
    at.deliver(1_000, 0, 1);
    assertThat(at.leaves(0, 1)).isEmpty();
    assertThat(at.pass(60_000)).isEqualTo("3000: start 1");
    assertThat(at.state.life()).isInstanceOf(SwitchState.Running.class);
  }

  @Test
  void aStreamOfNothingButABackupPlaysIt() {
    var at = new Bench(rules(Seat.backup()));
    assertThat(at.tick()).isEqualTo("start 0");
    at.arrives(0, 1);
    assertThat(at.key(0, 1)).isEqualTo("0 is GOOD, switch 0.1 FIRST");
  }

  @Test
  void startsHotPullsAtOnceAndColdOnesWhenAllBetterOnesHaveFailed() {
    var at =
        new Bench(
            rules(
                Seat.pull(0, Standby.HOT),
                Seat.pull(1, Standby.COLD),
                Seat.pull(2, Standby.COLD),
                Seat.pull(3, Standby.HOT)));
    assertThat(at.tick()).isEqualTo("start 0, start 3");
    assertThat(at.pass(2_000)).isEqualTo("2000: start 1");
    assertThat(at.pass(2_000)).isEqualTo("4000: start 2");
    at.arrives(1, 1);
    at.deliver(1_000, 1, 1);
    assertThat(at.deliver(5_000, 1, 1)).isEqualTo("9000: stop 2");
    at.arrives(0, 2);
    assertThat(at.deliver(5_000, 1, 1, 0, 2)).isEqualTo("0 is GOOD");
    assertThat(at.key(0, 2)).isEqualTo("switch 0.2 BETTER, stop 1");
    assertThat(at.leaves(0, 2)).as("its connection was lost").isEqualTo("start 1");
  }

  @Test
  void aPullThatConnectsAndLeavesAgainGetsNoSecondChance() {
    var at = new Bench(rules(Seat.pull(0, Standby.HOT), Seat.pull(1, Standby.COLD)));
    at.tick();
    at.arrives(0, 1);
    assertThat(at.leaves(0, 1)).isEqualTo("start 1");
  }

  @Test
  void onDemandPullsRunWhileSomebodyWatchesAndAWhileLonger() {
    var at = new Bench(onDemand(rules(Seat.pull(0, Standby.HOT)), 3_000));
    assertThat(at.tick()).isEmpty();
    assertThat(at.step(new SwitchEvent.Watched(true))).isEqualTo("start 0");
    at.arrives(0, 1);
    at.deliver(1_000, 0, 1);
    assertThat(at.step(new SwitchEvent.Watched(false))).isEmpty();
    assertThat(at.deliver(2_900, 0, 1)).isEmpty();
    assertThat(at.step(new SwitchEvent.Watched(true))).isEmpty();
    at.deliver(10_000, 0, 1);
    at.step(new SwitchEvent.Watched(false));
    at.deliver(2_900, 0, 1);
    assertThat(at.pass(100)).isEqualTo("16900: stop 0");
    assertThat(at.key(0, 1)).as("it still delivers").isEmpty();
    assertThat(at.pass(60_000)).isEqualTo("26900: end");
  }

  @Test
  void anOperatorsChoiceComesFirstAndTheRestGoesOnWhenItFails() {
    Bench at = twoPublishers();
    at.deliver(1_000, 0, 1, 1, 2);
    assertThat(at.step(new SwitchEvent.Pinned(1))).isEmpty();
    assertThat(at.frame(1, 2)).isEmpty();
    assertThat(at.key(1, 2)).isEqualTo("switch 1.2 MANUAL");
    assertThat(at.deliver(20_000, 0, 1, 1, 2)).isEmpty();
    at.leaves(1, 2);
    assertThat(at.key(0, 1)).isEqualTo("switch 0.1 LOST");
    at.arrives(1, 3);
    assertThat(at.deliver(5_000, 0, 1, 1, 3)).isEqualTo("1 is GOOD");
    assertThat(at.key(1, 3)).isEqualTo("switch 1.3 BETTER");
    assertThat(at.step(new SwitchEvent.Unpinned())).isEmpty();
    assertThat(at.deliver(5_000, 0, 1, 1, 3)).isEmpty();
    assertThat(at.key(0, 1)).isEqualTo("switch 0.1 BETTER");
  }

  @Test
  void anOperatorCanWantAColdPullOrTheBackup() {
    var at = new Bench(rules(Seat.publish(0), Seat.pull(1, Standby.COLD), Seat.backup()));
    at.tick();
    at.arrives(0, 1);
    at.deliver(1_000, 0, 1);
    assertThat(at.step(new SwitchEvent.Pinned(1))).isEqualTo("start 1");
    assertThat(at.step(new SwitchEvent.Pinned(2))).isEqualTo("start 2");
    at.arrives(2, 5);
    assertThat(at.key(2, 5)).isEqualTo("2 is GOOD, switch 2.5 MANUAL");
    assertThat(at.deliver(20_000, 0, 1, 2, 5)).isEqualTo("5000: stop 1");
    at.step(new SwitchEvent.Unpinned());
    assertThat(at.key(0, 1)).isEqualTo("switch 0.1 RECOVERED, stop 2");
  }

  @Test
  void aSecondPublisherOfASeatIsRefusedUnlessItIsTheSameOneAndTheFirstIsSilent() {
    var at = new Bench(rules(Seat.publish(0)));
    at.arrives(0, 1);
    at.deliver(1_000, 0, 1);
    assertThat(at.arrives(0, 2)).isEqualTo("refuse 0.2");
    at.after(1_900);
    assertThat(at.step(new SwitchEvent.Arrived(0, 3, false))).isEqualTo("0 is SILENT, refuse 0.3");
    assertThat(at.arrives(0, 4)).isEqualTo("replace 0.1, accept 0.4");
    assertThat(at.key(0, 1)).as("of the one that was replaced").isEmpty();
    assertThat(at.leaves(0, 1)).isEmpty();
    assertThat(at.key(0, 4)).isEqualTo("0 is GOOD, switch 0.4 LOST");
  }

  @Test
  void takeoverCanBeForAllOrForNobody() {
    var always = new Bench(takeover(rules(Seat.publish(0)), Takeover.ALWAYS));
    always.arrives(0, 1);
    assertThat(always.step(new SwitchEvent.Arrived(0, 2, false)))
        .isEqualTo("replace 0.1, accept 0.2");
    var never = new Bench(takeover(rules(Seat.publish(0)), Takeover.NEVER));
    never.arrives(0, 1);
    assertThat(never.after(60_000).arrives(0, 2)).isEqualTo("refuse 0.2");
  }

  @Test
  void aStreamOfPublishersEndsWhenNobodyComesBackWithinTheGrace() {
    var at = new Bench(rules(Seat.publish(0), Seat.publish(1)));
    at.arrives(0, 1);
    at.deliver(1_000, 0, 1);
    at.leaves(0, 1);
    assertThat(at.pass(9_000)).isEmpty();
    at.arrives(1, 2);
    assertThat(at.pass(20_000)).as("somebody is there").isEmpty();
    at.leaves(1, 2);
    assertThat(at.pass(9_999)).isEmpty();
    assertThat(at.pass(1)).isEqualTo("40000: end");
    assertThat(at.arrives(0, 3)).as("after the end").isEmpty();
  }

  @Test
  void aStreamThatStandsAloneDoesNotEnd() {
    var at = new Bench(rules(Seat.publish(0), Seat.pull(1, Standby.COLD)));
    at.tick();
    at.arrives(0, 1);
    at.deliver(1_000, 0, 1);
    assertThat(at.leaves(0, 1)).isEqualTo("start 1");
    assertThat(at.pass(1_000_000)).isEmpty();
  }

  @Test
  void whatWasJudgedLateIsJudgedByWhatWas() {
    Bench at = twoPublishers();
    at.deliver(100, 0, 1, 1, 2);
    at.after(60_000); // no tick came in between
    assertThat(at.frame(0, 1)).isEqualTo("0 is SILENT, 1 is SILENT, 0 is GOOD");
  }

  @Test
  void rulesHaveLimits() {
    assertThatThrownBy(() -> rules()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rules(Seat.backup(), Seat.backup()))
        .isInstanceOf(IllegalArgumentException.class);
    var seats = new Seat[SwitchRules.MAX_SEATS + 1];
    java.util.Arrays.fill(seats, Seat.publish(0));
    assertThatThrownBy(() -> rules(seats)).isInstanceOf(IllegalArgumentException.class);
  }
}
