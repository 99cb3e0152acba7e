package dev.sluice.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/** Stands in front of several servers, and sends each request to the one that is next. */
final class AlternatingProxy implements AutoCloseable {
  /** Of one hop, or made anew by whoever sends. */
  private static final Set<String> OWN =
      Set.of("connection", "host", "content-length", "transfer-encoding", "upgrade", "expect");

  private static final Duration BOUND = Duration.ofSeconds(60);

  private final List<ServerUnderTest> servers;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer listener;
  private final AtomicLong next = new AtomicLong();
  private final AtomicIntegerArray segments;
  private final AtomicIntegerArray refused;

  AlternatingProxy(List<ServerUnderTest> servers) throws IOException {
    this.servers = List.copyOf(servers);
    this.segments = new AtomicIntegerArray(servers.size());
    this.refused = new AtomicIntegerArray(servers.size());
    listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listener.setExecutor(threads);
    listener.createContext("/", this::serve);
    listener.start();
  }

  /** {@code http://…} with a path that begins with a slash. */
  String http(String path) {
    return "http://127.0.0.1:" + listener.getAddress().getPort() + path;
  }

  /** Segments, and parts of them, that a server has answered with. */
  int segmentsOf(int server) {
    return segments.get(server);
  }

  /** What a server has refused of them. */
  int refusedBy(int server) {
    return refused.get(server);
  }

  private void serve(HttpExchange exchange) throws IOException {
    int server = (int) (next.getAndIncrement() % servers.size());
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(servers.get(server).http(path)))
              .timeout(BOUND)
              .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> {
            if (!OWN.contains(name.toLowerCase(java.util.Locale.ROOT))) {
              values.forEach(value -> request.header(name, value));
            }
          });
      HttpResponse<InputStream> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (exchange.getRequestURI().getPath().endsWith(".m4s")) {
          (answer.statusCode() == 200 ? segments : refused).incrementAndGet(server);
        }
        answer(exchange, answer, body);
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(
      HttpExchange exchange, HttpResponse<InputStream> answer, InputStream body)
      throws IOException {
    answer
        .headers()
        .map()
        .forEach((name, values) -> {
          if (!OWN.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            exchange.getResponseHeaders().put(name, values);
          }
        });
    long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
    boolean bodyless = exchange.getRequestMethod().equals("HEAD") || answer.statusCode() == 304;
    exchange.sendResponseHeaders(
        answer.statusCode(), bodyless || length == 0 ? -1 : Math.max(0, length));
    if (bodyless || length == 0) {
      return;
    }
    OutputStream out = exchange.getResponseBody();
    byte[] bytes = new byte[16 << 10];
    for (int count; (count = body.read(bytes)) >= 0; ) {
      out.write(bytes, 0, count);
      out.flush();
    }
    out.close();
  }

  @Override
  public void close() {
    listener.stop(0);
    client.shutdownNow();
    threads.shutdownNow();
  }
}
