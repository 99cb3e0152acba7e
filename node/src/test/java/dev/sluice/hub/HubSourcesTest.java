package dev.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubFixture.Publishing;
import dev.sluice.hub.HubFixture.Watching;
import dev.sluice.hub.source.Level;
import dev.sluice.hub.source.Seat;
import dev.sluice.hub.source.Seat.Standby;
import dev.sluice.hub.source.SourcePlan;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SwitchRules;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams with several sources; times in milliseconds. */
class HubSourcesTest {
  private static final long MS = HubFixture.MS;
  private final List<HubFixture> fixtures = new ArrayList<>();

  private HubFixture hub(SwitchRules rules, SourceSpec... sources) {
    var fixture =
        new HubFixture(policy -> {
          policy.sources = new SourcePlan(List.of(sources), rules);
          return policy;
        });
    fixtures.add(fixture);
    return fixture;
  }

  private static SwitchRules rules(boolean onDemand, Seat... seats) {
    return new SwitchRules(
        List.of(seats),
        2_000 * MS,
        0,
        0,
        3_000 * MS,
        SwitchRules.Takeover.SAME_TOKEN,
        2_000 * MS,
        10_000 * MS,
        onDemand,
        5_000 * MS);
  }

  private HubFixture twoPublishers() {
    return hub(
        rules(false, Seat.publish(0), Seat.publish(1)),
        new SourceSpec("0", "publish", "key-of-the-first"),
        new SourceSpec("1", "publish", "key-of-the-second"));
  }

  /** Whatever a test did: once all is over nothing is held and nothing has failed. */
  @AfterEach
  void nothingIsLeftBehind() {
    for (HubFixture fixture : fixtures) {
      fixture.hub.close();
      fixture.sim.runFor(5_000 * MS);
      assertThat(fixture.hub.streams()).isEmpty();
      assertThat(fixture.jobs).isEmpty();
      assertThat(fixture.payloadsReleased()).as("payloads released").isTrue();
      assertThat(fixture.memory.usedBytes()).as("bytes accounted").isZero();
      assertThat(fixture.allocator.metric().usedDirectMemory()).isZero();
      assertThat(fixture.events).noneMatch(event -> event.startsWith("failed"));
    }
  }

  private static SourceReport source(HubFixture at, int seat) {
    return at.hub.streams().iterator().next().report().sources().get(seat);
  }

  /** Ten seconds at once: it has to wait for seven, which is no silence of its own. */
  @Test
  void aSourceThatHasToWaitForTheClockIsNotTakenForSilent() {
    HubFixture at = twoPublishers();
    Publishing first = at.publish(0, "key-of-the-first").announce().key(0);
    Publishing second = at.publish(0, "key-of-the-second").announce();
    for (long ms = 40; ms <= 10_000; ms += 40) {
      first.frame(ms);
    }
    for (long ms = 0; ms < 6_960; ms += 40) {
      assertThat(first.reading).as("%d ms later", ms).isFalse();
      second.unit(HubFixture.VIDEO, ms, ms % 1_000 == 0, 10);
      at.sim.runFor(40 * MS);
    }
    assertThat(source(at, 0).level()).isEqualTo(Level.GOOD);
    assertThat(source(at, 0).active()).isTrue();
    Publishing other = at.publish(0, "key-of-the-first");
    assertThat(other.ended).as("no takeover from one that waits").isEqualTo(Reason.STREAM_BUSY);
    at.sim.runFor(40 * MS);
    assertThat(first.reading).isTrue();
    for (long ms = 7_000; ms < 9_000; ms += 40) {
      second.unit(HubFixture.VIDEO, ms, ms % 1_000 == 0, 10);
      assertThat(source(at, 0).active()).as("%d ms later", ms).isTrue();
      at.sim.runFor(40 * MS);
    }
    second.key(9_000); // now it is: two seconds after it could have gone on
    assertThat(at.events).contains("switched 1 SILENT");
  }

