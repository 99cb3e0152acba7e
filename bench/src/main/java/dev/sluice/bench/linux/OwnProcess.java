package dev.sluice.bench.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/** Limits and processors of the calling process; children that start later inherit both. */
public final class OwnProcess {
  private static final int RLIMIT_NOFILE = 7;
  private static final int MASK_BYTES = 128; // 1024 processors, as cpu_set_t

  private OwnProcess() {}

  /** True on the one system that the load client runs on. */
  public static boolean isLinux() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /**
   * Makes room for {@code wanted} open files: raises the soft limit, and the hard one where this
   * process may.
   *
   * @return the limit that holds now; less than {@code wanted} when it could not be raised
   */
  public static long raiseOpenFiles(long wanted) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      MemorySegment limits = arena.allocate(JAVA_LONG, 2); // rlim_cur, rlim_max
      libc.checked("getrlimit", libc.getrlimit(RLIMIT_NOFILE, limits));
      long soft = limits.get(JAVA_LONG, 0);
      long hard = limits.get(JAVA_LONG, 8);
      if (Long.compareUnsigned(soft, wanted) >= 0) {
        return soft;
      }
      long higher = Long.compareUnsigned(hard, wanted) >= 0 ? hard : wanted;
      limits.set(JAVA_LONG, 0, wanted);
      limits.set(JAVA_LONG, 8, higher);
      if (libc.setrlimit(RLIMIT_NOFILE, limits) == 0) {
        return wanted;
      }
      limits.set(JAVA_LONG, 0, hard);
      limits.set(JAVA_LONG, 8, hard);
      return libc.setrlimit(RLIMIT_NOFILE, limits) == 0 ? hard : soft;
    }
  }

  /**
   * Lets all threads of this process run on {@code processors} only (such as {@code 1} or {@code
   * 0,2-3}).
   *
   * @throws IllegalArgumentException when the list cannot be read
   * @throws IOException when the system refuses it
   */
  public static void pin(String processors) throws IOException {
    BitSet wanted = processors(processors);
    try (Arena arena = Arena.ofConfined();
        Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      var libc = new Libc(arena);
      MemorySegment mask = arena.allocate(MASK_BYTES, 8);
      byte[] bytes = wanted.toByteArray();
      MemorySegment.copy(bytes, 0, mask, JAVA_BYTE, 0, bytes.length);
      List<Integer> threads =
          tasks.map(task -> Integer.valueOf(task.getFileName().toString())).toList();
      int own = 0; // 0 is the calling thread, which must succeed; others may end meanwhile
      libc.checked("sched_setaffinity", libc.schedSetAffinity(own, MASK_BYTES, mask));
      threads.forEach(thread -> libc.schedSetAffinity(thread, MASK_BYTES, mask));
    }
  }

  /** Reads a processor list as taskset(1) takes it. */
  static BitSet processors(String list) {
    var set = new BitSet();
    for (String part : list.split(",", -1)) {
      String[] ends = part.split("-", -1);
      try {
        int first = Integer.parseInt(ends[0]);
        int last = Integer.parseInt(ends[ends.length - 1]);
        if (ends.length > 2 || first < 0 || last < first || last >= MASK_BYTES * 8) {
          throw new NumberFormatException(part);
        }
        set.set(first, last + 1);
      } catch (NumberFormatException notANumber) {
        throw new IllegalArgumentException(
            "processors are \"%s\", allowed is a list such as 1 or 0,2-3".formatted(list),
            notANumber);
      }
    }
    return set;
  }
}
