package dev.sluice.interop.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the server holds at one moment.
 *
 * @param metrics as {@code /metrics} names them, with their labels
 * @param residentBytes of its process
 * @param peakBytes the most that was resident since {@link #forgetPeak}
 * @param cpuMs that its process has used
 * @param sockets that its process has open
 */
record ServerState(
    Map<String, Double> metrics, long residentBytes, long peakBytes, long cpuMs, long sockets) {
  private static final Pattern LINE = Pattern.compile("(?m)^([a-z_]+(?:\\{[^}]*})?) (\\S+)$");

  static ServerState of(String metrics, long pid) throws IOException {
    Map<String, Double> values = new TreeMap<>();
    for (Matcher line = LINE.matcher(metrics); line.find(); ) {
      values.put(line.group(1), Double.parseDouble(line.group(2)));
    }
    Path process = Path.of("/proc", Long.toString(pid));
    String status = Files.readString(process.resolve("status"));
    return new ServerState(
        values,
        bytes(status, "VmRSS"),
        bytes(status, "VmHWM"),
        cpuMs(Files.readString(process.resolve("stat"))),
        sockets(process.resolve("fd")));
  }

  /** From now on the peak counts anew ({@code proc(5)}, {@code clear_refs}). */
  static void forgetPeak(long pid) throws IOException {
    Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), "5");
  }

  private static long bytes(String status, String name) throws IOException {
    Matcher found = Pattern.compile(name + ":\\s+(\\d+) kB").matcher(status);
    if (!found.find()) {
      throw new IOException("the process says nothing of its memory");
    }
    return Long.parseLong(found.group(1)) * 1024;
  }

  /** User and system time, which {@code /proc/PID/stat} gives in hundredths of a second. */
  private static long cpuMs(String stat) {
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(afterName[11]) + Long.parseLong(afterName[12])) * 10;
  }

  private static long sockets(Path folder) throws IOException {
    long count = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        count += isSocket(file) ? 1 : 0;
      }
    }
    return count;
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().startsWith("socket:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  /** The sum over all labels. */
  long sum(String name) {
    return (long)
        metrics.entrySet().stream()
            .filter(
                metric -> metric.getKey().equals(name) || metric.getKey().startsWith(name + "{"))
            .mapToDouble(Map.Entry::getValue)
            .sum();
  }

  /** By how much an event loop has been late lately, at most. */
  double loopLagMs() {
    return metrics.entrySet().stream()
            .filter(metric -> metric.getKey().startsWith("sluice_loop_lag_seconds"))
            .mapToDouble(Map.Entry::getValue)
            .max()
            .orElse(0)
        * 1_000;
  }

  /** Bytes of one account of media memory. */
  long account(String name) {
    return sum("sluice_media_memory_bytes{account=\"" + name + "\"}");
  }

  /** Bytes of all accounts but that of segments, which outlive their stream by some minutes. */
  long mediaBytes() {
    return sum("sluice_media_memory_bytes") - account("segments");
  }
}
