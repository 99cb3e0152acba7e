package dev.sluice.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
  private static final long MS = 1_000_000;
  private static final LinkConditions BAD =
      LinkConditions.GOOD
          .withDelayMs(20, 30)
          .withLoss(0.1)
          .withDuplication(0.05)
          .withReordering(0.1, 40)
          .withRate(2_000_000, 50);

  private final VirtualTime time = new VirtualTime();

  @Test
  void theSameSeedGivesTheSameTrace() {
    assertThat(busyTrace(42)).isEqualTo(busyTrace(42)).hasSizeGreaterThan(250);
  }

  @Test
  void differentSeedsGiveDifferentTraces() {
    assertThat(busyTrace(42)).isNotEqualTo(busyTrace(43));
  }

  @Test
  void trafficOfOthersDoesNotChangeWhatAPairMeets() {
    List<String> alone = busyTrace(7).stream().filter(line -> line.contains(" a>b ")).toList();
    assertThat(busyTraceWithOthers(7).stream().filter(line -> line.contains(" a>b ")).toList())
        .isEqualTo(alone);
  }

  @Test
  void aGoodLinkDeliversEachDatagramOnceInOrderAfterItsDelay() {
    var network = new SimNetwork(time, 1);
    List<Integer> got = received(network);
    long start = time.elapsedNs();
    for (int i = 0; i < 100; i++) {
      network.host("a").send("b", new byte[] {(byte) i});
    }
    time.runFor(MS - 1);
    assertThat(got).isEmpty();
    time.runUntilIdle();
    assertThat(time.elapsedNs() - start).isEqualTo(MS);
    assertThat(got).hasSize(100).isSorted();
  }

  @Test
  void jitterAloneChangesNoOrder() {
    var network = new SimNetwork(time, 1);
    network.setConditions(LinkConditions.GOOD.withDelayMs(5, 50));
    List<Integer> got = received(network);
    sendNumbers(network, 100, MS);
    assertThat(got).hasSize(100).isSorted();
  }

  @Test
  void reorderedDatagramsAreOvertaken() {
    var network = new SimNetwork(time, 1);
    network.setConditions(LinkConditions.GOOD.withReordering(0.2, 5));
    List<Integer> got = received(network);
    sendNumbers(network, 100, MS);
    assertThat(got).hasSize(100).doesNotHaveDuplicates();
    assertThat(got).isNotEqualTo(got.stream().sorted().toList());
  }

  @Test
  void lossAndDuplicationComeInTheirShares() {
    var network = new SimNetwork(time, 1);
    network.setConditions(LinkConditions.GOOD.withLoss(0.2).withDuplication(0.1));
    int count = 20_000;
    List<Integer> got = received(network);
    sendNumbers(network, count, 1_000);
    Link link = network.link("a", "b");
    assertThat(link.lost()).isCloseTo(count / 5, within(300L));
    assertThat((long) got.size()).isEqualTo(link.delivered());
    assertThat(link.delivered() - (count - link.lost()))
        .isCloseTo((count - link.lost()) / 10, within(200L));
  }

  @Test
  void bandwidthIsKeptAndAFullQueueDrops() {
    var network = new SimNetwork(time, 1);
    network.setConditions(LinkConditions.GOOD.withRate(8_000_000, 10)); // 1 byte a µs
    List<Integer> got = received(network);
    for (int i = 0; i < 50; i++) {
      network.host("a").send("b", new byte[1_000]); // 50 ms of it at once
    }
    time.runUntilIdle();
    assertThat(got).hasSize(11); // ten wait 10 ms, one more was let in at exactly 10 ms
    assertThat(time.elapsedNs()).isEqualTo(11 * MS + MS);
    assertThat(network.link("a", "b").lost()).isEqualTo(39);
  }

  @Test
  void aCutStopsEvenWhatIsUnderWayAndHealingEndsIt() {
    var network = new SimNetwork(time, 1);
    List<Integer> got = received(network);
    network.host("a").send("b", new byte[] {1});
    network.cut("a", "b");
    time.runFor(10 * MS);
    network.host("a").send("b", new byte[] {2});
    time.runFor(10 * MS);
    assertThat(got).isEmpty();
    network.heal("a", "b");
    network.host("a").send("b", new byte[] {3});
    time.runFor(10 * MS);
    assertThat(got).containsExactly(3);
  }

  @Test
  void aPartitionLeavesItsInsideConnected() {
    var network = new SimNetwork(time, 1);
    List<String> got = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      network.host(name).onDatagram((from, bytes) -> got.add(from + name));
    }
    network.partition(Set.of("a", "b"));
    for (String from : List.of("a", "b", "c", "d")) {
      for (String to : List.of("a", "b", "c", "d")) {
        if (!from.equals(to)) {
          network.host(from).send(to, new byte[1]);
        }
      }
    }
    time.runUntilIdle();
    assertThat(got).containsExactlyInAnyOrder("ab", "ba", "cd", "dc");
    network.healAll();
    network.host("a").send("d", new byte[1]);
    time.runUntilIdle();
    assertThat(got).hasSize(5).endsWith("ad");
  }

  private List<String> busyTrace(long seed) {
    return traffic(new SimNetwork(new VirtualTime(), seed), List.of("b"));
  }

  private List<String> busyTraceWithOthers(long seed) {
    return traffic(new SimNetwork(new VirtualTime(), seed), List.of("b", "c"));
  }

  private static List<String> traffic(SimNetwork network, List<String> targets) {
    network.setConditions(BAD);
    for (int i = 0; i < 300; i++) {
      for (String target : targets) {
        network.host("a").send(target, new byte[100 + i]);
      }
      network.time().runFor(MS);
    }
    network.time().runUntilIdle();
    return network.trace();
  }

  private static List<Integer> received(SimNetwork network) {
    List<Integer> got = new ArrayList<>();
    network.host("b").onDatagram((from, bytes) -> got.add(number(bytes)));
    return got;
  }

  private void sendNumbers(SimNetwork network, int count, long everyNs) {
    for (int i = 0; i < count; i++) {
      network.host("a").send("b", new byte[] {(byte) (i >> 8), (byte) i});
      time.runFor(everyNs);
    }
    time.runUntilIdle();
  }

  private static int number(byte[] bytes) {
    return bytes.length == 1 ? bytes[0] : ((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF);
  }
}
