package dev.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubFixture.Publishing;
import dev.sluice.hub.HubFixture.Watching;
import dev.sluice.hub.source.Seat;
import dev.sluice.hub.source.SourcePlan;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SwitchRules;
import dev.sluice.media.StreamName;
import dev.sluice.testkit.Seeds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Something else is configured for a stream that goes on. */
class HubReconfigureTest {
  private static final long MS = HubFixture.MS;
  private static final SourceSpec FIRST = new SourceSpec("0", "publish", "key-of-the-first");
  private static final SourceSpec SECOND = new SourceSpec("1", "publish", "key-of-the-second");
  private static final SourceSpec PULL = new SourceSpec("0", "pull", null);

  private final List<HubFixture> fixtures = new ArrayList<>();

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

  private static SwitchRules rules(boolean onDemand, long sourceTimeoutMs, List<Seat> seats) {
    return new SwitchRules(
        seats,
        sourceTimeoutMs * MS,
        0,
        0,
        3_000 * MS,
        SwitchRules.Takeover.SAME_TOKEN,
        2_000 * MS,
        10_000 * MS,
        onDemand,
        5_000 * MS);
  }

  private static SourcePlan plan(SourceSpec... specs) {
    return plan(false, 2_000, specs);
  }

  /** The first one is the best; what is no publisher is fetched. */
  private static SourcePlan plan(boolean onDemand, long sourceTimeoutMs, SourceSpec... specs) {
    List<Seat> seats = new ArrayList<>();
    List<SourceSpec> sources = new ArrayList<>();
    for (SourceSpec spec : specs) {
      int place = seats.size();
      boolean publish = spec.label().equals("publish");
      seats.add(publish ? Seat.publish(place) : Seat.pull(place, Seat.Standby.HOT));
      sources.add(new SourceSpec("" + place, spec.label(), spec.key()));
    }
    return new SourcePlan(sources, rules(onDemand, sourceTimeoutMs, seats));
  }

  private HubFixture hub(SourcePlan plan) {
    var fixture =
        new HubFixture(policy -> {
          policy.sources = plan;
          return policy;
        });
    fixtures.add(fixture);
    return fixture;
  }

  private static List<StreamName> configure(HubFixture at, SourcePlan plan) {
    return at.configure(policy -> {
      policy.sources = plan;
      return policy;
    });
  }

  private static SourceReport source(HubFixture at, int seat) {
    return at.report().sources().get(seat);
  }

  @Test
  void whatIsTheSameIsNotTouched() {
    HubFixture at = hub(plan(FIRST));
    Watching viewer = at.watch(1);
    Publishing first = at.publish(0, FIRST.key()).announce().key(0);
    assertThat(configure(at, plan(FIRST))).isEmpty();
    first.frame(40);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;V40;");
  }

  @Test
  void aPublisherThatStaysNoticesNothingWhereverItsPlaceIs() {
    HubFixture at = hub(plan(FIRST));
    Watching viewer = at.watch(1);
    Publishing first = at.publish(0, FIRST.key()).announce().key(0);
    assertThat(configure(at, plan(PULL, FIRST))).containsExactly(HubFixture.NAME);
    assertThat(at.events).containsExactly("start 0");
    first.frame(40);
    assertThat(source(at, 1).active()).isTrue();
    assertThat(first.ended).isNull();
    at.bring(0).announce().key(7_000);
    configure(at, plan(SECOND, FIRST)); // and what fetches is told that it is over
    assertThat(at.events).containsExactly("start 0", "lost not-needed", "stop 0");
    first.frame(80);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;V40;V80;");
    first.end();
    assertThat(at.report().state()).isEqualTo(LiveStream.State.AWAY);
  }

  @Test
  void aPublisherWhosePlaceIsGoneIsToldAndViewersGetTheNext() {
    HubFixture at = hub(plan(FIRST, SECOND));
    Watching viewer = at.watch(1);
    Publishing first = at.publish(0, FIRST.key()).announce().key(0).frame(40);
    Publishing second = at.publish(1, SECOND.key()).announce().key(0);
    configure(at, plan(SECOND));
    assertThat(first.ended).isEqualTo(Reason.NOT_PUBLISHED);
    assertThat(second.ended).isNull();
    at.sim.runFor(80 * MS);
    second.key(80).frame(120);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;V40;K80;V120;");
    assertThat(source(at, 0).active()).isTrue();
    assertThat(at.publish(0, FIRST.key()).ended).isEqualTo(Reason.NOT_PUBLISHED);
  }

  @Test
  void aJobThatStaysBringsItsSourceToItsNewPlace() {
    HubFixture at = hub(plan(PULL));
    Watching viewer = at.watch(1);
    configure(at, plan(FIRST, PULL));
    assertThat(at.events).containsExactly("start 0");
    at.bring(0).announce().key(0); // the place where it was started
    assertThat(source(at, 1).active()).isTrue();
    assertThat(source(at, 1).running()).isTrue();
    assertThat(source(at, 0).client()).isNull();
    assertThat(viewer.text()).isEqualTo("P;H1;K0;");
  }

  @Test
  void aStreamWhoseOnlyJobIsGoneOutlivesItAsThatOfAnyPublisher() {
    HubFixture at = hub(plan(PULL));
    at.hub.keep(HubFixture.NAME, at.sim.loop(0));
    at.sim.runFor(0);
    at.bring(0).announce().key(0);
    at.hub.unkeep(HubFixture.NAME);
    configure(at, plan(new SourceSpec("0", "publish", null)));
    assertThat(at.events).containsExactly("start 0", "lost not-needed", "stop 0");
    at.sim.runFor(9_999 * MS);
    assertThat(at.hub.streams()).hasSize(1);
    at.sim.runFor(1 * MS);
    assertThat(at.hub.streams()).isEmpty();
    at.sim.runFor(Hub.KEEP_AGAIN_NS);
    assertThat(at.hub.streams()).isEmpty();
  }

