package dev.sluice.net;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.testkit.FreePorts;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP port: listeners, loops, limits. */
@Timeout(60)
class HttpFrontTest {
  private static final HttpRoutes HELLO =
      (router, loop) -> {
        router.get("/hello").handler(context -> context.end("hello"));
        router.post("/echo").handler(context -> context.end(context.body().buffer()));
        router
            .get("/broken")
            .handler(_ -> {
              throw new IllegalStateException("on purpose");
            });
        router.get("/slow").handler(_ -> {});
        router.get("/late").handler(context -> late(context, loop));
        router.get("/big").handler(context -> context.end("x".repeat(40_000_000)));
      };

  /** Media that begins, or is refused, after more than twice what {@link #quick} allows others. */
  private static void late(RoutingContext context, Loop loop) {
    boolean refused = "yes".equals(context.request().getParam("refused"));
    ProgressiveResponse sink = ProgressiveResponse.open(context.request(), loop, "video/x-flv");
    loop.schedule(
        () -> {
          if (!refused) {
            sink.begin();
            sink.write(Unpooled.copiedBuffer("media", StandardCharsets.US_ASCII));
            sink.flush();
          }
          sink.ended(refused ? Reason.NOT_FOUND : Reason.STREAM_ENDED);
        },
        1_500_000_000);
  }

  private static HttpOptions quick() {
    HttpOptions usual = TestFront.options();
    return new HttpOptions(
        usual.listeners(), List.of("https://page.example"), 2_048, 1_000, 600, 600, 600);
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .sslContext(TestFront.trustingAll())
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }

  private static HttpRequest.Builder to(TestFront front, boolean tls, String path) {
    return HttpRequest.newBuilder(
        URI.create(
            tls
                ? "https://localhost:" + front.tlsPort() + path
                : "http://localhost:" + front.port() + path));
  }

