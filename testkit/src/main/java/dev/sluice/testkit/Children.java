package dev.sluice.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Real programs as children of a test. All that were started are killed, with their own children,
 * when the test ends; what they wrote is shown when it failed.
 *
 * <pre>{@code
 * @RegisterExtension final Children children = new Children();
 * }</pre>
 */
public final class Children implements AfterEachCallback, AutoCloseable {
  /** Lines of output that are kept of each child: the last ones. */
  private static final int MAX_LINES = 2_000;

  /** Characters of a command that failure messages show: class paths are long. */
  private static final int MAX_COMMAND = 400;

  private final List<Child> started = new ArrayList<>();

  /** Starts a program found on the search path, without input. */
  public Child start(String... command) {
    return start(Map.of(), List.of(command));
  }

  /** Starts a program with {@code environment} added to this process's own. */
  public Child start(Map<String, String> environment, List<String> command) {
    return start(environment, null, command);
  }

  /** Starts a program in {@code folder} (null: the test's own). */
  public Child start(Map<String, String> environment, @Nullable Path folder, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().putAll(environment);
    if (folder != null) {
      builder.directory(folder.toFile());
    }
    try {
      Child child = new Child(command, builder.start());
      started.add(child);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command, e);
    }
  }

  /** Runs a program to its end, which must come within {@code bound}, and returns its output. */
  public String run(Duration bound, String... command) {
    Child child = start(command);
    int status = child.waitFor(bound);
    if (status != 0) {
      throw new AssertionError(child.describe("ended with status " + status));
    }
    return child.output();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      started.forEach(child -> System.err.println(child.describe("at the end of the test")));
    }
    close();
  }

  /** Kills all that still run, and returns when they are gone. */
  @Override
  public void close() {
    started.forEach(Child::kill);
    started.clear();
  }

  /** One running program. */
  public static final class Child {
    private final List<String> command;
    private final Process process;
    private final Deque<String> lines = new ArrayDeque<>(); // guarded by itself
    private final Thread reader;

    private Child(List<String> command, Process process) {
      this.command = List.copyOf(command);
      this.process = process;
      this.reader =
          Thread.ofVirtual().name("output of " + command.getFirst()).start(this::readOutput);
    }

    /** The process, for its id, for signals. */
    public Process process() {
      return process;
    }

    /** What it wrote to standard output and standard error up to now (the last lines of it). */
    public String output() {
      synchronized (lines) {
        return String.join("\n", lines);
      }
    }

    /** Is it still running? */
    public boolean isAlive() {
      return process.isAlive();
    }

    /** Waits for a line of output that {@code wanted} accepts, seen already or still to come. */
    public String waitForLine(Duration bound, Predicate<String> wanted) {
      try {
        return Await.value("a line of " + command, bound, () -> find(wanted), l -> !l.isEmpty());
      } catch (RuntimeException e) {
        throw new AssertionError(describe("did not write the line that was waited for"), e);
      }
    }

    /** Waits for its end and returns its status; all of its output has been read then. */
    public int waitFor(Duration bound) {
      try {
        if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new AssertionError(describe("did not end within " + bound));
        }
        reader.join(Duration.ofSeconds(5));
        return process.exitValue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(describe("was waited for by an interrupted test"), e);
      }
    }

    /** Asks it to end (SIGTERM) and waits for that; returns its status. */
    public int stop(Duration bound) {
      process.toHandle().destroy(); // unlike Process.destroy() it leaves the output readable
      return waitFor(bound);
    }

    /** Sends a signal by name, for example {@code STOP} or {@code CONT}. */
    public void signal(String name) {
      try {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }

    /** Ends it and its children at once (SIGKILL), and returns when it is gone. */
    public void kill() {
      List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
      process.toHandle().destroyForcibly();
      family.forEach(ProcessHandle::destroyForcibly);
      try {
        process.waitFor(10, TimeUnit.SECONDS);
        reader.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Command, state and output in one text, for failure messages. */
    public String describe(String what) {
      String line = String.join(" ", command);
      return (line.length() > MAX_COMMAND ? line.substring(0, MAX_COMMAND) + " …" : line)
          + "\n"
          + what
          + "; its output:\n"
          + output();
    }

    private String find(Predicate<String> wanted) {
      boolean complete = !process.isAlive() && !reader.isAlive(); // asked first: no line is missed
      synchronized (lines) {
        for (String line : lines) {
          if (wanted.test(line)) {
            return line;
          }
        }
      }
      if (complete) {
        throw new IllegalStateException("it has ended with status " + process.exitValue());
      }
      return "";
    }

    private void readOutput() {
      try (InputStream in = process.getInputStream();
          var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        for (String line; (line = reader.readLine()) != null; ) {
          synchronized (lines) {
            if (lines.size() == MAX_LINES) {
              lines.removeFirst();
            }
            lines.addLast(line);
          }
        }
      } catch (IOException e) {
        // The stream of a killed child closes under its reader: its end, not a failure.
      }
    }
  }
}