  @Test
  void twoPublishersOnKeysOfTheirOwnAreSourcesOfOneStream() {
    HubFixture at = twoPublishers();
    Watching viewer = at.watch(1);
    Publishing first = at.publish(0, "key-of-the-first").announce().key(0).frame(40);
    Publishing second = at.publish(1, "key-of-the-second").announce().key(7_000).frame(7_040);
    assertThat(second.ended).isNull();
    first.frame(80);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;V40;V80;");
    first.end();
    at.sim.runFor(120 * MS);
    second.frame(7_120);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;V40;V80;");
    second.key(7_160).frame(7_200);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;V40;V80;K120;V160;");
    assertThat(viewer.sink.ended).isNull();
    assertThat(at.events).containsExactly("switched 0 FIRST", "lost peer-left", "switched 1 LOST");
  }

  @Test
  void aFrozenSourceIsReplacedAfterTheTimeoutAndTakesBackLater() {
    HubFixture at = twoPublishers();
    Watching viewer = at.watch(0);
    Publishing first = at.publish(0, "key-of-the-first").announce();
    Publishing second = at.publish(1, "key-of-the-second").announce();
    long ms = 0;
    for (; ms < 5_000; ms += 500) {
      first.key(ms);
      second.key(ms + 100_000);
      at.sim.runFor(500 * MS);
    }
    assertThat(viewer.text()).endsWith("K4500;");
    for (; ms < 10_000; ms += 500) { // the first is frozen
      second.key(ms + 100_000);
      at.sim.runFor(500 * MS);
    }
    assertThat(viewer.text()).endsWith("K4500;K6500;K7000;K7500;K8000;K8500;K9000;K9500;");
    for (; ms < 20_000; ms += 500) {
      first.key(ms);
      second.key(ms + 100_000);
      at.sim.runFor(500 * MS);
    }
    assertThat(viewer.text()).endsWith("K19500;").doesNotContain("H2");
    assertThat(at.events)
        .containsExactly("switched 0 FIRST", "switched 1 SILENT", "switched 0 BETTER");
  }

  @Test
  void aSwitchSendsNewHeadersOnceWhenTheConfigurationIsAnother() {
    HubFixture at = twoPublishers();
    Watching viewer = at.watch(0);
    Publishing first = at.publish(0, "key-of-the-first").announce().key(0);
    Publishing second = at.publish(1, "key-of-the-second");
    second.video =
        new Track(
            0,
            Track.Kind.VIDEO,
            HubFixture.VIDEO.codec(),
            "h264",
            HubFixture.VIDEO.timescale(),
            Bytes.of((byte) 9));
    second.announce().key(0);
    first.end();
    at.sim.runFor(40 * MS);
    second.audio(30).key(40).frame(80);
    at.sim.runFor(100 * MS);
    assertThat(viewer.text()).startsWith("P;H1;K0;H2;").doesNotContain("H3");
  }

  @Test
  void whoHasNoKeyOfAStreamWithKeysIsRefused() {
    HubFixture at = twoPublishers();
    assertThat(at.publish(0, "something else").ended).isEqualTo(Reason.NOT_PUBLISHED);
    assertThat(at.publish(0, null).ended).isEqualTo(Reason.NOT_PUBLISHED);
    assertThat(at.hub.streams()).isEmpty();
    at.publish(0, "key-of-the-first").announce().key(0);
    assertThat(at.publish(1, "key-of-the-first").ended).isEqualTo(Reason.STREAM_BUSY);
  }

  @Test
  void publishersWithoutKeysTakeTheSeatsAsTheyCome() {
    HubFixture at =
        hub(
            rules(false, Seat.publish(0), Seat.publish(1)),
            new SourceSpec("0", "publish", null),
            new SourceSpec("1", "publish", null));
    Publishing first = at.publish(0, "t").announce().key(0);
    at.publish(1, "t").announce().key(0);
    assertThat(at.publish(1, "t").ended).isEqualTo(Reason.STREAM_BUSY);
    assertThat(source(at, 0).active()).isTrue();
    assertThat(source(at, 1).level()).isEqualTo(Level.GOOD);
    first.end();
    at.publish(1, "t").announce().key(0);
    assertThat(source(at, 0).client()).isNotNull();
  }