  private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(
        request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void bothListenersServeAndTlsNegotiatesHttp2() throws Exception {
    try (TestFront front = TestFront.start(HELLO);
        HttpClient client = client()) {
      HttpResponse<String> plain = send(client, to(front, false, "/hello"));
      assertThat(plain.body()).isEqualTo("hello");
      assertThat(plain.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      HttpResponse<String> secure = send(client, to(front, true, "/hello"));
      assertThat(secure.body()).isEqualTo("hello");
      assertThat(secure.version()).isEqualTo(HttpClient.Version.HTTP_2);
      HttpResponse<String> old =
          send(client, to(front, true, "/hello").version(HttpClient.Version.HTTP_1_1));
      assertThat(old.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
  }

  @Test
  void connectionsAreDealtOutToAllLoopsAndStay() throws Exception {
    Map<Loop, AtomicInteger> served = new ConcurrentHashMap<>();
    HttpRoutes which =
        (router, loop) ->
            router
                .get("/loop")
                .handler(context -> {
                  served.computeIfAbsent(loop, _ -> new AtomicInteger()).incrementAndGet();
                  context.end(Boolean.toString(loop.inLoop()));
                });
    try (TestFront front = TestFront.start(which)) {
      for (int i = 0; i < 6; i++) {
        try (Socket socket = front.connect(false)) {
          for (int request = 0; request < 3; request++) {
            TestFront.request(socket, "GET /loop HTTP/1.1");
            TestFront.readHead(socket.getInputStream());
            assertThat(socket.getInputStream().readNBytes(4)).asString().isEqualTo("true");
          }
        }
      }
      assertThat(served).hasSize(2);
      assertThat(served.values()).allSatisfy(count -> assertThat(count).hasValue(9));
    }
  }

  @ParameterizedTest(name = "{0} {1} is {2}, {3}")
  @CsvSource({
    "GET, /nothing, 404, not-found",
    "DELETE, /hello, 405, method",
    "GET, /broken, 500, failed",
    "GET, /hello?a=%zz, 400, malformed",
    "GET, /%zz, 400, malformed",
    "GET, /hello, 200, "
  })
  void errorsAreJsonInOneForm(String method, String path, int status, @Nullable String reason)
      throws Exception {
    try (TestFront front = TestFront.start(HELLO);
        Socket socket = front.connect(false)) {
      TestFront.request(socket, method + " " + path + " HTTP/1.1", "Connection: close");
      assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 " + status);
      String body = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (reason != null) {
        assertThat(body).startsWith("{\"error\":{\"reason\":\"" + reason + "\",");
      }
    }
  }

  @Test
  void bodiesAreBoundedOnTheEdge() throws Exception {
    try (TestFront front = TestFront.start(quick(), ConnectionGate.OPEN, HELLO);
        HttpClient client = client()) {
      for (boolean tls : new boolean[] {false, true}) {
        HttpResponse<String> most =
            send(client, to(front, tls, "/echo").POST(body("x".repeat(1_000))));
        assertThat(most.statusCode()).isEqualTo(200);
        HttpResponse<String> more =
            send(client, to(front, tls, "/echo").POST(body("x".repeat(1_001))));
        assertThat(more.statusCode()).isEqualTo(413);
        assertThat(more.body()).contains("too-large");
      }
    }
  }

  private static HttpRequest.BodyPublisher body(String text) {
    return HttpRequest.BodyPublishers.ofString(text);
  }

  @Test
  void headsAreBounded() throws Exception {
    try (TestFront front = TestFront.start(quick(), ConnectionGate.OPEN, HELLO)) {
      try (Socket socket = front.connect(false)) {
        TestFront.request(socket, "GET /hello HTTP/1.1", "X-Fits: " + "x".repeat(1_900));
        assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200");
      }
      try (Socket socket = front.connect(false)) {
        TestFront.request(socket, "GET /hello HTTP/1.1", "X-Too-Long: " + "x".repeat(2_100));
        assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 431");
      }
    }
  }

  @ParameterizedTest(name = "[{index}]")
  @ValueSource(
      strings = {
        "", // nothing at all
        "GET /hello HTTP/1.1\r\nHost: localhost\r\nX-Never: ", // a head without end
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n" // no body
      })
  void requestsThatNeverBecomeWholeAreCutOff(String beginning) throws Exception {
    try (TestFront front = TestFront.start(quick(), ConnectionGate.OPEN, HELLO);
        Socket socket = front.connect(false)) {
      socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
      long begun = System.nanoTime();
      try (var dribble = new Dribble(socket)) {
        dribble.start();
        assertThat(endOf(socket.getInputStream())).isTrue();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isBetween(Duration.ofMillis(400), Duration.ofSeconds(8));
      await().atMost(5, SECONDS).until(() -> front.front().connections() == 0);
    }
  }

  /** Sends a byte now and then, as slow-loris does. */
  private static final class Dribble extends Thread implements AutoCloseable {
    private final Socket socket;

    Dribble(Socket socket) {
      this.socket = socket;
    }

    @Override
    public void run() {
      try {
        while (!interrupted()) {
          socket.getOutputStream().write('x');
          socket.getOutputStream().flush();
          synchronized (this) {
            wait(50);
          }
        }
      } catch (IOException | InterruptedException over) {
        // the other side has closed, or the test is over
      }
    }

    @Override
    public void close() throws InterruptedException {
      interrupt();
      join(5_000);
    }
  }

  private static boolean endOf(InputStream in) {
    try {
      in.readAllBytes();
      return true;
    } catch (java.net.SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void anIdleConnectionAndAnAnswerThatNobodyReadsAreCutOff() throws Exception {
    try (TestFront front = TestFront.start(quick(), ConnectionGate.OPEN, HELLO);
        Socket idle = front.connect(false);
        Socket deaf = front.connect(false);
        Socket forgotten = front.connect(false)) {
      TestFront.request(idle, "GET /hello HTTP/1.1");
      TestFront.request(deaf, "GET /big HTTP/1.1");
      TestFront.request(forgotten, "GET /slow HTTP/1.1");
      await().atMost(5, SECONDS).until(() -> front.front().connections() == 3);
      await().atMost(10, SECONDS).until(() -> front.front().connections() == 0);
    }
  }

  @Test
  void anIdleHttp2ConnectionIsCutOff() throws Exception {
    try (TestFront front = TestFront.start(quick(), ConnectionGate.OPEN, HELLO);
        HttpClient client = client()) {
      assertThat(send(client, to(front, true, "/hello")).body()).isEqualTo("hello");
      await().atMost(10, SECONDS).until(() -> front.front().connections() == 0);
    }
  }

  @Test
  void onlyTheOriginsOfTheListMayRead() throws Exception {
    try (TestFront front = TestFront.start(quick(), ConnectionGate.OPEN, HELLO);
        HttpClient client = client()) {
      HttpResponse<String> listed =
          send(client, to(front, false, "/hello").header("Origin", "https://page.example"));
      assertThat(listed.headers().firstValue("access-control-allow-origin"))
          .contains("https://page.example");
      HttpResponse<String> other =
          send(client, to(front, false, "/hello").header("Origin", "https://other.example"));
      assertThat(other.headers().firstValue("access-control-allow-origin")).isEmpty();
      HttpResponse<String> preflight =
          send(
              client,
              to(front, false, "/echo")
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                  .header("Origin", "https://page.example")
                  .header("Access-Control-Request-Method", "DELETE")
                  .header("Access-Control-Request-Headers", "authorization"));
      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(preflight.headers().firstValue("access-control-allow-methods").orElse(""))
          .contains("DELETE");
    }
  }

  @Test
  void connectionsThatAreTurnedAwayHearWhy() throws Exception {
    var inside = new AtomicInteger();
    ConnectionGate one =
        new ConnectionGate() {
          @Override
          public @Nullable Reason opened(String address) {
            assertThat(address).isEqualTo("127.0.0.1");
            if (inside.get() == 1) {
              return Reason.CONNECTION_LIMIT;
            }
            inside.incrementAndGet();
            return null;
          }

          @Override
          public void closed(String address) {
            inside.decrementAndGet();
          }
        };
    try (TestFront front = TestFront.start(quick(), one, HELLO)) {
      List<Socket> crowd = new ArrayList<>();
      try (Socket first = front.connect(false)) {
        TestFront.request(first, "GET /hello HTTP/1.1");
        assertThat(TestFront.readHead(first.getInputStream())).startsWith("HTTP/1.1 200");
        try (Socket second = front.connect(true)) {
          TestFront.request(second, "GET /hello HTTP/1.1");
          assertThat(TestFront.readHead(second.getInputStream())).startsWith("HTTP/1.1 503");
          assertThat(second.getInputStream().readAllBytes())
              .asString()
              .contains("\"connection-limit\"");
        }
        for (int i = 0; i < HttpFront.MAX_REFUSED + 1; i++) {
          crowd.add(front.connect(false)); // they say nothing; the last is closed at once
        }
        assertThat(endOf(crowd.getLast().getInputStream())).isTrue();
      }
      await().atMost(5, SECONDS).untilAtomic(inside, equalTo(0));
      assertThat(endOf(crowd.getFirst().getInputStream())).isTrue(); // after REFUSED_MS
      for (Socket socket : crowd) {
        socket.close();
      }
    }
  }

  @Test
  void noHostMeansAllAddressesOfBothFamilies() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      HttpFront front =
          HttpFront.start(
              vertx,
              HttpOptions.of(new HttpOptions.Listener("", 0, null)),
              ConnectionGate.OPEN,
              TestFront.loops(vertx)::of,
              List.of(HELLO));
      int port = front.listeners().getFirst().port();
      assertThat(port).isPositive();
      new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port).close();
      if (HttpFront.anyAddress().equals("::")) {
        var loopback6 = new byte[16];
        loopback6[15] = 1;
        try (Socket six = new Socket(InetAddress.getByAddress(loopback6), port)) {
          assertThat(six.getInetAddress()).isInstanceOf(Inet6Address.class);
        }
      }
      front.close(0);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void whatCannotBeBoundIsNamedAndNothingListens() throws Exception {
    Vertx vertx = Vertx.vertx();
    int firstPort = FreePorts.next(); // the system gives it to nobody else meanwhile
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpOptions options =
          HttpOptions.of(
              new HttpOptions.Listener("127.0.0.1", firstPort, null),
              new HttpOptions.Listener("127.0.0.1", taken.getLocalPort(), null));
      assertThatThrownBy(() -> start(vertx, options))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on http://127.0.0.1:" + taken.getLocalPort());
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), firstPort))
          .isInstanceOf(java.net.ConnectException.class);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void tlsFilesThatCannotBeUsedAreNamed() {
    Vertx vertx = Vertx.vertx();
    try {
      HttpOptions.Tls good = TestFront.selfSigned();
      var missing = new HttpOptions.Tls(Path.of("no-such-chain.pem"), good.key());
      var swapped = new HttpOptions.Tls(good.key(), good.certificate());
      assertThatThrownBy(
              () -> start(vertx, HttpOptions.of(new HttpOptions.Listener("", 0, missing))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no-such-chain.pem");
      assertThatThrownBy(
              () -> start(vertx, HttpOptions.of(new HttpOptions.Listener("127.0.0.1", 0, swapped))))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> TlsContexts.server(missing)).hasMessageContaining("no-such-chain");
      assertThatThrownBy(() -> TlsContexts.server(swapped))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot be used");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static HttpFront start(Vertx vertx, HttpOptions options) throws IOException {
    return HttpFront.start(
        vertx, options, ConnectionGate.OPEN, TestFront.loops(vertx)::of, List.of(HELLO));
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1,no", "HTTP_1_1,yes", "HTTP_2,no", "HTTP_2,yes"})
  void whoWaitsForAStreamIsNotHurried(HttpClient.Version version, String refused) throws Exception {
    try (TestFront front = TestFront.start(quick(), ConnectionGate.OPEN, HELLO);
        HttpClient client = client()) {
      HttpRequest.Builder late = to(front, true, "/late?refused=" + refused).version(version);
      HttpResponse<String> answer = send(client, late);
      assertThat(answer.version()).isEqualTo(version);
      assertThat(answer.statusCode()).isEqualTo(refused.equals("yes") ? 404 : 200);
      assertThat(answer.body()).contains(refused.equals("yes") ? "not-found" : "media");
      await().atMost(10, SECONDS).until(front.front()::connections, equalTo(0));
    }
  }

  @Test
  void aBrokenRequestBehindAnUnansweredOneBreaksNothingElse() throws Exception {
    try (TestFront front = TestFront.start(HELLO);
        LoudLog log = LoudLog.listen()) {
      for (String first : List.of("/slow", "/hello")) {
        try (Socket socket = front.connect(false)) {
          TestFront.request(socket, "GET " + first + " HTTP/1.1");
          TestFront.request(socket, "POST /echo HTTP/1.1", "Transfer-Encoding: chunked");
          socket.getOutputStream().write("nonsense\r\n".getBytes(StandardCharsets.US_ASCII));
          if (first.equals("/hello")) {
            assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200");
            assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
            assertThat(
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 400");
          }
          socket.setSoLinger(true, 0);
        }
      }
      await().atMost(10, SECONDS).until(front.front()::connections, equalTo(0));
      assertThat(log.lines()).isEmpty();
    }
  }

  /** Vert.x has no loop for it any more, and fails. */
  @Test
  void whoComesWhileTheServerGoesIsClosedBeforeTheStackSeesIt() throws Exception {
    Vertx vertx = NettyLoops.vertx(Transport.automatic(), 1);
    var transport = (AcceptingTransport) ((VertxInternal) vertx).transport();
    var front = new AtomicReference<HttpFront>();
    var closing = new AtomicReference<Thread>();
    var seenBehind = new AtomicBoolean();
    transport.watch(_ -> {
      Thread closer = Thread.ofPlatform().start(() -> front.get().close(0));
      closing.set(closer);
      await().atMost(10, SECONDS).until(() -> closer.getState() == Thread.State.TIMED_WAITING);
      return true;
    });
    try (LoudLog log = LoudLog.listen()) {
      NettyLoops loops = TestFront.loops(vertx);
      front.set(
          HttpFront.start(
              vertx,
              HttpOptions.of(new HttpOptions.Listener("127.0.0.1", 0, null)),
              ConnectionGate.OPEN,
              loops::of,
              List.of(HELLO)));
      transport.watch(_ -> {
        seenBehind.set(true);
        return true;
      });
      int port = front.get().listeners().getFirst().port();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(10_000);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
      closing.get().join();
      assertThat(seenBehind).isFalse();
      assertThat(log.lines()).isEmpty();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, SECONDS);
    }
  }
}
