package dev.sluice.node;

import dev.sluice.node.config.ConfigSource;
import dev.sluice.testkit.Children;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A whole node in a process of its own, which says its port and runs until it is killed. */
final class StoreServer {
  private static final String PORT = "port ";

  private StoreServer() {}

  /** Starts one. */
  static Children.Child start(Children children, Map<String, String> environment) {
    return children.start(
        environment,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            StoreServer.class.getName()));
  }

  /** Where it listens for HTTP, once it does. */
  static int port(Children.Child server, Duration bound) {
    String said = server.waitForLine(bound, line -> line.startsWith(PORT));
    return Integer.parseInt(said.substring(PORT.length()));
  }

  public static void main(String[] arguments) throws Exception {
    Node node =
        Node.start(ConfigSource.load(null, System.getenv()), new Node.Options("test", false));
    System.out.println(PORT + node.httpPort());
    System.out.flush();
    Thread.currentThread().join();
  }
}
