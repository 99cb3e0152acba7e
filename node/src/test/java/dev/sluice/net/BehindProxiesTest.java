package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.ConnectionLimits;
import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Loop;
import dev.sluice.net.TrustedProxies.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP port behind proxies, over real sockets; loopback is the proxy. */
@Timeout(60)
class BehindProxiesTest {
  private static final String HELLO = "/hello";

  /** Tells everybody who he is; answers one path in the quick lane. */
  private static final HttpRoutes WHO =
      new HttpRoutes() {
        @Override
        public void mount(Router router, Loop loop) {
          router
              .get("/who")
              .handler(context -> context.end(RequestClient.of(context, "c", "test").toString()));
          router.get("/slow").handler(_ -> {});
        }

        @Override
        public QuickRoute quick(Loop loop) {
          return (target, _, reply) -> {
            if (!target.equals(HELLO)) {
              return false;
            }
            ByteBuf answer =
                Unpooled.copiedBuffer(
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", StandardCharsets.US_ASCII);
            reply.send(answer);
            answer.release();
            return true;
          };
        }
      };

  private static TestFront start(boolean prefaced, boolean trusting, ConnectionGate gate) {
    HttpOptions options =
        HttpOptions.of(
            new HttpOptions.Listener("127.0.0.1", 0, null, prefaced),
            new HttpOptions.Listener("127.0.0.1", 0, TestFront.selfSigned(), prefaced));
    var proxies =
        new TrustedProxies(
            address -> trusting && address.isLoopbackAddress(), () -> Fields.X_FORWARDED);
    return TestFront.start(options, gate, proxies, _ -> List.of(WHO));
  }

  private static Socket plain(TestFront front, boolean tls) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), tls ? front.tlsPort() : front.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** A connection that says {@code header} in front, then TLS or not. */
  private static Socket connect(TestFront front, boolean tls, String header) throws IOException {
    Socket socket = plain(front, tls);
    socket.getOutputStream().write(header.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return tls ? secured(socket) : socket;
  }

  private static SSLSocket secured(Socket socket) throws IOException {
    return (SSLSocket)
        TestFront.trustingAll()
            .getSocketFactory()
            .createSocket(socket, "localhost", socket.getPort(), true);
  }

  private static String ask(Socket socket, String path, String... headers) throws IOException {
    var lines = new String[headers.length + 1];
    lines[0] = "GET " + path + " HTTP/1.1";
    System.arraycopy(headers, 0, lines, 1, headers.length);
    TestFront.request(socket, lines);
    return read(socket.getInputStream());
  }

  private static String read(InputStream in) throws IOException {
    String head = TestFront.readHead(in);
    int length = Integer.parseInt(head.replaceFirst("(?s).*[Cc]ontent-[Ll]ength: (\\d+).*", "$1"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return head.startsWith("HTTP/1.1 200") ? body : head.substring(9, 12) + " " + body;
  }

  private static final String V2 =
      "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c\u00c0\0\u0002\u0007\u00cb\0q\t\u0012g\0P";

  @ParameterizedTest(name = "TLS: {0}")
  @ValueSource(booleans = {false, true})
  void theHeaderOfTheProtocolNamesTheClient(boolean tls) throws Exception {
    try (TestFront front = start(true, true, ConnectionGate.OPEN)) {
      for (String header : List.of("PROXY TCP4 192.0.2.7 203.0.113.9 4711 80\r\n", V2)) {
        try (Socket socket = connect(front, tls, header)) {
          assertThat(ask(socket, "/who")).isEqualTo("test c 192.0.2.7:4711");
          assertThat(ask(socket, HELLO)).isEqualTo("hello"); // the quick lane
          assertThat(ask(socket, "/who", "X-Forwarded-For: 203.0.113.1"))
              .isEqualTo("test c 192.0.2.7:4711"); // who is no proxy says nothing of others
        }
      }
      try (Socket socket = connect(front, tls, "PROXY UNKNOWN\r\n")) {
        assertThat(ask(socket, "/who")).startsWith("test c 127.0.0.1:");
        assertThat(ask(socket, "/who", "X-Forwarded-For: 2001:DB8::1"))
            .isEqualTo("test c [2001:db8::1]:0");
      }
      assertThat(front.front().withoutPreface()).isZero();
    }
  }

  @ParameterizedTest(name = "TLS: {0}")
  @ValueSource(booleans = {false, true})
  void whatIsTrustedAndSaysNothingIsTurnedAway(boolean tls) throws Exception {
    try (TestFront front = start(true, true, ConnectionGate.OPEN)) {
      try (Socket socket = plain(front, tls)) {
        assertThatThrownBy(
                () -> {
                  Socket asking = tls ? secured(socket) : socket;
                  TestFront.request(asking, "GET /who HTTP/1.1");
                  TestFront.readHead(asking.getInputStream());
                })
            .isInstanceOf(IOException.class);
      }
      await().until(() -> front.front().withoutPreface() == 1);
      try (Socket socket = connect(front, false, "PROXY TCP4 192.0.2.7\r\n")) {
        assertClosed(socket);
      }
      await().until(() -> front.front().withoutPreface() == 2);
      assertThat(front.front().connections()).isZero();
    }
  }

  private static void assertClosed(Socket socket) throws IOException {
    try {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException reset) {
      assertThat(reset).isNotNull(); // as good
    }
  }

  @Test
  void whoIsNotTrustedHasNoHeaderToGive() throws Exception {
    try (TestFront front = start(true, false, ConnectionGate.OPEN)) {
      try (Socket socket = plain(front, false)) {
        assertThat(ask(socket, "/who", "X-Forwarded-For: 192.0.2.7"))
            .startsWith("test c 127.0.0.1");
      }
      try (Socket socket = connect(front, false, "PROXY TCP4 192.0.2.7 203.0.113.9 4711 80\r\n")) {
        TestFront.request(socket, "GET /who HTTP/1.1");
        assertThat(TestFront.readHead(socket.getInputStream())).contains(" 400 ");
      }
    }
  }

  @Test
  void aListenerWithoutTheProtocolTakesNone() throws Exception {
    try (TestFront front = start(false, true, ConnectionGate.OPEN);
        Socket socket = connect(front, false, "PROXY TCP4 192.0.2.7 203.0.113.9 4711 80\r\n")) {
      TestFront.request(socket, "GET /who HTTP/1.1");
      assertThat(TestFront.readHead(socket.getInputStream())).contains(" 400 ");
    }
  }

  @ParameterizedTest(name = "TLS: {0}, {1}: {2}")
  @CsvSource({
    "false, 192.0.2.7, 192.0.2.7:0",
    "true, '203.0.113.1, 192.0.2.7', 192.0.2.7:0",
    "false, 'x, 127.0.0.9', 127.0.0.9:0",
  })
  void headerFieldsOfAProxyNameTheClient(boolean tls, String field, String client)
      throws Exception {
    try (TestFront front = start(false, true, ConnectionGate.OPEN);
        Socket socket = front.connect(tls)) {
      assertThat(ask(socket, "/who", "X-Forwarded-For: " + field)).isEqualTo("test c " + client);
      assertThat(ask(socket, "/who")).startsWith("test c 127.0.0.1:"); // each request for itself
    }
  }

  @Test
  void aForwardedFieldThatCannotBeReadIsRefused() throws Exception {
    var proxies = new TrustedProxies(InetAddress::isLoopbackAddress, () -> Fields.FORWARDED);
    try (TestFront front =
            TestFront.start(TestFront.options(), ConnectionGate.OPEN, proxies, _ -> List.of(WHO));
        Socket socket = front.connect(false)) {
      assertThat(ask(socket, "/who", "Forwarded: for=192.0.2.7")).isEqualTo("test c 192.0.2.7:0");
      assertThat(ask(socket, "/who", "Forwarded: for=\"", "Forwarded: for=192.0.2.7"))
          .startsWith("400 ");
    }
  }

  @Test
  void eachClientOfAProxyHasItsOwnLimit() throws Exception {
    var limits = new ConnectionLimits(100, 1);
    try (TestFront front = start(false, true, limits);
        Socket one = front.connect(false);
        Socket two = front.connect(false);
        Socket three = front.connect(false)) {
      TestFront.request(one, "GET /slow HTTP/1.1", "X-Forwarded-For: 192.0.2.7");
      await().until(() -> ask(three, "/who", "X-Forwarded-For: 192.0.2.7").startsWith("429"));
      assertThat(ask(two, "/who", "X-Forwarded-For: 192.0.2.8")).isEqualTo("test c 192.0.2.8:0");
      assertThat(ask(three, "/who", "X-Forwarded-For: 192.0.2.8")).isEqualTo("test c 192.0.2.8:0");
      one.shutdownOutput(); // it has gone
      await().until(() -> ask(two, "/who", "X-Forwarded-For: 192.0.2.7").startsWith("test"));
    }
    assertThat(limits.open()).isZero();
    assertThat(limits.joined("192.0.2.7")).isNull(); // nothing was left behind
    assertThat(limits.joined("192.0.2.8")).isNull();
  }

  @Test
  void theProtocolsClientsHaveTheirLimits() throws Exception {
    var limits = new ConnectionLimits(100, 1);
    String seven = "PROXY TCP4 192.0.2.7 203.0.113.9 4711 80\r\n";
    try (TestFront front = start(true, true, limits);
        Socket one = connect(front, false, seven)) {
      assertThat(ask(one, "/who")).startsWith("test c 192.0.2.7");
      try (Socket two = connect(front, false, seven)) {
        assertThat(ask(two, HELLO)).contains("address-limit");
      }
      try (Socket other = connect(front, true, seven.replace("2.7", "2.8"))) {
        assertThat(ask(other, "/who")).startsWith("test c 192.0.2.8");
      }
    }
  }

  @Test
  void withoutATransportThatShowsConnectionsItIsRefused() {
    Vertx vertx = Vertx.vertx();
    try {
      NettyLoops loops = TestFront.loops(vertx);
      HttpOptions options = HttpOptions.of(new HttpOptions.Listener("127.0.0.1", 1, null, true));
      assertThatThrownBy(
              () -> HttpFront.start(vertx, options, ConnectionGate.OPEN, loops::of, List.of(WHO)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("PROXY protocol");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
