package dev.sluice.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The program nginx, whatever it is set up for. */
final class Nginx {
  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/sbin/nginx"), Path.of("/usr/local/sbin/nginx"), Path.of("/usr/bin/nginx"));

  private static final Duration BOUND = Duration.ofSeconds(10);

  private Nginx() {}

  /** Where it is; null when it is not installed. */
  static @Nullable Path program() {
    return PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElse(null);
  }

  /**
   * Starts it and waits until it accepts.
   *
   * @param program as {@link #program} finds it
   * @param folder for its files
   * @param configuration that listens on {@code port}
   * @param processors as taskset(1) takes them; null means all
   * @throws IOException when it does not come up
   */
  static Child start(
      Path program, Path folder, String configuration, int port, @Nullable String processors)
      throws IOException {
    Path file = folder.resolve("nginx.conf");
    Files.writeString(file, configuration);
    List<String> command =
        List.of(program.toString(), "-p", folder.toString(), "-c", file.toString());
    Child child = Child.start("nginx", command, Map.of(), folder, processors);
    try {
      child.await(() -> Child.accepts(port), BOUND);
    } catch (IOException failed) {
      child.close();
      throw failed;
    }
    return child;
  }
}
