package dev.sluice.bench.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Time of all processors since start-up, in hundredths of a second (first line of /proc/stat).
 *
 * @param busyTicks time in which some process ran
 * @param stolenTicks time in which another guest of the same machine ran
 */
public record HostReading(long busyTicks, long stolenTicks) {
  /** Reads the present state. */
  public static HostReading now() throws IOException {
    return parse(Files.readString(Path.of("/proc/stat")));
  }

  /** Reads the text of /proc/stat. */
  static HostReading parse(String stat) throws IOException {
    String[] fields = stat.lines().findFirst().orElse("").split("\\s+");
    if (fields.length < 9 || !fields[0].equals("cpu")) {
      throw new IOException("/proc/stat does not begin with a line of all processors");
    }
    long busy = 0;
    for (int field : new int[] {1, 2, 3, 6, 7}) { // user, nice, system, irq, softirq
      busy += Long.parseLong(fields[field]);
    }
    return new HostReading(busy, Long.parseLong(fields[8]));
  }

  /** Seconds in which processors ran something since {@code earlier}. */
  public double busySecondsSince(HostReading earlier) {
    return (busyTicks - earlier.busyTicks) / 100.0;
  }

  /** Seconds that were stolen since {@code earlier}. */
  public double stolenSecondsSince(HostReading earlier) {
    return (stolenTicks - earlier.stolenTicks) / 100.0;
  }
}
