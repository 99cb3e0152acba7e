package dev.sluice.node.face.srs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.node.face.StreamTotals.Totals;
import dev.sluice.node.face.srs.HostFigures.Reading;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of a folder that looks like {@code /proc}, over time. */
class HostFiguresTest {
  private static final Offset<Double> EXACT = within(1e-9);

  @TempDir Path proc;
  private long nowMs = 1_000_000;

  @BeforeEach
  void write() throws IOException {
    put("self/stat", ProcTextTest.SELF);
    put("self/status", "VmHWM:\t  2468409 kB\n");
    put("self/io", "read_bytes: 5120\nwrite_bytes: 1024\n");
    put("stat", ProcTextTest.STAT);
    put("meminfo", ProcTextTest.MEMORY);
    put("vmstat", "pgpgin 1000\npgpgout 2000\n");
    put("diskstats", ProcTextTest.DISKS);
    put("loadavg", "5.92 4.21 4.06 14/357 10706\n");
    put("uptime", "78527.56 43054.70\n");
    put("net/dev", ProcTextTest.NET);
    put("net/sockstat", ProcTextTest.SOCKETS);
    put("net/sockstat6", ProcTextTest.SOCKETS6);
    put("net/snmp", ProcTextTest.SNMP);
  }

  private void put(String file, String text) throws IOException {
    Path path = proc.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private HostFigures figures() {
    return new HostFigures(proc, () -> nowMs);
  }

  @Test
  void ratesAreFromOneReadingToTheNext() throws IOException {
    HostFigures figures = figures();
    put("self/stat", ProcTextTest.SELF.replace(" 412 57 ", " 562 157 ")); // 250 ticks
    put("stat", "cpu  9672776 378857 1039333 4305570 22239 7 148685 67758 3 4\n"); // 300 + 100 idle
    put("vmstat", "pgpgin 1500\npgpgout 2000\n");
    put("diskstats", ProcTextTest.DISKS.replace("4567", "5817"));
    nowMs += 5_000;
    Reading reading = figures.now();
    assertThat(reading.last().processShare(reading.before())).isCloseTo(0.5, EXACT);
    assertThat(reading.last().hostShare(reading.before())).isCloseTo(0.75, EXACT);
    assertThat(reading.last().pagingKBps(reading.before(), "pgpgin")).isEqualTo(100);
    assertThat(reading.last().pagingKBps(reading.before(), "pgpgout")).isZero();
    assertThat(reading.last().diskShare(reading.before())).isCloseTo(0.25, EXACT);
    nowMs += HostFigures.PERIOD_MS - 1;
    assertThat(figures.now()).as("not so soon").isSameAs(reading);
    nowMs += 1;
    assertThat(figures.now().before()).isSameAs(reading.last());
    nowMs -= 100_000;
    assertThat(figures.now().last().ms()).as("the clock was set back").isEqualTo(nowMs);
    assertThat(figures.now().last().processShare(reading.last())).isZero();
  }

  @Test
  void atOnceThereIsNoRate() {
    HostFigures figures = figures();
    Reading reading = figures.now();
    assertThat(reading.last().processShare(reading.before())).isZero();
    assertThat(reading.last().hostShare(reading.before())).isZero();
    assertThat(reading.last().diskShare(reading.before())).isZero();
    nowMs += 100;
    assertThat(figures.now().last().ms()).isEqualTo(nowMs);
  }

  @Test
  void summaries() {
    var host = new SrsHost(figures(), () -> 17, nowMs);
    nowMs += 61_999;
    JsonObject data = host.summaries(new Totals(nowMs, 123, 456));
    assertThat(data.getBoolean("ok")).isTrue();
    assertThat(data.getLong("now_ms")).isEqualTo(nowMs);
    JsonObject self = data.getJsonObject("self");
    assertThat(self.getLong("ppid")).isEqualTo(10_689);
    assertThat(self.getLong("mem_kbyte")).isEqualTo(2_468_409);
    assertThat(self.getDouble("mem_percent")).isCloseTo(0.1, within(1e-6));
    assertThat(self.getLong("srs_uptime")).isEqualTo(61);
    JsonObject system = data.getJsonObject("system");
    assertThat(system.getLong("mem_ram_kbyte")).isEqualTo(24_684_096);
    assertThat(system.getDouble("mem_ram_percent")).isCloseTo(4_188_172 / 24_684_096.0, EXACT);
    assertThat(system.getDouble("mem_swap_percent")).isCloseTo(0.75, EXACT);
    assertThat(system.getDouble("uptime")).isEqualTo(78_527.56);
    assertThat(system.getDouble("ilde_time")).isEqualTo(43_054.7);
    assertThat(system.getDouble("load_15m")).isEqualTo(4.06);
    assertThat(system.getLong("srs_recv_bytes")).isEqualTo(123);
    assertThat(system.getLong("srs_send_bytes")).isEqualTo(456);
    assertThat(system.getLong("conn_sys")).isEqualTo(18);
    assertThat(system.getLong("conn_sys_et")).isEqualTo(11);
    assertThat(system.getLong("conn_sys_tw")).isEqualTo(21);
    assertThat(system.getLong("conn_sys_udp")).isEqualTo(5);
    assertThat(system.getLong("conn_srs")).isEqualTo(17);
    long in = system.getLong("net_recv_bytes") + system.getLong("net_recvi_bytes");
    assertThat(in).isEqualTo(2_156_318 + 1_000);
    JsonObject memory = host.memory();
    assertThat(memory.getLong("MemActive")).isEqualTo(24_684_096 - 18_023_424);
    assertThat(memory.getLong("RealInUse")).isEqualTo(4_188_172);
    assertThat(memory.getLong("NotInUse")).isEqualTo(24_684_096 - 4_188_172);
    JsonObject usage = host.rusages();
    assertThat(usage.getLong("ru_utime")).isEqualTo(4);
    assertThat(usage.getLong("ru_stime")).isZero();
    assertThat(usage.getLong("ru_inblock")).isEqualTo(10);
    assertThat(usage.getLong("ru_oublock")).isEqualTo(2);
  }

  @Test
  void whereThereIsNoProcNothingIsOk() throws IOException {
    Path nothing = Files.createDirectory(proc.resolve("nothing"));
    var host = new SrsHost(new HostFigures(nothing, () -> nowMs), () -> 0, nowMs);
    assertThat(host.summaries(new Totals(nowMs, 0, 0)).getBoolean("ok")).isFalse();
    for (JsonObject data :
        new JsonObject[] {host.rusages(), host.selfStats(), host.systemStats(), host.memory()}) {
      assertThat(data.getBoolean("ok")).isFalse();
      assertThat(data.fieldNames()).hasSizeGreaterThan(10);
    }
    assertThat(host.processShare()).isZero();
    assertThat(host.memoryKb()).isZero();
  }

  @Test
  void onlySoMuchOfAFileIsRead() throws IOException {
    put("meminfo", "X".repeat(HostFigures.MAX_BYTES) + "\nMemTotal: 1 kB\n");
    assertThat(figures().now().last().memory()).isEmpty();
    put("meminfo", "X".repeat(HostFigures.MAX_BYTES - 15) + "\nMemTotal: 1 kB\n");
    assertThat(figures().now().last().memory()).containsEntry("MemTotal", 1L);
  }
}
