package dev.sluice.interop.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The threads of a JVM, virtual ones too.
 *
 * @param names how many there are of each name, in which N stands for a number
 */
record ServerThreads(Map<String, Integer> names) {
  private static final Pattern NAME = Pattern.compile("\"name\": \"([^\"]*)\"");

  /** Threads that the JVM or a library starts when there is work and keeps, up to a bound. */
  private static final Pattern POOLED =
      Pattern.compile(
          "ForkJoinPool-N-(worker-N|delayScheduler)|VirtualThread-unblocker"
              + "|vert\\.x-(worker|internal-blocking)-thread-N");

  /** {@code file} is where the JVM writes; it must not exist. */
  static ServerThreads of(long pid, Path file) throws IOException, InterruptedException {
    jcmd(pid, "Thread.dump_to_file", "-format=json", file.toString());
    Map<String, Integer> names = new TreeMap<>();
    for (Matcher name = NAME.matcher(Files.readString(file)); name.find(); ) {
      names.merge(name.group(1).replaceAll("\\d+", "N"), 1, Integer::sum);
    }
    Files.delete(file);
    return new ServerThreads(names);
  }

  /** Has a JVM carry out a command of {@code jcmd}. */
  static void jcmd(long pid, String... command) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    var process = new ProcessBuilder(jcmd.toString(), Long.toString(pid));
    process.command().addAll(List.of(command));
    Process running =
        process.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    assertThat(running.waitFor(30, TimeUnit.SECONDS)).as("jcmd came to an end").isTrue();
    assertThat(running.exitValue()).as("status of jcmd").isZero();
  }

  /** Names that are here more often than they were in {@code earlier}, pools apart. */
  Map<String, Integer> moreThan(ServerThreads earlier) {
    Map<String, Integer> more = new TreeMap<>();
    names.forEach((name, count) -> {
      int before = earlier.names.getOrDefault(name, 0);
      if (count > before && !POOLED.matcher(name).matches()) {
        more.put(name, count - before);
      }
    });
    return more;
  }
}
