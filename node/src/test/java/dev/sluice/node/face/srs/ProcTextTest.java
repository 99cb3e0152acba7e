package dev.sluice.node.face.srs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.entry;

import dev.sluice.node.face.srs.ProcText.Traffic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Texts of a Linux kernel, whole, cut short and wrong. */
class ProcTextTest {
  static final String SELF =
      "10706 (ja) va (x)) R 10689 10688 30111 34816 -1 4194304 98 1 2 3 412 57 5 6 20 0 41 0 7852756"
          + " 3133440 358 18446744073709551615 94004996382720 94004996402601 140726629268592 0 0 0"
          + " 8 9 16800975 7 0 0 17 1 0 0 11 12 13 94004996418608 94004996420224 94005211357184"
          + " 140726629276332 140726629276393 140726629276393 140726629277675 0\n";
  static final String STAT =
      lines(
          "cpu  9672576 378857 1039233 4305470 22239 7 148685 67758 3 4",
          "cpu0 4827678 128806 513516 2231762 4611 0 77953 34225 0 0",
          "intr 97772223 0 0");
  static final String MEMORY =
      lines(
          "MemTotal:       24684096 kB",
          "MemFree:        18023424 kB",
          "Buffers:          148248 kB",
          "Cached:          2324252 kB",
          "SwapTotal:         1000 kB",
          "SwapFree:           250 kB",
          "HugePages_Total:       0");
  static final String SOCKETS =
      lines("sockets: used 45", "TCP: inuse 1 orphan 0 tw 21 alloc 18 mem 2", "UDP: inuse 3 mem 0");
  static final String SOCKETS6 = lines("TCP6: inuse 17", "UDP6: inuse 2");
  static final String SNMP =
      lines(
          "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens CurrEstab InSegs",
          "Tcp: 1 200 120000 -1 926839 416888 11 374039608",
          "Udp: InDatagrams NoPorts",
          "Udp: 29728 6");
  static final String NET =
      lines(
          "Inter-|   Receive                            |  Transmit",
          " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets",
          "    lo: 2156318 373842818    0    0    0     0          0         0 2156319 37384    0",
          "  eth0:1000       0    0    0    0     0          0         0     2000       0    0");
  static final String DISKS =
      lines(
          "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
          " 259       0 nvme0n1 1 2 3 4 5 6 7 8 9 4567 11 0 0 0 0 0 0");

  private static String lines(String... lines) {
    return String.join("\n", lines) + "\n";
  }

  @Test
  void theProcess() {
    assertThat(ProcText.selfName(SELF)).isEqualTo("ja) va (x)");
    assertThat(ProcText.selfState(SELF)).isEqualTo("R");
    assertThat(ProcText.self(SELF).keySet()).containsExactlyElementsOf(ProcText.SELF);
    assertThat(ProcText.self(SELF))
        .contains(
            entry("ppid", 10_689L),
            entry("tty_nr", 34_816L),
            entry("tpgid", -1L),
            entry("utime", 412L),
            entry("stime", 57L),
            entry("num_threads", 41L),
            entry("starttime", 7_852_756L),
            entry("vsize", 3_133_440L),
            entry("rss", 358L),
            entry("rsslim", -1L),
            entry("sigcatch", 16_800_975L),
            entry("exit_signal", 17L),
            entry("processor", 1L),
            entry("delayacct_blkio_ticks", 11L),
            entry("guest_time", 12L),
            entry("cguest_time", 13L));
  }

  @Test
  void theHost() {
    assertThat(ProcText.cpu(STAT))
        .containsExactly(
            entry("user", 9_672_576L),
            entry("nice", 378_857L),
            entry("sys", 1_039_233L),
            entry("idle", 4_305_470L),
            entry("iowait", 22_239L),
            entry("irq", 7L),
            entry("softirq", 148_685L),
            entry("steal", 67_758L),
            entry("guest", 3L));
    assertThat(ProcText.table(MEMORY))
        .contains(entry("MemTotal", 24_684_096L), entry("Cached", 2_324_252L))
        .hasSize(7);
    assertThat(ProcText.table("pgpgin 30891585\npgpgout 56\n"))
        .containsExactly(entry("pgpgin", 30_891_585L), entry("pgpgout", 56L));
    assertThat(ProcText.table("Name:\tjava\nVmHWM:\t    2104 kB\n"))
        .containsExactly(entry("VmHWM", 2_104L));
    assertThat(ProcText.decimals("5.92 4.21 4.06 14/357 10706")).containsExactly(5.92, 4.21, 4.06);
    assertThat(ProcText.decimals("78527.56 43054.70\n")).containsExactly(78_527.56, 43_054.7);
  }

  @Test
  void theNetworkAndDisks() {
    assertThat(ProcText.sockets(SOCKETS))
        .contains(entry("TCP inuse", 1L), entry("TCP tw", 21L), entry("UDP inuse", 3L));
    assertThat(ProcText.protocols(SNMP))
        .contains(entry("Tcp CurrEstab", 11L), entry("Tcp MaxConn", -1L), entry("Udp NoPorts", 6L));
    assertThat(ProcText.interfaces(NET))
        .isEqualTo(
            Map.of("lo", new Traffic(2_156_318, 2_156_319), "eth0", new Traffic(1_000, 2_000)));
    assertThat(ProcText.disks(DISKS)).containsExactly(entry("loop0", 0L), entry("nvme0n1", 4_567L));
  }

  @Test
  void whatIsNoNumberIsLeftOut() {
    assertThat(ProcText.table("A: x\nB: 1\nC: 99999999999999999999\nD: 1.5\nE:\n"))
        .containsExactly(entry("B", 1L));
    assertThat(ProcText.self("1 (a) R x 2")).containsExactly(entry("pgrp", 2L));
    assertThat(ProcText.decimals("1.5 x 2")).containsExactly(1.5);
    assertThat(ProcText.protocols("Tcp: A B\nTcp: 1\n")).isEmpty();
    assertThat(ProcText.interfaces("eth0: 1 2 3 4 5 6 7 8 x\n")).isEmpty();
  }

  @Test
  void noTextIsToo() {
    for (String whole : List.of(SELF, STAT, MEMORY, SOCKETS, SNMP, NET, DISKS, "1.5 2.5 3.5")) {
      for (int length = 0; length < whole.length(); length++) {
        String cut = whole.substring(0, length);
        assertThatCode(() -> readAll(cut)).as(cut).doesNotThrowAnyException();
      }
    }
  }

  private static void readAll(String text) {
    ProcText.self(text);
    ProcText.selfName(text);
    ProcText.selfState(text);
    ProcText.cpu(text);
    ProcText.table(text);
    ProcText.sockets(text);
    ProcText.protocols(text);
    ProcText.interfaces(text);
    ProcText.disks(text);
    ProcText.decimals(text);
  }
}
