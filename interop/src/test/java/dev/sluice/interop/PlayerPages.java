package dev.sluice.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.testkit.Children;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Pages with players of others, on a server of their own as a site has them: {@code
 * interop/players}. What they consist of is installed on first use.
 *
 * <p>They may have our own script that keeps a player going ({@code
 * console/web/shared/going-on.js}).
 */
final class PlayerPages implements AutoCloseable {
  private static final Duration INSTALL = Duration.ofMinutes(5);
  private static final Map<String, String> TYPES =
      Map.of("html", "text/html", "js", "text/javascript");

  private final HttpServer server;

  PlayerPages(Children children) {
    Path folder = folder(children);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    serve("/pages/", folder.resolve("pages"));
    serve("/modules/", folder.resolve("node_modules"));
    serve("/shared/", folder.resolve("../../console/web/shared").normalize());
    server.start();
  }

  /** Where the players are; they are fetched when they are not there yet. */
  static Path folder(Children children) {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("interop/players"))) {
      folder = Objects.requireNonNull(folder.getParent(), "interop/players");
    }
    folder = folder.resolve("interop/players");
    if (!Files.isDirectory(folder.resolve("node_modules/shaka-player"))) {
      Children.Child npm =
          children.start(
              "npm",
              "--prefix",
              folder.toString(),
              "ci",
              "--ignore-scripts",
              "--no-audit",
              "--no-fund",
              "--loglevel=error");
      if (npm.waitFor(INSTALL) != 0) {
        throw new AssertionError(npm.describe("did not install the players"));
      }
    }
    return folder;
  }

  private void serve(String under, Path from) {
    server.createContext(under, exchange -> send(exchange, under, from));
  }

  private static void send(HttpExchange exchange, String under, Path root) throws IOException {
    try (exchange) {
      Path file =
          root.resolve(exchange.getRequestURI().getPath().substring(under.length())).normalize();
      String name = file.toString();
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      if (!file.startsWith(root) || type == null || !Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] bytes = Files.readAllBytes(file);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** The page of a player that plays {@code mpd}. */
  String page(String player, String mpd) {
    return "http://127.0.0.1:%d/pages/%s.html?mpd=%s"
        .formatted(
            server.getAddress().getPort(), player, URLEncoder.encode(mpd, StandardCharsets.UTF_8));
  }

  /** The same, replaced by the page where it does not go on by itself. */
  String keptGoing(String player, String mpd) {
    return page(player, mpd) + "&keep-going=1";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