  @Test
  void aStreamThatNeverBeganAndIsExpectedNoMoreEnds() {
    HubFixture at = hub(plan(PULL));
    at.hub.keep(HubFixture.NAME, at.sim.loop(0));
    at.sim.runFor(0);
    at.hub.unkeep(HubFixture.NAME);
    configure(at, plan(FIRST));
    at.sim.runFor(Hub.KEEP_AGAIN_NS);
    assertThat(at.hub.streams()).isEmpty();
    assertThat(at.events).containsExactly("start 0", "stop 0", "closed stream-ended");
  }

  @Test
  void whatIsFetchedOnDemandFromNowOnEndsWithoutViewers() {
    HubFixture at = hub(plan(PULL));
    at.hub.keep(HubFixture.NAME, at.sim.loop(0));
    at.sim.runFor(0);
    at.bring(0).announce().key(0);
    configure(at, plan(true, 60_000, PULL));
    at.sim.runFor(4_999 * MS);
    assertThat(at.jobs).hasSize(1);
    at.sim.runFor(1 * MS);
    assertThat(at.jobs).isEmpty();
    Watching viewer = at.watch(1);
    assertThat(at.jobs).hasSize(1);
    configure(at, plan(PULL));
    at.sim.on(at.sim.loop(1), () -> viewer.viewer().leave());
    at.sim.runFor(20_000 * MS);
    assertThat(at.jobs).as("without demand it goes on").hasSize(1);
    at.hub.unkeep(HubFixture.NAME);
  }

  @Test
  void timesHoldForSourcesThatAreThere() {
    HubFixture at = hub(plan(false, 60_000, FIRST, SECOND));
    Watching viewer = at.watch(1);
    at.publish(0, FIRST.key()).announce().key(0);
    Publishing second = at.publish(1, SECOND.key()).announce();
    at.sim.runFor(5_000 * MS);
    second.key(5_000);
    assertThat(source(at, 0).active()).isTrue();
    configure(at, plan(false, 2_000, FIRST, SECOND));
    second.key(5_040);
    assertThat(source(at, 1).active()).isTrue();
    assertThat(viewer.text()).startsWith("P;H1;K0;K5");
  }

  @Test
  void aStreamThatCountsItsTimeFromItsBeginningGoesOnToDoSo() {
    HubFixture at = hub(plan(FIRST));
    Watching viewer = at.watch(1);
    Publishing first = at.publish(0, FIRST.key()).announce().key(0);
    at.configure(policy -> {
      policy.sources = plan(FIRST);
      policy.absoluteTime = true;
      policy.maxViewers = 1;
      return policy;
    });
    first.frame(40);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;V40;");
    assertThat(at.watch(0).sink.ended).as("this holds at once").isEqualTo(Reason.VIEWER_LIMIT);
  }

  /** Plans of all kinds follow upon one another, under four publishers, and one viewer stays. */
  @RepeatedTest(60)
  void plansChangeAtRandom(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    List<SourceSpec> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(new SourceSpec("", "publish", "key-number-" + i));
    }
    all.add(new SourceSpec("", "pull one", null));
    all.add(new SourceSpec("", "pull two", null));
    HubFixture at = hub(plan(all.toArray(SourceSpec[]::new)));
    Watching viewer = at.watch(1);
    Map<String, Publishing> publishers = new LinkedHashMap<>();
    long ms = 0;
    for (int change = 0; change < 20; change++) {
      List<SourceSpec> chosen = new ArrayList<>();
      for (SourceSpec each : all) {
        if (random.nextBoolean()) {
          chosen.add(random.nextInt(chosen.size() + 1), each);
        }
      }
      if (chosen.isEmpty()) {
        chosen.add(all.getFirst());
      }
      configure(at, plan(random.nextBoolean(), 2_000, chosen.toArray(SourceSpec[]::new)));
      Map<String, Publishing> gone = new LinkedHashMap<>(publishers);
      chosen.forEach(each -> gone.remove(String.valueOf(each.key())));
      gone.forEach((key, publishing) -> {
        assertThat(publishing.ended).as(key).isEqualTo(Reason.NOT_PUBLISHED);
        publishers.remove(key);
      });
      for (SourceSpec each : chosen) {
        String key = each.key();
        if (key != null && !publishers.containsKey(key)) {
          publishers.put(key, at.publish(random.nextInt(2), key).announce());
        }
      }
      for (int frame = 0; frame < 5; frame++, ms += 200) {
        for (Map.Entry<String, Publishing> each : publishers.entrySet()) {
          assertThat(each.getValue().ended).as(each.getKey()).isNull();
          each.getValue().key(ms);
        }
        at.sim.runFor(200 * MS);
      }
      var ids = new TreeSet<String>();
      at.report().sources().forEach(is -> ids.add(is.spec().label() + is.spec().key()));
      assertThat(ids).hasSize(chosen.size());
      long active = at.report().sources().stream().filter(SourceReport::active).count();
      assertThat(active).as("active of %s", at.report().sources()).isLessThanOrEqualTo(1);
      if (!publishers.isEmpty()) {
        assertThat(active).as("somebody delivers").isEqualTo(1);
      }
    }
    assertThat(viewer.sink.ended).isNull();
  }
}
