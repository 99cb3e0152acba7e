package dev.sluice.cli;

import dev.sluice.node.Node;
import dev.sluice.node.config.ConfigCheck;
import dev.sluice.node.config.ConfigException;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.node.config.Loaded;
import dev.sluice.node.log.LogSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What every command does that serves: configuration, log, node, and a stop in good order. */
final class Serve {
  private Serve() {}

  /** Something that goes on beside the node. */
  @FunctionalInterface
  interface Companion extends AutoCloseable {
    /** Nothing. */
    Companion NONE = () -> {};

    @Override
    void close();
  }

  /**
   * Runs a node until the process is asked to end.
   *
   * @param demo whether strangers are to be shown around
   * @param companion is started with the node, and closed before it
   * @return the exit status: 0 for a stop that was asked for, 1 when nothing could be started
   */
  static int until(
      CommandSpec spec, @Nullable Path file, boolean demo, Function<Node, Companion> companion)
      throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      Loaded loaded = ConfigSource.load(file, System.getenv());
      serve(loaded, new Node.Options(version(spec), demo), companion);
      return 0;
    } catch (ConfigException refused) {
      err.print(ConfigCheck.render("error", refused.problems()));
    } catch (IOException failed) {
      err.println("error: " + failed.getMessage());
    }
    err.flush();
    return 1;
  }

  private static void serve(
      Loaded loaded, Node.Options options, Function<Node, Companion> companion)
      throws IOException, InterruptedException {
    LogSetup log = LogSetup.start(loaded.config().log());
    Node node;
    try {
      node = Node.start(loaded, options);
    } catch (IOException failed) {
      log.close();
      throw failed;
    }
    if (!options.demo()) { // which is to end with its terminal
      Hangup.runs(() -> node.reload("signal"));
    }
    Companion beside = companion.apply(node);
    var stopped = new CountDownLatch(1);
    Thread stop =
        Thread.ofPlatform()
            .name("sluice-stop")
            .unstarted(() -> {
              beside.close();
              node.close();
              log.close();
              stopped.countDown();
            });
    Runtime.getRuntime().addShutdownHook(stop);
    stopped.await();
  }

  private static String version(CommandSpec spec) {
    String[] words = spec.root().version()[0].split(" ", -1);
    return words[words.length - 1];
  }
}
