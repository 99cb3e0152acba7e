package dev.sluice.node;

import dev.sluice.node.config.ConfigSource;
import dev.sluice.testkit.Children;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole node in a process of its own, which says its port and runs until it is killed; and its
 * like in the process of the test, on the same folder.
 */
final class StoreServer {
  /** What lets in who may do everything. */
  static final String TOKEN = "a-token-of-the-test";

  /** By then whatever is waited for has come. */
  static final Duration SOON = Duration.ofSeconds(60);

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

  /** Of a node with its data in {@code data}, on free ports of this host, and with {@code more}. */
  static Map<String, String> environment(Path data, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    all.put("SLUICE_DATA", data.toString());
    all.put("SLUICE_HTTP_LISTEN", "127.0.0.1:0");
    all.put("SLUICE_RTMP_LISTEN", "127.0.0.1:0");
    all.put("SLUICE_ACCESS_TOKEN", TOKEN);
    return all;
  }

  /** Starts one in this process. */
  static Node startHere(Map<String, String> environment) throws Exception {
    return Node.start(ConfigSource.load(null, environment), new Node.Options("test", false));
  }

  /** Asks one as who may do everything. */
  static HttpResponse<String> ask(
      HttpClient http, int port, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, BodyPublishers.ofString(body))
            .header("Authorization", "Bearer " + TOKEN)
            .timeout(SOON)
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  /** Where it listens for HTTP, once it does. */
  static int port(Children.Child server) {
    String said = server.waitForLine(SOON, line -> line.startsWith(PORT));
    return Integer.parseInt(said.substring(PORT.length()));
  }

  public static void main(String[] arguments) throws Exception {
    Node node = startHere(System.getenv());
    System.out.println(PORT + node.httpPort());
    System.out.flush();
    Thread.currentThread().join();
  }
}
