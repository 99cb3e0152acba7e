package dev.sluice.bench.server;

import dev.sluice.bench.load.Target;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Any server: one that runs already, or one that {@code command} starts. Further streams, when
 * there are several, get a number behind the name.
 *
 * @param target where the stream is watched
 * @param publish where it is published over RTMP; null when somebody else does
 * @param runningPid its process; 0 when unknown or when it is started here
 * @param command starts it; empty when it runs already
 * @param processors for the command, as taskset(1) takes them; null means all
 */
public record Existing(
    Target target,
    @Nullable Target publish,
    long runningPid,
    List<String> command,
    @Nullable String processors)
    implements ServerSpec {
  public Existing {
    command = List.copyOf(command);
  }

  @Override
  public String name() {
    return command.isEmpty() ? "server" : Path.of(command.getFirst()).getFileName().toString();
  }

  @Override
  public RunningServer start(Path folder) throws IOException {
    if (command.isEmpty()) {
      return new Running(this, null);
    }
    Child child = Child.start("server", command, Map.of(), folder, processors);
    try {
      child.await(this::accepts, Duration.ofSeconds(60));
    } catch (IOException failed) {
      child.close();
      throw failed;
    }
    return new Running(this, child);
  }

  private boolean accepts() {
    try (var socket = new Socket(target.address().getAddress(), target.address().getPort())) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private record Running(Existing spec, @Nullable Child child) implements RunningServer {
    @Override
    public long pid() {
      return child == null ? spec.runningPid : child.pid();
    }

    @Override
    public Target target(Target.Form form, int number) throws IOException {
      if (form != spec.target.form()) {
        throw new IOException("the URL says %s, not %s".formatted(spec.target.form(), form));
      }
      return numbered(spec.target, number);
    }

    @Override
    public @Nullable Target publishTarget(int number) {
      return spec.publish == null ? null : numbered(spec.publish, number);
    }

    @Override
    public void close() {
      if (child != null) {
        child.close();
      }
    }
  }

  /**
   * The first stream keeps its name; number 2 of {@code live/a.flv?t=1} is {@code live/a2.flv?t=1}.
   */
  static Target numbered(Target target, int number) {
    if (number == 0) {
      return target;
    }
    String path = target.path().replaceFirst("(\\.flv)?(\\?.*)?$", number + "$1$2");
    return new Target(target.form(), target.host(), target.address(), path);
  }
}
