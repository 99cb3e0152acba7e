package dev.sluice.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimConnectionTest {
  private static final long MS = 1_000_000;

  private final VirtualTime time = new VirtualTime();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final List<Integer> sizes = new ArrayList<>();

  @Test
  void bytesArriveInOrderWhateverTheLinkDoes() {
    Seeds.run(
        50,
        random -> {
          received.reset();
          var network = new SimNetwork(time, random.nextLong());
          network.setConditions(
              LinkConditions.GOOD.withDelayMs(10, 30).withLoss(0.2).withReordering(0.3, 20));
          SimConnection connection = connect(network);
          var sent = new ByteArrayOutputStream();
          for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[random.nextInt(5_000)];
            random.nextBytes(bytes);
            sent.writeBytes(bytes);
            connection.from().send(bytes);
            if (i == 20) {
              network.cut("a", "b");
            } else if (i == 30) {
              network.heal("a", "b");
            }
            time.runFor(random.nextLong(20 * MS));
          }
          time.runUntilIdle();
          assertThat(received.toByteArray()).isEqualTo(sent.toByteArray());
          assertThat(connection.from().unreceivedBytes()).isZero();
        });
  }

  @Test
  void piecesAreNotThoseThatWereSent() {
    SimConnection connection = connect(new SimNetwork(time, 1));
    for (int i = 0; i < 20; i++) {
      connection.from().send(new byte[5_000]);
    }
    time.runUntilIdle();
    assertThat(sizes).allMatch(size -> size > 0 && size <= 1_460).contains(1_460);
    assertThat(sizes.stream().distinct().count()).isGreaterThan(5);
  }

  @Test
  void aCutHoldsBytesBackUntilItIsHealed() {
    var network = new SimNetwork(time, 1);
    SimConnection connection = connect(network);
    network.cut("a", "b");
    connection.from().send(new byte[1_000]);
    time.runFor(10_000 * MS);
    assertThat(received.size()).isZero();
    assertThat(connection.from().unreceivedBytes()).isEqualTo(1_000);
    network.heal("a", "b");
    time.runFor(300 * MS);
    assertThat(received.size()).isEqualTo(1_000);
  }

  @Test
  void closingComesAfterTheBytesAndOnce() {
    SimConnection connection = connect(new SimNetwork(time, 1));
    List<String> seen = new ArrayList<>();
    connection.to().onClosed(() -> seen.add("closed after " + received.size()));
    connection.from().send(new byte[3_000]);
    connection.from().close();
    connection.from().close();
    connection.from().send(new byte[1]);
    time.runUntilIdle();
    assertThat(seen).containsExactly("closed after 3000");
    assertThat(connection.to().isOpen()).isFalse();
  }

  @Test
  void aResetBreaksBothEndsAtOnce() {
    SimConnection connection = connect(new SimNetwork(time, 1));
    List<String> seen = new ArrayList<>();
    connection.from().onClosed(() -> seen.add("from"));
    connection.to().onClosed(() -> seen.add("to"));
    connection.from().send(new byte[3_000]);
    connection.reset();
    time.runUntilIdle();
    assertThat(seen).containsExactly("from", "to");
    assertThat(received.size()).isZero();
  }

  @Test
  void bandwidthBoundsWhatArrives() {
    var network = new SimNetwork(time, 1);
    network.setConditions(LinkConditions.GOOD.withRate(8_000_000, 1)); // 1 byte a µs
    SimConnection connection = connect(network);
    connection.from().send(new byte[100_000]);
    time.runFor(51 * MS);
    assertThat(received.size()).isBetween(48_000, 50_000);
    time.runUntilIdle();
    assertThat(received.size()).isEqualTo(100_000);
  }

  private SimConnection connect(SimNetwork network) {
    SimConnection connection = network.connect("a", "b");
    connection
        .to()
        .onBytes(bytes -> {
          sizes.add(bytes.length);
          received.writeBytes(bytes);
        });
    return connection;
  }
}
