package dev.sluice.bench.server;

import dev.sluice.bench.load.Target;
import dev.sluice.bench.stream.SyntheticStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The floor: a bare loop in C that sends each block to each viewer, compiled on the spot. No server
 * can cost less than the system calls it makes.
 *
 * @param name for tables
 * @param blocks what is sent and when
 * @param processors as taskset(1) takes them; null means all
 */
public record Floor(String name, FloorBlocks blocks, @Nullable String processors)
    implements ServerSpec {
  private static final String SOURCE = "floor.c";

  @Override
  public RunningServer start(Path folder) throws IOException {
    Path source = folder.resolve(SOURCE);
    try (InputStream in = Floor.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new FileNotFoundException(SOURCE + " is missing from the program");
      }
      Files.copy(in, source);
    }
    Path program = folder.resolve("floor");
    try {
      String unused = Child.run(List.of("cc", "-O2", "-o", program.toString(), source.toString()));
      assert unused.isEmpty() : unused;
    } catch (IOException failed) {
      throw new IOException(
          "the floor needs a C compiler (on Debian: apt-get install gcc libc6-dev): "
              + failed.getMessage(),
          failed);
    }
    int port = Child.freePort();
    String cycleUs = Long.toString(SyntheticStream.CYCLE_NS / 1000);
    List<String> command =
        List.of(program.toString(), Integer.toString(port), cycleUs, blocks.argument());
    Child child = Child.start("floor-output", command, Map.of(), folder, processors);
    try {
      child.await(() -> child.output().contains("ready"), Duration.ofSeconds(10));
    } catch (IOException failed) {
      child.close();
      throw failed;
    }
    return new Running(child, port);
  }

  private record Running(Child child, int port) implements RunningServer {
    @Override
    public long pid() {
      return child.pid();
    }

    @Override
    public Target target(Target.Form form, int number) throws IOException {
      return Target.parse("raw://127.0.0.1:" + port);
    }

    @Override
    public @Nullable Target publishTarget(int number) {
      return null;
    }

    @Override
    public void close() {
      child.close();
    }
  }
}
