package dev.sluice.interop.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * For how long threads were ready to run and were not let, because the machine had other things to
 * do: no fault of the server's. The kernel counts it for each thread ({@code schedstat}); here it
 * is noted twenty times a second.
 */
final class Starvation implements AutoCloseable {
  private static final long PERIOD_NS = 50_000_000;

  /** Threads of a process whose names begin like this; the kernel knows 15 letters of them. */
  private record Threads(long pid, String name) {}

  /** What had been withheld from one thread, by time. */
  private static final class Series {
    final ConcurrentSkipListMap<Long, Long> samples = new ConcurrentSkipListMap<>();

    /** In a time that may begin and end between two samples, which then count as a whole. */
    long withheldNs(long fromNs, long toNs) {
      Map.Entry<Long, Long> first = samples.floorEntry(fromNs);
      Map.Entry<Long, Long> last = samples.ceilingEntry(toNs);
      if (first == null) {
        first = samples.firstEntry();
      }
      if (last == null) {
        last = samples.lastEntry();
      }
      return first == null || last == null ? 0 : last.getValue() - first.getValue();
    }
  }

  private final Map<Threads, Map<Path, Series>> groups = new ConcurrentHashMap<>();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("starvation").unstarted(this::run);
  private volatile boolean stopped;

  private Starvation(List<Threads> watched) {
    watched.forEach(group -> groups.put(group, new ConcurrentHashMap<>()));
  }

  /** Watches what media goes through: threads of the server, and of publishers and viewers here. */
  static Starvation watch(long serverPid) {
    long own = ProcessHandle.current().pid();
    var starvation =
        new Starvation(
            List.of(
                new Threads(serverPid, "vert.x-eventloo"),
                new Threads(serverPid, "VM Thread"),
                new Threads(own, "publisher of "),
                new Threads(own, "viewer by ")));
    starvation.thread.start();
    return starvation;
  }

  private void run() {
    while (!stopped) {
      for (Map.Entry<Threads, Map<Path, Series>> group : groups.entrySet()) {
        try {
          look(group.getKey(), group.getValue());
        } catch (IOException gone) {
          // a thread ended, or the process did
        }
      }
      LockSupport.parkNanos(PERIOD_NS);
    }
  }

  private static void look(Threads group, Map<Path, Series> series) throws IOException {
    Path tasks = Path.of("/proc", Long.toString(group.pid()), "task");
    try (Stream<Path> folders = Files.list(tasks)) {
      for (Path task : (Iterable<Path>) folders::iterator) {
        if (Files.readString(task.resolve("comm")).startsWith(group.name())) {
          String[] figures = Files.readString(task.resolve("schedstat")).strip().split(" ");
          series
              .computeIfAbsent(task, _ -> new Series())
              .samples
              .put(System.nanoTime(), Long.parseLong(figures[1]));
        }
      }
    }
  }

  /**
   * The most that was withheld from one thread of each kind between two times of {@link
   * System#nanoTime}, added up, in nanoseconds: a frame passes from one kind to the next.
   */
  long withheldNs(long fromNs, long toNs) {
    return groups.values().stream()
        .mapToLong(group ->
            group.values().stream()
                .mapToLong(series -> series.withheldNs(fromNs, toNs))
                .max()
                .orElse(0))
        .sum();
  }

  @Override
  public void close() {
    stopped = true;
  }
}
