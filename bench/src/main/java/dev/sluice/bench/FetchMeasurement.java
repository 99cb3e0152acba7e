package dev.sluice.bench;

import dev.sluice.bench.fetch.FetchFigures;
import dev.sluice.bench.linux.ProcessMeter;

/**
 * One window of clients that fetch.
 *
 * @param label which side and run
 * @param fetches what they got
 * @param server what the server used
 * @param client what this program used, publishers included
 * @param othersCpuSeconds what everything else on this machine used meanwhile
 * @param stolenCpuSeconds what other guests of the same host took
 */
public record FetchMeasurement(
    String label,
    FetchFigures fetches,
    ProcessMeter.Usage server,
    ProcessMeter.Usage client,
    double othersCpuSeconds,
    double stolenCpuSeconds) {
  private static final double MICROS = 1e6;

  /** CPU seconds of the server for each 10⁹ bytes that clients received. */
  public double serverCpuSecondsPerGb() {
    return fetches.gigabytes() == 0 ? 0 : server.cpuSeconds() / fetches.gigabytes();
  }

  /** CPU time of the server for each answer, in microseconds. */
  public double serverMicrosPerAnswer() {
    return fetches.answers() == 0 ? 0 : MICROS * server.cpuSeconds() / fetches.answers();
  }

  /** The same of this program. */
  public double clientMicrosPerAnswer() {
    return fetches.answers() == 0 ? 0 : MICROS * client.cpuSeconds() / fetches.answers();
  }

  /** Answers a second. */
  public double answersPerSecond() {
    return fetches.answers() / fetches.windowSeconds();
  }

  /** Percent of one processor that the server used. */
  public double serverCpuPercent() {
    return 100 * server.cpuSeconds() / fetches.windowSeconds();
  }

  /** Resident memory of the server at the end, in 10⁶ bytes. */
  public double serverResidentMb() {
    return server.residentBytes() / 1e6;
  }
}
