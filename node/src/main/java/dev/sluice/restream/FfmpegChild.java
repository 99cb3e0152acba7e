package dev.sluice.restream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of ffmpeg as a child process. It ends with us, whatever happens. */
public final class FfmpegChild implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FfmpegChild.class);
  private static final int MAX_LINES = 200;
  private static final int MAX_LINE = 500;
  private static final long TRIAL_SECONDS = 10;
  private static final long STOP_SECONDS = 2;

  private final Process process;
  private final Thread killer;

  private FfmpegChild(Process process) {
    this.process = process;
    this.killer = Thread.ofPlatform().name("ffmpeg-killer").unstarted(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /** The ffmpeg on the search path of {@code env}; null when there is none. */
  public static @Nullable Path find(Map<String, String> env) {
    for (String folder : env.getOrDefault("PATH", "").split(":", -1)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, "ffmpeg");
      if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
        return candidate.toAbsolutePath();
      }
    }
    return null;
  }

  /** Whether ffmpeg can do what {@code arguments} ask, tried out. Blocks for a moment. */
  public static boolean can(Path ffmpeg, List<String> arguments) {
    try {
      Process trial =
          new ProcessBuilder(command(ffmpeg, arguments))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      trial.getOutputStream().close();
      boolean done = trial.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS);
      trial.destroyForcibly();
      return done && trial.exitValue() == 0;
    } catch (IOException unusable) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Starts ffmpeg. What it writes to its standard output has to be read from {@link #output}.
   *
   * @param onExit is given the exit code, on a thread of its own, when it ends by itself or is
   *     closed
   * @throws IOException when it cannot be started
   */
  public static FfmpegChild start(Path ffmpeg, List<String> arguments, IntConsumer onExit)
      throws IOException {
    Process process = new ProcessBuilder(command(ffmpeg, arguments)).start();
    process.getOutputStream().close();
    var child = new FfmpegChild(process);
    Thread.ofVirtual().name("ffmpeg-" + process.pid()).start(() -> child.watch(onExit));
    return child;
  }

  private static List<String> command(Path ffmpeg, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ffmpeg.toString());
    command.addAll(List.of("-nostdin", "-hide_banner", "-loglevel", "error"));
    command.addAll(arguments);
    return command;
  }

  private void watch(IntConsumer onExit) {
    try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
      int lines = 0;
      for (String line; (line = errors.readLine()) != null; lines++) {
        if (lines < MAX_LINES) {
          LOG.warn(
              "ffmpeg {}: {}", process.pid(), line.substring(0, Math.min(line.length(), MAX_LINE)));
        }
      }
    } catch (IOException gone) {
      LOG.debug("ffmpeg {}: its output ended", process.pid(), gone);
    }
    int code = process.onExit().join().exitValue();
    forgetKiller();
    onExit.accept(code);
  }

  private void forgetKiller() {
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException ending) {
      LOG.debug("the process is ending; the hook runs", ending);
    }
  }

  /** What it writes to its standard output. */
  public InputStream output() {
    return process.getInputStream();
  }

  /** Asks it to end, and ends it when it does not. Blocks for a moment. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