  @Test
  void aStandbyIsLookedAtAndHeldNowhere() {
    HubFixture at = twoPublishers();
    at.publish(0, "key-of-the-first").announce().key(0);
    Publishing second = at.publish(1, "key-of-the-second").announce();
    for (int ms = 0; ms < 5_000; ms += 40) {
      second.audio(ms).unit(HubFixture.VIDEO, ms, ms % 1_000 == 0, 1_000);
    }
    long held = at.payloads.stream().filter(payload -> payload.refCnt() > 0).count();
    assertThat(held).as("a second of sound, and the first one's GOP").isLessThan(30);
    assertThat(at.hub.streams().iterator().next().report().unitsDropped()).isZero();
  }

  @Test
  void pullsAreStartedWithTheStreamThatIsKeptAndTheColdOneWhenItIsNeeded() {
    HubFixture at =
        hub(
            rules(false, Seat.pull(0, Standby.HOT), Seat.pull(1, Standby.COLD)),
            new SourceSpec("0", "first", null),
            new SourceSpec("1", "second", null));
    at.hub.keep(HubFixture.NAME, at.sim.loop(0));
    at.sim.runFor(0);
    assertThat(at.events).containsExactly("start 0");
    Watching viewer = at.watch(1);
    Publishing first = at.bring(0).announce().key(0).frame(40);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;V40;");
    at.events.clear();
    first.end();
    assertThat(at.events).containsExactly("lost peer-left", "start 1");
    at.sim.runFor(500 * MS);
    at.bring(1).announce().key(0);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;V40;K500;");
    at.events.clear();
    first = at.bring(0).announce();
    for (int ms = 0; ms <= 6_000; ms += 1_000) {
      first.key(ms);
      at.sim.runFor(1_000 * MS);
    }
    assertThat(at.events).containsExactly("switched 0 SILENT", "lost not-needed", "stop 1");
  }

  @Test
  void aKeptStreamIsOpenedAgainAfterItsEnd() {
    HubFixture at =
        hub(rules(false, Seat.pull(0, Standby.HOT)), new SourceSpec("0", "first", null));
    at.hub.keep(HubFixture.NAME, at.sim.loop(0));
    at.sim.runFor(0);
    at.bring(0).announce().key(0);
    at.hub.end(HubFixture.NAME, Reason.KICKED);
    at.sim.runFor(Hub.KEEP_AGAIN_NS - 1);
    assertThat(at.hub.streams()).isEmpty();
    at.sim.runFor(1);
    assertThat(at.hub.streams()).hasSize(1);
    assertThat(at.events).containsExactly("start 0", "stop 0", "closed kicked", "start 0");
  }

  @Test
  void pullsOnDemandRunForViewers() {
    HubFixture at = hub(rules(true, Seat.pull(0, Standby.HOT)), new SourceSpec("0", "first", null));
    Watching viewer = at.watch(1);
    assertThat(at.events).containsExactly("start 0");
    at.bring(0).announce().key(0);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;");
    at.sim.on(at.sim.loop(1), () -> viewer.viewer().leave());
    at.sim.runFor(4_999 * MS);
    assertThat(at.jobs).hasSize(1);
    at.sim.runFor(1 * MS);
    assertThat(at.jobs).isEmpty();
    at.sim.runFor(10_000 * MS);
    assertThat(at.hub.streams()).isEmpty();
  }

  @Test
  void aPullOnDemandThatNeverComesEndsWithItsViewers() {
    HubFixture at = hub(rules(true, Seat.pull(0, Standby.HOT)), new SourceSpec("0", "first", null));
    Watching viewer = at.watch(1);
    at.sim.on(at.sim.loop(1), () -> viewer.viewer().leave());
    at.sim.runFor(5_000 * MS);
    assertThat(at.hub.streams()).isEmpty();
    assertThat(at.events).containsExactly("start 0", "stop 0", "closed stream-ended");
  }

