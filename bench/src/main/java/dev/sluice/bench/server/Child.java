package dev.sluice.bench.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A child process with its output in a file. It ends with this program at the latest. */
final class Child implements AutoCloseable {
  private static final long STOP_SECONDS = 5;
  private static final int TAIL_LINES = 15;

  private final String name;
  private final Process process;
  private final Path log;
  private final Thread hook = new Thread(this::end, "end of a server under test");

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts {@code command} with its output in {@code folder/name.log}.
   *
   * @param processors processors as taskset(1) takes them; null means all
   */
  static Child start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path folder,
      @Nullable String processors)
      throws IOException {
    List<String> line = new ArrayList<>();
    if (processors != null) {
      line.addAll(List.of("taskset", "-c", processors));
    }
    line.addAll(command);
    Path log = folder.resolve(name + ".log");
    var builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    var child = new Child(name, builder.start(), log);
    Runtime.getRuntime().addShutdownHook(child.hook);
    return child;
  }

  long pid() {
    return process.pid();
  }

  /** A condition that may fail to be found out. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  /**
   * Waits until {@code ready}.
   *
   * @throws IOException when the process ends or {@code most} passes first, with its last output
   */
  void await(Condition ready, Duration most) throws IOException {
    long untilNs = System.nanoTime() + most.toNanos();
    while (!ready.holds()) {
      if (!process.isAlive()) {
        throw new IOException(
            "%s ended with status %d:%n%s".formatted(name, process.exitValue(), tail()));
      }
      if (untilNs - System.nanoTime() <= 0) {
        throw new IOException(
            "%s was not ready after %d s:%n%s".formatted(name, most.toSeconds(), tail()));
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** Everything it has written so far. */
  String output() throws IOException {
    return Files.readString(log);
  }

  private String tail() throws IOException {
    List<String> lines = output().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      return;
    }
  }

  private void end() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
    all.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
  }

  /** True when somebody listens on {@code port}. */
  static boolean accepts(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** A port that nobody listens on at the moment. */
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Runs a short command to its end and returns its output. */
  static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(
            "%s ended with status %d:%n%s".formatted(String.join(" ", command), status, output));
      }
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted"));
    }
    return output;
  }
}
