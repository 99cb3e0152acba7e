package dev.sluice.bench;

import dev.sluice.bench.linux.ProcessMeter;
import dev.sluice.bench.load.Target;
import dev.sluice.bench.load.ViewerFigures;
import org.jspecify.annotations.Nullable;

/**
 * One window of one run.
 *
 * @param label which side and run
 * @param form what the viewers spoke
 * @param viewers what they saw
 * @param server what the server used; null when its process is not known
 * @param client what this program used, publishers included
 * @param othersCpuSeconds what everything else on this machine used meanwhile
 * @param stolenCpuSeconds what other guests of the same host took
 * @param publisherLateMs most by which a publisher sent a frame too late
 * @param cipher TLS cipher suite; empty without TLS
 */
public record Measurement(
    String label,
    Target.Form form,
    ViewerFigures viewers,
    ProcessMeter.@Nullable Usage server,
    ProcessMeter.Usage client,
    double othersCpuSeconds,
    double stolenCpuSeconds,
    double publisherLateMs,
    String cipher) {
  /** CPU seconds of the server for each 10⁹ bytes that viewers received; 0 when unknown. */
  public double serverCpuSecondsPerGb() {
    return server == null ? 0 : perGb(server.cpuSeconds());
  }

  /** The same of this program. */
  public double clientCpuSecondsPerGb() {
    return perGb(client.cpuSeconds());
  }

  private double perGb(double cpuSeconds) {
    return viewers.gigabytes() == 0 ? 0 : cpuSeconds / viewers.gigabytes();
  }

  /** Percent of one processor that the server used; 0 when unknown. */
  public double serverCpuPercent() {
    return server == null ? 0 : 100 * server.cpuSeconds() / viewers.windowSeconds();
  }

  /** Resident memory of the server at the end, in 10⁶ bytes; 0 when unknown. */
  public double serverResidentMb() {
    return server == null ? 0 : server.residentBytes() / 1e6;
  }
}
