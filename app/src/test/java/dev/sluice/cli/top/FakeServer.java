package dev.sluice.cli.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.ServerAddress;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An API over HTTP with streams and events as a test wants them. */
final class FakeServer implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Api api;
  private final Set<String> streams = new ConcurrentSkipListSet<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger events = new AtomicInteger();
  private volatile @Nullable HttpExchange listener;
  private volatile @Nullable String lastEventId;
  private volatile boolean refusing;

  FakeServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/sluice/v1/node", exchange -> answer(exchange, node()));
    http.createContext("/sluice/v1/streams", exchange -> answer(exchange, streams(exchange)));
    http.createContext("/sluice/v1/events", this::listen);
    http.start();
    URI uri = URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    api = new Api(new ServerAddress(uri, "a token", ""));
  }

  Api api() {
    return api;
  }

  void has(String stream) {
    streams.add(stream);
  }

  void hasNoMore(String stream) {
    streams.remove(stream);
  }

  /** Paths with queries that were asked for and begin so, or, with a {@code $}, are that. */
  List<String> asked(String path) {
    return asked.stream()
        .filter(each -> path.endsWith("$") ? path.equals(each + "$") : each.startsWith(path))
        .toList();
  }

  void refusesListeners(boolean refuses) {
    refusing = refuses;
  }

  void awaitListener() {
    await().atMost(SOON).until(() -> listener != null);
  }

  @Nullable String lastEventId() {
    return lastEventId;
  }

  /** Tells an event, of now, to who listens. */
  void says(String kind, String stream) throws IOException {
    awaitListener();
    HttpExchange to = listener;
    if (to == null) {
      throw new IOException("nobody listens");
    }
    var event =
        new JsonObject()
            .put("kind", kind)
            .put("time", Instant.now().plusSeconds(1).toString())
            .put("stream", stream);
    String text = "id: %d\ndata: %s\n\n".formatted(events.incrementAndGet(), event.encode());
    OutputStream out = to.getResponseBody();
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  /** Cuts off who listens. */
  void cut() {
    HttpExchange who = listener;
    listener = null;
    if (who != null) {
      who.close();
    }
  }

  private void listen(HttpExchange exchange) throws IOException {
    if (refusing) {
      exchange.sendResponseHeaders(503, -1);
      exchange.close();
      return;
    }
    lastEventId = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write("retry: 20\n\n".getBytes(UTF_8));
    exchange.getResponseBody().flush();
    listener = exchange;
  }

  private JsonObject node() {
    return new JsonObject()
        .put("version", "1.2.3")
        .put("startedMs", 1)
        .put("nowMs", System.currentTimeMillis());
  }

  private JsonObject streams(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    Set<String> wanted = new TreeSet<>(streams);
    if (query != null) {
      List<String> names =
          List.of(query.split("&")).stream()
              .map(each -> URLDecoder.decode(each.substring("name=".length()), UTF_8))
              .toList();
      wanted.retainAll(names);
    }
    var list = new JsonArray();
    wanted.forEach(name -> list.add(new JsonObject().put("name", name).put("state", "live")));
    return new JsonObject().put("streams", list);
  }

  private void answer(HttpExchange exchange, JsonObject answer) throws IOException {
    asked.add(exchange.getRequestURI().toString());
    byte[] bytes = answer.encode().getBytes(UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    api.close();
    cut();
    http.stop(0);
    threads.shutdownNow();
  }
}
