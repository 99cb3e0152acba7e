package dev.sluice.node.face.srs;

import dev.sluice.node.face.srs.ProcText.Traffic;
import java.util.List;
import java.util.Map;

/**
 * What the kernel said of process and host at one moment.
 *
 * @param ms UTC
 * @param name of the process, as the kernel knows it
 * @param state of the process, a letter
 * @param self of the process
 * @param status of the process: {@code VmHWM} in kB
 * @param io of the process: {@code read_bytes}, {@code write_bytes}
 * @param cpu ticks of all processors
 * @param memory of the host in kB
 * @param paging of the host: {@code pgpgin}, {@code pgpgout} in kB
 * @param disks milliseconds at work, by device
 * @param load means of 1, 5 and 15 minutes
 * @param uptime seconds since the host was started, and idle ones of all its processors
 * @param publicNet bytes of interfaces with a public address
 * @param innerNet bytes of all others
 * @param tcp sockets: {@code TCP inuse}, {@code TCP tw}, {@code TCP6 inuse}, {@code UDP inuse}, …
 * @param protocols counters: {@code Tcp CurrEstab}
 */
record HostSample(
    long ms,
    String name,
    String state,
    Map<String, Long> self,
    Map<String, Long> status,
    Map<String, Long> io,
    Map<String, Long> cpu,
    Map<String, Long> memory,
    Map<String, Long> paging,
    Map<String, Long> disks,
    List<Double> load,
    List<Double> uptime,
    Traffic publicNet,
    Traffic innerNet,
    Map<String, Long> tcp,
    Map<String, Long> protocols) {

  /** Ticks of the kernel's clock in a second, as user programs see it: always so on Linux. */
  private static final int TICKS_PER_S = 100;

  private static final double MS_PER_S = 1e3;

  /** A figure; 0 where there is none. */
  static long figure(Map<String, Long> figures, String name) {
    return figures.getOrDefault(name, 0L);
  }

  private static double at(List<Double> figures, int place) {
    return place < figures.size() ? figures.get(place) : 0;
  }

  /** The mean load of 1, 5 or 15 minutes. */
  double load(int place) {
    return at(load, place);
  }

  /** Seconds: 0 since the host was started, 1 of these idle. */
  double uptime(int place) {
    return at(uptime, place);
  }

  /** Of one processor, from {@code before} to this: 1 is all of it. */
  double processShare(HostSample before) {
    double ticks = processTicks() - before.processTicks();
    double seconds = (ms - before.ms) / MS_PER_S;
    return seconds <= 0 || self.isEmpty() ? 0 : Math.max(0, ticks / TICKS_PER_S / seconds);
  }

  private double processTicks() {
    return figure(self, "utime") + figure(self, "stime");
  }

  /** Seconds of processor time in the process's own code, or the kernel's for it. */
  long processSeconds(String which) {
    return figure(self, which) / TICKS_PER_S;
  }

  /** Of all processors, from {@code before} to this: 1 is all of them. */
  double hostShare(HostSample before) {
    double all = allTicks() - before.allTicks();
    double idle = figure(cpu, "idle") - figure(before.cpu, "idle");
    return all <= 0 ? 0 : Math.clamp(1 - idle / all, 0, 1);
  }

  /** Guests are counted with the users already. */
  private double allTicks() {
    double all = 0;
    for (Map.Entry<String, Long> each : cpu.entrySet()) {
      all += each.getKey().equals("guest") ? 0 : each.getValue();
    }
    return all;
  }

  /** Kilobytes a second that were read from or written to disks since {@code before}. */
  long pagingKBps(HostSample before, String which) {
    double seconds = (ms - before.ms) / MS_PER_S;
    double kilobytes = figure(paging, which) - figure(before.paging, which);
    return seconds <= 0 ? 0 : Math.max(0, Math.round(kilobytes / seconds));
  }

  /** Of the time since {@code before} in which the busiest disk was at work: 1 is all of it. */
  double diskShare(HostSample before) {
    long most = 0;
    for (Map.Entry<String, Long> each : disks.entrySet()) {
      Long earlier = before.disks.get(each.getKey());
      most = Math.max(most, earlier == null ? 0 : each.getValue() - earlier);
    }
    return ms <= before.ms ? 0 : Math.min(1, (double) most / (ms - before.ms));
  }

  /** Memory in kB that neither is free nor holds files. */
  long memoryInUse() {
    return figure(memory, "MemTotal")
        - figure(memory, "MemFree")
        - figure(memory, "Buffers")
        - figure(memory, "Cached");
  }

  /** Of the memory, 1 is all of it. */
  double memoryShare() {
    long all = figure(memory, "MemTotal");
    return all == 0 ? 0 : (double) memoryInUse() / all;
  }

  /** Of the swap space, 1 is all of it. */
  double swapShare() {
    long all = figure(memory, "SwapTotal");
    return all == 0 ? 0 : (double) (all - figure(memory, "SwapFree")) / all;
  }
}
