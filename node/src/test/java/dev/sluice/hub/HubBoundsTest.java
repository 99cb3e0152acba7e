package dev.sluice.hub;

import static dev.sluice.hub.HubFixture.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubFixture.PolicyBuilder;
import dev.sluice.hub.HubFixture.Publishing;
import dev.sluice.hub.HubFixture.Watching;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What sources and viewers that mean harm can make the hub hold. */
class HubBoundsTest {
  private static final int FRAME_BYTES = 10;

  private final List<HubFixture> fixtures = new ArrayList<>();

  private HubFixture hub(UnaryOperator<PolicyBuilder> choose) {
    var fixture = new HubFixture(choose);
    fixtures.add(fixture);
    return fixture;
  }

  @AfterEach
  void nothingIsLeftBehind() {
    for (HubFixture fixture : fixtures) {
      fixture.hub.close();
      fixture.sim.runFor(5_000 * MS);
      assertThat(fixture.payloadsReleased()).as("payloads released").isTrue();
      assertThat(fixture.memory.usedBytes()).as("bytes accounted").isZero();
      assertThat(fixture.allocator.metric().usedDirectMemory()).isZero();
    }
  }

  @Test
  void aGopOfTinyFramesIsBoundedByWhatTheyCost() {
    var at =
        hub(policy -> {
          policy.gopCacheMaxBytes = 100 * (FRAME_BYTES + MemoryBudget.UNIT_BYTES);
          return policy;
        });
    Publishing source = at.publish(0, null).announce().key(0);
    for (int i = 1; i < 100; i++) {
      source.frame(i);
    }
    assertThat(at.watch(0).text()).startsWith("P;H1;K0;V1;");
    source.frame(100);
    assertThat(at.watch(0, new TextForm("other")).text()).isEmpty();
    assertThat(at.memory.usedBytes(MemoryBudget.Account.GOP_CACHES)).isZero();
  }

  @Test
  void aSourceThatDoesNotBeginIsBoundedByWhatItsUnitsCost() {
    var at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    Watching viewer = at.watch(0);
    for (int i = 0; i < 10_000; i++) {
      source.audio(0);
    }
    assertThat(at.payloads.stream().filter(payload -> payload.refCnt() > 0).count())
        .isBetween(1_000L, (long) SourceStart.MAX_BYTES / MemoryBudget.UNIT_BYTES);
    source.key(0);
    assertThat(viewer.text()).startsWith("P;H1;").endsWith("K0;");
    source.end();
    at.sim.runFor(12_000 * MS);
    assertThat(at.payloadsReleased()).isTrue();
  }

  @Test
  void aDeafViewerThatJoinsAgainAndAgainIsGivenNoMore() {
    var at = hub(HubBoundsTest::smallBacklog);
    Publishing source = at.publish(0, null).announce();
    Watching deaf = at.watch(0);
    source.key(0);
    deaf.sink.stalled = true;
    for (int i = 1; i < 20; i++) {
      source.key(40L * i);
      pause(at, deaf, true);
      pause(at, deaf, false);
    }
    assertThat(deaf.sink.backlogBytes()).isLessThan(50);
    deaf.sink.unstall();
    source.frame(800).key(840);
    assertThat(deaf.text()).endsWith("K840;");
  }

  @Test
  void aPausedViewerThatTakesNothingIsEnded() {
    var at = hub(HubBoundsTest::smallBacklog);
    Publishing source = at.publish(0, null).announce();
    Watching deaf = at.watch(0);
    Watching good = at.watch(0);
    source.key(0);
    deaf.sink.stalled = true;
    source.key(40);
    pause(at, deaf, true);
    pause(at, good, true);
    at.sim.runFor(30_000 * MS - 1);
    assertThat(deaf.sink.ended).isNull();
    at.sim.runFor(1);
    assertThat(deaf.sink.ended).isEqualTo(Reason.TOO_SLOW);
    at.sim.runFor(100_000 * MS);
    assertThat(good.sink.ended).isNull();
    deaf.sink.unstall();
  }

  @Test
  void aPausedViewerMayTakeItsTime() {
    var at = hub(HubBoundsTest::smallBacklog);
    Publishing source = at.publish(0, null).announce();
    Watching slow = at.watch(0);
    source.key(0);
    slow.sink.stalled = true;
    source.key(40);
    pause(at, slow, true);
    slow.sink.unstall();
    at.sim.runFor(100_000 * MS);
    assertThat(slow.sink.ended).isNull();
    pause(at, slow, false);
    assertThat(slow.text()).endsWith("K40;H1;K40;");
  }

  @Test
  void noticesAreLimitedToTenASecond() {
    var limit = new NoticeLimit();
    long startNs = Long.MAX_VALUE - 500 * MS; // the clock overflows on the way
    for (int second = 0; second < 3; second++) {
      int given = 0;
      for (int i = 0; i < 100; i++) {
        given += limit.allows(startNs + 1_000L * second * MS + i) ? 1 : 0;
      }
      assertThat(given).isEqualTo(NoticeLimit.MAX_PER_SECOND);
    }
  }

  @Test
  void largeIncompleteMessagesHaveAQuarterOfTheBudget() {
    var memory = new MemoryBudget(1_000);
    assertThat(memory.takeForArrivals(250)).isTrue();
    assertThat(memory.takeForArrivals(1)).isFalse();
    assertThat(memory.usedBytes()).isEqualTo(250);
    memory.giveBackArrivals(100);
    assertThat(memory.takeForArrivals(101)).isFalse();
    assertThat(memory.takeForArrivals(100)).isTrue();
    memory.giveBackArrivals(250);
    assertThat(memory.usedBytes()).isZero();
  }

  private static PolicyBuilder smallBacklog(PolicyBuilder policy) {
    policy.backlogMaxBytes = 10;
    return policy;
  }

  private static void pause(HubFixture at, Watching viewer, boolean on) {
    at.sim.on(at.sim.loop(0), () -> viewer.viewer().pause(on));
  }
}