  @Test
  void theBackupBridgesForWhoeverWatches() {
    HubFixture at =
        hub(
            rules(false, Seat.publish(0), Seat.backup()),
            new SourceSpec("0", "publish", null),
            new SourceSpec("backup", "backup", null));
    Watching viewer = at.watch(1);
    Publishing first = at.publish(0, null).announce().key(0).frame(40);
    first.end();
    at.sim.runFor(2_000 * MS);
    assertThat(at.events).endsWith("start 1");
    Publishing clip = at.bring(1).announce();
    for (int ms = 0; ms < 20_000; ms += 1_000) {
      clip.key(ms);
      at.sim.runFor(1_000 * MS);
    }
    assertThat(viewer.sink.ended).isNull();
    assertThat(viewer.text()).startsWith("P;H1;K0;V40;K2000;K3000;").endsWith("K21000;");
    at.events.clear();
    at.publish(0, null).announce().key(0);
    assertThat(viewer.text()).endsWith("K21000;K22000;");
    assertThat(at.events).containsExactly("switched 0 RECOVERED", "lost not-needed", "stop 1");
  }

  @Test
  void anOperatorSwitchesByHand() {
    HubFixture at = twoPublishers();
    Publishing first = at.publish(0, "key-of-the-first").announce().key(0);
    Publishing second = at.publish(1, "key-of-the-second").announce().key(0);
    LiveStream stream = at.hub.streams().iterator().next();
    at.sim.on(stream.loop(), () -> stream.pinSource(1));
    first.key(40);
    second.key(40);
    assertThat(source(at, 1).active()).isTrue();
    assertThat(source(at, 1).pinned()).isTrue();
    assertThat(at.events).endsWith("switched 1 MANUAL");
    at.sim.on(stream.loop(), () -> stream.pinSource(-1));
    at.sim.runFor(1_900 * MS);
    first.key(1_940);
    second.key(1_940);
    at.sim.runFor(1_900 * MS);
    second.frame(3_840);
    first.key(3_840);
    assertThat(source(at, 0).active()).isTrue();
  }

  @Test
  void pictureThatStopsLeavesSoundToGoOn() {
    HubFixture at = twoPublishers();
    Publishing second = at.publish(1, "key-of-the-second").announce().key(0);
    Watching viewer = at.watch(0);
    Publishing first = at.publish(0, "key-of-the-first").announce();
    for (int ms = 0; ms < 4_000; ms += 100) {
      first.audio(ms); // announced a picture, and sends none
    }
    second.end();
    assertThat(viewer.text()).isEqualTo("P;H1;K0;");
    for (int ms = 4_000; ms < 4_600; ms += 100) {
      first.audio(ms);
    }
    at.sim.runFor(50 * MS);
    assertThat(source(at, 0).active()).isTrue();
    assertThat(viewer.text()).startsWith("P;H1;K0;A").endsWith("A940;").doesNotContain("H2");
    Watching late = at.watch(0);
    first.audio(4_600);
    at.sim.runFor(50 * MS);
    assertThat(late.text()).startsWith("P;H1;A");
  }

  @Test
  void aRateAboveTheLimitEndsAStandbyToo() {
    HubFixture at =
        new HubFixture(policy -> {
          policy.sources =
              new SourcePlan(
                  List.of(
                      new SourceSpec("0", "publish", null), new SourceSpec("1", "publish", null)),
                  rules(false, Seat.publish(0), Seat.publish(1)));
          policy.maxBitrateBps = 1_000;
          return policy;
        });
    fixtures.add(at);
    Publishing first = at.publish(0, null).announce().key(0);
    Publishing second = at.publish(1, null).announce().key(0);
    at.sim.runFor(5_000 * MS);
    second.unit(HubFixture.VIDEO, 5_000, false, 1_000);
    assertThat(second.ended).isEqualTo(Reason.BITRATE_LIMIT);
    assertThat(first.ended).isNull();
  }
}
