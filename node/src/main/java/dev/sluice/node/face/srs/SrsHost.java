package dev.sluice.node.face.srs;

import dev.sluice.node.face.StreamTotals.Totals;
import dev.sluice.node.face.srs.HostFigures.Reading;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntSupplier;

/** Process and host as SRS's API writes them. Blocks. */
final class SrsHost {
  /** Bytes of a block as {@code getrusage} counts them. */
  private static final int BLOCK_BYTES = 512;

  private static final long MS_PER_S = 1_000;

  private final HostFigures figures;
  private final IntSupplier connections;
  private final long startedMs;

  /**
   * Asks {@code figures}.
   *
   * @param connections that are open
   * @param startedMs when this server began, UTC
   */
  SrsHost(HostFigures figures, IntSupplier connections, long startedMs) {
    this.figures = figures;
    this.connections = connections;
    this.startedMs = startedMs;
  }

  /** {@code summaries}. */
  JsonObject summaries(Totals totals) {
    Reading reading = figures.now();
    HostSample now = reading.last();
    return new JsonObject()
        .put("ok", isKnown(now))
        .put("now_ms", totals.ms())
        .put("self", self(reading, totals.ms()))
        .put("system", system(reading, totals));
  }

  private static boolean isKnown(HostSample now) {
    return !now.self().isEmpty() && !now.cpu().isEmpty() && !now.memory().isEmpty();
  }

  private JsonObject self(Reading reading, long nowMs) {
    HostSample now = reading.last();
    long ram = HostSample.figure(now.memory(), "MemTotal");
    long most = HostSample.figure(now.status(), "VmHWM");
    ProcessHandle process = ProcessHandle.current();
    return new JsonObject()
        .put("version", SrsVersion.TEXT)
        .put("pid", process.pid())
        .put("ppid", HostSample.figure(now.self(), "ppid"))
        .put("argv", process.info().command().orElse("")) // its arguments may hold secrets
        .put("cwd", Path.of("").toAbsolutePath().toString())
        .put("mem_kbyte", most)
        .put("mem_percent", ram == 0 ? 0 : (double) most / ram)
        .put("cpu_percent", now.processShare(reading.before()))
        .put("srs_uptime", Math.max(0, nowMs - startedMs) / MS_PER_S);
  }

  private JsonObject system(Reading reading, Totals totals) {
    HostSample now = reading.last();
    HostSample before = reading.before();
    int processors = Runtime.getRuntime().availableProcessors();
    Map<String, Long> sockets = now.tcp();
    return new JsonObject()
        .put("cpu_percent", now.hostShare(before))
        .put("disk_read_KBps", now.pagingKBps(before, "pgpgin"))
        .put("disk_write_KBps", now.pagingKBps(before, "pgpgout"))
        .put("disk_busy_percent", now.diskShare(before))
        .put("mem_ram_kbyte", HostSample.figure(now.memory(), "MemTotal"))
        .put("mem_ram_percent", now.memoryShare())
        .put("mem_swap_kbyte", HostSample.figure(now.memory(), "SwapTotal"))
        .put("mem_swap_percent", now.swapShare())
        .put("cpus", processors)
        .put("cpus_online", processors)
        .put("uptime", now.uptime(0))
        .put("ilde_time", now.uptime(1)) // so it is spelt
        .put("load_1m", now.load(0))
        .put("load_5m", now.load(1))
        .put("load_15m", now.load(2))
        .put("net_sample_time", now.ms())
        .put("net_recv_bytes", now.publicNet().in())
        .put("net_send_bytes", now.publicNet().out())
        .put("net_recvi_bytes", now.innerNet().in())
        .put("net_sendi_bytes", now.innerNet().out())
        .put("srs_sample_time", totals.ms())
        .put("srs_recv_bytes", totals.in())
        .put("srs_send_bytes", totals.out())
        .put(
            "conn_sys",
            HostSample.figure(sockets, "TCP inuse") + HostSample.figure(sockets, "TCP6 inuse"))
        .put("conn_sys_et", HostSample.figure(now.protocols(), "Tcp CurrEstab"))
        .put("conn_sys_tw", HostSample.figure(sockets, "TCP tw"))
        .put(
            "conn_sys_udp",
            HostSample.figure(sockets, "UDP inuse") + HostSample.figure(sockets, "UDP6 inuse"))
        .put("conn_srs", connections.getAsInt());
  }

  /** {@code rusages}; what Linux does not count, and what needs a call into it, is 0. */
  JsonObject rusages() {
    HostSample now = figures.now().last();
    return sampled(now, !now.self().isEmpty())
        .put("ru_utime", now.processSeconds("utime"))
        .put("ru_stime", now.processSeconds("stime"))
        .put("ru_maxrss", HostSample.figure(now.status(), "VmHWM"))
        .put("ru_ixrss", 0)
        .put("ru_idrss", 0)
        .put("ru_isrss", 0)
        .put("ru_minflt", HostSample.figure(now.self(), "minflt"))
        .put("ru_majflt", HostSample.figure(now.self(), "majflt"))
        .put("ru_nswap", 0)
        .put("ru_inblock", HostSample.figure(now.io(), "read_bytes") / BLOCK_BYTES)
        .put("ru_oublock", HostSample.figure(now.io(), "write_bytes") / BLOCK_BYTES)
        .put("ru_msgsnd", 0)
        .put("ru_msgrcv", 0)
        .put("ru_nsignals", 0)
        .put("ru_nvcsw", 0)
        .put("ru_nivcsw", 0);
  }

  private static JsonObject sampled(HostSample now, boolean ok) {
    return new JsonObject().put("ok", ok).put("sample_time", now.ms());
  }

  /** {@code self_proc_stats}. */
  JsonObject selfStats() {
    Reading reading = figures.now();
    HostSample now = reading.last();
    JsonObject json =
        sampled(now, !now.self().isEmpty())
            .put("percent", now.processShare(reading.before()))
            .put("pid", ProcessHandle.current().pid())
            .put("comm", now.name())
            .put("state", now.state());
    ProcText.SELF.forEach(name -> json.put(name, HostSample.figure(now.self(), name)));
    return json;
  }

  /** {@code system_proc_stats}. */
  JsonObject systemStats() {
    Reading reading = figures.now();
    HostSample now = reading.last();
    JsonObject json =
        sampled(now, !now.cpu().isEmpty()).put("percent", now.hostShare(reading.before()));
    ProcText.CPU.forEach(name -> json.put(name, HostSample.figure(now.cpu(), name)));
    return json;
  }

  /** {@code meminfos}. */
  JsonObject memory() {
    HostSample now = figures.now().last();
    long all = HostSample.figure(now.memory(), "MemTotal");
    JsonObject json =
        sampled(now, !now.memory().isEmpty())
            .put("percent_ram", now.memoryShare())
            .put("percent_swap", now.swapShare())
            .put("MemActive", all - HostSample.figure(now.memory(), "MemFree"))
            .put("RealInUse", now.memoryInUse())
            .put("NotInUse", all - now.memoryInUse());
    for (String name :
        new String[] {"MemTotal", "MemFree", "Buffers", "Cached", "SwapTotal", "SwapFree"}) {
      json.put(name, HostSample.figure(now.memory(), name));
    }
    return json;
  }

  /** Share of one processor, for {@code /metrics}. */
  double processShare() {
    Reading reading = figures.now();
    return reading.last().processShare(reading.before());
  }

  /** Memory in kB, the most so far, for {@code /metrics}. */
  long memoryKb() {
    return HostSample.figure(figures.now().last().status(), "VmHWM");
  }
}
