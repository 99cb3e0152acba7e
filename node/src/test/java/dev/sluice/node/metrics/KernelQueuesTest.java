package dev.sluice.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Linux says of its queues, and what else might stand there. */
class KernelQueuesTest {
  private static final String SOCKSTAT =
      """
      sockets: used 321
      TCP: inuse 15 orphan 0 tw 6 alloc 17 mem 512
      UDP: inuse 2 mem 256
      UDPLITE: inuse 0
      """;

  private static final String NETSTAT =
      """
      TcpExt: SyncookiesSent EmbryonicRsts ListenOverflows ListenDrops TCPTimeouts
      TcpExt: 0 1 23 42 7
      IpExt: InNoRoutes ListenDrops
      IpExt: 9 99
      """;

  @Test
  void pagesAreBytesAndCountsStandUnderTheirNames() {
    assertThat(KernelQueues.read(SOCKSTAT, NETSTAT, 4_096))
        .isEqualTo(new KernelQueues(512 * 4_096, 23, 42));
    assertThat(KernelQueues.read(SOCKSTAT, NETSTAT, 65_536))
        .isEqualTo(new KernelQueues(512 * 65_536, 23, 42));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "TCP: inuse 15, TCP: inuse x", // the line is another one
    "mem 512, mem",
    "mem 512, mem -1",
    "mem 512, mem 9999999999999999",
    "TCP:, UDP:",
    "ListenOverflows, Other",
    "ListenDrops TCPTimeouts, ListenDropsToo TCPTimeouts",
    "0 1 23 42 7, 0 1",
    "0 1 23 42 7, 0 1 x 42 7",
    "0 1 23 42 7, 0 1 23 9999999999999999999 7",
    "TcpExt: 0 1, Other: 0 1"
  })
  void whatIsNotAsItIsKnownIsNotGuessed(String part, String instead) {
    assertThat(
            KernelQueues.read(
                SOCKSTAT.replace(part, instead), NETSTAT.replace(part, instead), 4_096))
        .isNull();
  }

  @Test
  void halfATextIsNone() {
    for (int end = 0; end < SOCKSTAT.indexOf("512"); end++) {
      assertThat(KernelQueues.read(SOCKSTAT.substring(0, end), NETSTAT, 4_096)).isNull();
    }
    for (int end = 0; end < NETSTAT.indexOf(" 42"); end++) {
      assertThat(KernelQueues.read(SOCKSTAT, NETSTAT.substring(0, end), 4_096)).isNull();
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "'KernelPageSize:        4 kB', 4096",
    "'Size: 8 kB\nKernelPageSize:       64 kB\nKernelPageSize: 4 kB', 65536",
    "'', 4096",
    "'KernelPageSize: x kB', 4096"
  })
  void thePageIsAsLargeAsTheKernelSays(String mappings, int bytes) {
    assertThat(KernelQueues.pageBytes(mappings)).isEqualTo(bytes);
  }

  @Test
  void thisHostTellsWhereItHasTheFiles() {
    boolean linux = Files.isReadable(Path.of("/proc/net/sockstat"));
    KernelQueues now = KernelQueues.now();
    assertThat(now != null).isEqualTo(linux);
    if (now != null) {
      assertThat(now.tcpBytes()).isNotNegative();
      assertThat(now.listenDrops()).isGreaterThanOrEqualTo(now.listenOverflows());
    }
  }
}
