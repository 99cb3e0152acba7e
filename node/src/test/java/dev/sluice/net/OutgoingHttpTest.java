package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.net.OutgoingHttp.Call;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that answer as they should, not as they should, and not at all. */
class OutgoingHttpTest {
  private static final long LONG_MS = 20_000;
  private static final long SHORT_MS = 50;
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nabcdefgh";

  private final Vertx vertx = Vertx.vertx();
  private final OutgoingHttp http = new OutgoingHttp(vertx);

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  /** Says the same to everybody who asks, and never closes a connection by itself. */
  private static final class Peer implements AutoCloseable {
    final ServerSocket socket;
    final List<String> heard = new CopyOnWriteArrayList<>();
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    private final String answer;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    Peer(String address, String answer) throws IOException {
      this.answer = answer;
      this.socket = new ServerSocket(0, 10, InetAddress.ofLiteral(address));
      Thread.ofVirtual().start(this::accept);
    }

    URI uri(String path) {
      String host = socket.getInetAddress().getHostAddress();
      String shown = host.contains(":") ? "[::1]" : host;
      return URI.create("http://" + shown + ":" + socket.getLocalPort() + path);
    }

    private void accept() {
      try {
        while (true) {
          Socket one = socket.accept();
          sockets.add(one);
          begun.incrementAndGet();
          Thread.ofVirtual().start(() -> serve(one));
        }
      } catch (IOException closed) {
        // the test is over
      }
    }

    private void serve(Socket one) {
      try (one) {
        talk(one);
      } catch (IOException reset) {
        // as good as an end
      }
      ended.incrementAndGet();
    }

    private void talk(Socket one) throws IOException {
      var reader = new BufferedReader(new InputStreamReader(one.getInputStream(), US_ASCII));
      OutputStream out = one.getOutputStream();
      var request = new StringBuilder();
      int length = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        request.append(line).append('\n');
        if (line.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
          length = Integer.parseInt(line.substring("content-length: ".length()));
        }
        if (line.isEmpty()) {
          for (int i = 0; i < length; i++) {
            request.append((char) reader.read());
          }
          heard.add(request.toString());
          request.setLength(0);
          length = 0;
          out.write(answer.getBytes(US_ASCII));
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
      for (Socket each : sockets) {
        each.close();
      }
    }
  }

  private String call(String answer, int maxBytes, long limitMs) throws Exception {
    try (var peer = new Peer("127.0.0.1", answer)) {
      try {
        return http.ask(new Call("GET", peer.uri("/"), Map.of(), ""), maxBytes, limitMs).body();
      } catch (IOException failed) {
        await("its connection is let go of").untilAtomic(peer.ended, equalTo(1));
        throw failed;
      }
    }
  }

  @Test
  void theLongestAnswerIsTakenAndOneByteMoreIsNot() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    String chunked = head + "4\r\nabcd\r\n4\r\nefgh\r\n0\r\n\r\n";
    for (String answer : new String[] {ANSWER, chunked}) {
      assertThat(call(answer, 8, LONG_MS)).isEqualTo("abcdefgh");
      assertThatThrownBy(() -> call(answer, 7, LONG_MS))
          .isInstanceOf(IOException.class)
          .hasMessage("more than 7 bytes");
    }
  }

  @Test
  void whoeverDoesNotAnswerOrStopsInTheMiddleIsNotWaitedFor() {
    for (String answer :
        new String[] {
          "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nabc"
        }) {
      assertThatThrownBy(() -> call(answer, 8, SHORT_MS))
          .isInstanceOf(IOException.class)
          .hasMessage("no answer within 50 ms");
    }
  }

  @Test
  void whatIsNoAnswerIsAFailureAtOnce() {
    assertThatThrownBy(() -> call("hello\r\n\r\n", 8, LONG_MS)).isInstanceOf(IOException.class);
  }

  @Test
  void whereNobodyListensIsAFailureAtOnce() throws Exception {
    URI gone;
    try (var peer = new Peer("127.0.0.1", ANSWER)) {
      gone = peer.uri("/");
    }
    assertThatThrownBy(() -> http.ask(new Call("GET", gone, Map.of(), ""), 8, LONG_MS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("refused");
  }

  @Test
  void whatIsSentIsThatAndNoMore() throws Exception {
    try (var peer = new Peer("127.0.0.1", ANSWER)) {
      String authority = peer.uri("").getRawAuthority();
      http.ask(new Call("GET", peer.uri("/a%2Fb?c=%26&d"), Map.of("X-A", "1"), ""), 8, LONG_MS);
      http.ask(new Call("POST", peer.uri(""), Map.of(), ""), 8, LONG_MS);
      http.ask(new Call("POST", peer.uri("/c"), Map.of(), "{}"), 8, LONG_MS);
      assertThat(peer.heard)
          .containsExactly(
              "GET /a%2Fb?c=%26&d HTTP/1.1\nHost: " + authority + "\nX-A: 1\n\n",
              "POST / HTTP/1.1\nHost: " + authority + "\ncontent-length: 0\n\n",
              "POST /c HTTP/1.1\nHost: " + authority + "\ncontent-length: 2\n\n{}");
    }
  }

  @Test
  void connectionsAreUsedAgain() throws Exception {
    try (var peer = new Peer("127.0.0.1", ANSWER)) {
      for (int call = 0; call < 50; call++) {
        http.ask(new Call("GET", peer.uri("/"), Map.of(), ""), 8, LONG_MS);
      }
      assertThat(peer.begun.get()).as("the last call may just be ending").isLessThan(25);
    }
  }

  @Test
  void redirectsAreNotFollowed() throws Exception {
    String moved = "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n";
    try (var peer = new Peer("127.0.0.1", moved)) {
      OutgoingHttp.Answer answer =
          http.ask(new Call("GET", peer.uri("/"), Map.of(), ""), 8, LONG_MS);
      assertThat(answer.status()).isEqualTo(302);
      assertThat(answer.headers().get("location")).isEqualTo("/other");
      assertThat(peer.heard).hasSize(1);
    }
  }

  @Test
  void aServerWhoseCertificateNobodyVouchesForIsNotAsked() {
    List<String> served = new CopyOnWriteArrayList<>();
    try (TestFront front =
        TestFront.start((router, _) ->
            router
                .route()
                .handler(context -> {
                  served.add(context.request().path());
                  context.response().end("abc");
                }))) {
      var call =
          new Call("GET", URI.create("https://localhost:" + front.tlsPort() + "/"), Map.of(), "");
      assertThatThrownBy(() -> http.ask(call, 8, LONG_MS))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("certif");
      assertThat(served).isEmpty();
    }
  }

  @Test
  void anAddressOfIpv6IsReached() throws Exception {
    Peer peer;
    try {
      peer = new Peer("::1", ANSWER);
    } catch (IOException noIpv6) {
      assumeTrue(false, "this host has no IPv6");
      return;
    }
    try (peer) {
      http.ask(new Call("GET", peer.uri("/"), Map.of(), ""), 8, LONG_MS);
      assertThat(peer.heard.getFirst())
          .contains("\nHost: [::1]:" + peer.socket.getLocalPort() + "\n");
    }
  }
}
