package dev.sluice.bench.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * CPU time and memory of a process and its descendants over a window.
 *
 * <p>CPU time is the sum of the first field of each thread's schedstat, exact to the nanosecond
 * where {@code stat} counts hundredths of a second. A thread that ends takes its schedstat along,
 * so a thread of this meter reads all of them every second and keeps what it saw last; the sum of
 * {@code stat} is given beside it as a check.
 */
public final class ProcessMeter implements AutoCloseable {
  private static final long EVERY_MS = 1000;
  private static final double SECONDS_PER_TICK = 0.01; // USER_HZ is 100 on all Linux systems

  /**
   * What a window cost.
   *
   * @param cpuSeconds by schedstat
   * @param cpuSecondsByStat by stat: coarser, but includes threads that have ended
   * @param residentBytes at the end of the window
   * @param residentPeakBytes highest so far, of each process, summed
   */
  public record Usage(
      double cpuSeconds,
      double cpuSecondsByStat,
      long residentBytes,
      long residentPeakBytes,
      long voluntarySwitches,
      long involuntarySwitches,
      int threads) {
    /** True when both accounts of CPU time agree within 5 % and 0.1 s. */
    public boolean accountsAgree() {
      return Math.abs(cpuSeconds - cpuSecondsByStat) <= 0.1 + 0.05 * cpuSecondsByStat;
    }
  }

  private record Account(long startNs, long lastNs) {}

  private final long pid;
  private final boolean withDescendants;
  private final Map<Long, Account> threads = new HashMap<>(); // guarded by this
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Sum start;

  private ProcessMeter(long pid, boolean withDescendants) throws IOException {
    this.pid = pid;
    this.withDescendants = withDescendants;
    start = read(true);
    Thread.ofPlatform().daemon().name("meter of " + pid).start(this::sample);
  }

  /** Begins a window over process {@code pid} and its descendants. */
  public static ProcessMeter start(long pid) throws IOException {
    return new ProcessMeter(pid, true);
  }

  /** Begins a window over the calling process alone: servers under test are its children. */
  public static ProcessMeter startOwn() throws IOException {
    return new ProcessMeter(ProcessHandle.current().pid(), false);
  }

  /** What the window has cost so far. */
  public Usage usage() throws IOException {
    Sum now = read(false);
    return new Usage(
        cpuNs() / 1e9,
        (now.ticks - start.ticks) * SECONDS_PER_TICK,
        now.resident,
        now.peak,
        Math.max(0, now.voluntary - start.voluntary),
        Math.max(0, now.involuntary - start.involuntary),
        now.threads);
  }

  /** Resident memory of process {@code pid} and its descendants now, in bytes. */
  public static long residentBytes(long pid) throws IOException {
    long bytes = 0;
    for (long each : tree(pid)) {
      bytes += ProcessReading.of(each).residentBytes();
    }
    return bytes;
  }

  private void sample() {
    try {
      List<Long> processes = processes(); // those that start later are seen at the end
      while (!stop.await(EVERY_MS, TimeUnit.MILLISECONDS)) {
        for (long each : processes) {
          take(ProcessReading.cpuNsByThread(each), false);
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Long> processes() {
    return withDescendants ? tree(pid) : List.of(pid);
  }

  private synchronized long cpuNs() {
    return threads.values().stream().mapToLong(a -> a.lastNs - a.startNs).sum();
  }

  /** Takes in one reading; a thread that was not there at the start has cost all it ever used. */
  synchronized void take(Map<Long, Long> cpuNsByThread, boolean first) {
    cpuNsByThread.forEach((thread, ns) ->
        threads.merge(
            thread,
            new Account(first ? ns : 0, ns),
            (old, now) -> new Account(old.startNs, Math.max(old.lastNs, now.lastNs))));
  }

  private record Sum(
      long ticks, long resident, long peak, long voluntary, long involuntary, int threads) {}

  private Sum read(boolean first) throws IOException {
    long ticks = 0;
    long resident = 0;
    long peak = 0;
    long voluntary = 0;
    long involuntary = 0;
    int count = 0;
    for (long each : processes()) {
      ProcessReading reading = ProcessReading.of(each);
      take(reading.cpuNsByThread(), first);
      ticks += reading.ticks();
      resident += reading.residentBytes();
      peak += reading.residentPeakBytes();
      voluntary += reading.voluntarySwitches();
      involuntary += reading.involuntarySwitches();
      count += reading.cpuNsByThread().size();
    }
    return new Sum(ticks, resident, peak, voluntary, involuntary, count);
  }

  private static List<Long> tree(long pid) {
    List<Long> tree = new ArrayList<>(List.of(pid));
    ProcessHandle.of(pid)
        .map(ProcessHandle::descendants)
        .orElse(Stream.empty())
        .map(ProcessHandle::pid)
        .forEach(tree::add);
    return tree;
  }

  @Override
  public void close() {
    stop.countDown();
  }
}
