package dev.sluice.bench.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the kernel says of one process at one moment (proc(5)).
 *
 * @param cpuNsByThread time on a processor of each living thread, in nanoseconds, by thread ID
 * @param ticks user and system time of all threads that ever lived, in hundredths of a second
 * @param residentBytes resident memory
 * @param residentPeakBytes highest resident memory so far
 * @param voluntarySwitches times that living threads waited for something
 * @param involuntarySwitches times that living threads were made to wait
 */
public record ProcessReading(
    Map<Long, Long> cpuNsByThread,
    long ticks,
    long residentBytes,
    long residentPeakBytes,
    long voluntarySwitches,
    long involuntarySwitches) {
  private static final Path PROC = Path.of("/proc");

  /** Nothing at all: the reading of a process that has ended. */
  public static final ProcessReading GONE = new ProcessReading(Map.of(), 0, 0, 0, 0, 0);

  public ProcessReading {
    cpuNsByThread = Map.copyOf(cpuNsByThread);
  }

  /** Reads process {@code pid}; {@link #GONE} when it does not exist. */
  public static ProcessReading of(long pid) throws IOException {
    return read(PROC.resolve(Long.toString(pid)));
  }

  /** CPU time of each thread of process {@code pid} alone; cheaper than a whole reading. */
  static Map<Long, Long> cpuNsByThread(long pid) throws IOException {
    Map<Long, Long> cpu = new HashMap<>();
    try {
      for (Path task : list(PROC.resolve(Long.toString(pid)).resolve("task"))) {
        readCpu(task, cpu);
      }
    } catch (NoSuchFileException gone) {
      return Map.of();
    }
    return cpu;
  }

  /** Reads a process folder of {@code /proc}, or a copy of one. */
  static ProcessReading read(Path process) throws IOException {
    Map<Long, Long> cpu = new HashMap<>();
    long voluntary = 0;
    long involuntary = 0;
    try {
      for (Path task : list(process.resolve("task"))) {
        readCpu(task, cpu);
        Map<String, Long> status = readStatus(task);
        voluntary += status.getOrDefault("voluntary_ctxt_switches", 0L);
        involuntary += status.getOrDefault("nonvoluntary_ctxt_switches", 0L);
      }
      Map<String, Long> status = status(Files.readAllLines(process.resolve("status")));
      return new ProcessReading(
          cpu,
          ticks(Files.readString(process.resolve("stat"))),
          status.getOrDefault("VmRSS", 0L) * 1024,
          status.getOrDefault("VmHWM", 0L) * 1024,
          voluntary,
          involuntary);
    } catch (NoSuchFileException gone) {
      return GONE;
    }
  }

  /** Adds the CPU time of one thread; nothing when it has just ended. */
  private static void readCpu(Path task, Map<Long, Long> cpu) {
    try {
      long ns = onProcessorNs(Files.readString(task.resolve("schedstat")));
      cpu.put(Long.valueOf(task.getFileName().toString()), ns);
    } catch (IOException ended) {
      // NoSuchFileException, or "No such process" while reading
    }
  }

  private static Map<String, Long> readStatus(Path task) {
    try {
      return status(Files.readAllLines(task.resolve("status")));
    } catch (IOException ended) {
      return Map.of();
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  /** First number of a schedstat line: nanoseconds on a processor. */
  static long onProcessorNs(String schedstat) throws IOException {
    String[] fields = schedstat.strip().split("\\s+");
    if (fields.length != 3) {
      throw new IOException("schedstat has %d fields, expected 3".formatted(fields.length));
    }
    try {
      return Long.parseLong(fields[0]);
    } catch (NumberFormatException notANumber) {
      throw new IOException("schedstat begins with \"" + fields[0] + "\"", notANumber);
    }
  }

  /** Fields 14 and 15 of a stat line. The name (field 2) may hold spaces and parentheses. */
  static long ticks(String stat) throws IOException {
    int name = stat.lastIndexOf(')');
    String[] fields = name < 0 ? new String[0] : stat.substring(name + 1).strip().split(" ");
    if (fields.length < 13) {
      throw new IOException("stat has too few fields: " + stat.strip());
    }
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  /** Lines of the form {@code Name: number [kB]}; others are left out. */
  static Map<String, Long> status(List<String> lines) {
    Map<String, Long> values = new HashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      String[] words = colon < 0 ? new String[0] : line.substring(colon + 1).strip().split("\\s+");
      if (words.length > 0 && words[0].matches("[0-9]{1,18}")) {
        values.put(line.substring(0, colon), Long.parseLong(words[0]));
      }
    }
    return values;
  }
}
