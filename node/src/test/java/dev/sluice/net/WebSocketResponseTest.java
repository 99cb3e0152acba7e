package dev.sluice.net;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.ext.web.Router;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks as WebSocket messages, and what the viewer may say. */
@Timeout(60)
class WebSocketResponseTest {
  /** The handshake of RFC 6455, section 1.3. */
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private final LinkedBlockingQueue<Seat> seats = new LinkedBlockingQueue<>();
  private TestFront front;

  private record Seat(Loop loop, WebSocketResponse sink, AtomicInteger left) {
    void run(Consumer<WebSocketResponse> action) {
      var done = new CompletableFuture<Void>();
      loop.execute(() -> {
        action.accept(sink);
        done.complete(null);
      });
      done.orTimeout(10, SECONDS).join();
    }

    void write(ByteBuf block) {
      run(sink -> {
        sink.write(block);
        sink.flush();
      });
    }
  }

  @BeforeEach
  void start() {
    front = TestFront.start(this::mount);
  }

  private void mount(Router router, Loop loop) {
    router
        .get("/live")
        .handler(context -> {
          assertThat(WebSocketResponse.wanted(context.request())).isTrue();
          var sink = WebSocketResponse.open(context.request(), loop);
          if (sink != null) {
            var left = new AtomicInteger();
            sink.onLeft(left::incrementAndGet);
            seats.add(new Seat(loop, sink, left));
          }
        });
  }

  @AfterEach
  void stop() {
    front.close();
  }

  private Seat seat() throws InterruptedException {
    Seat seat = seats.poll(10, SECONDS);
    assertThat(seat).isNotNull();
    return seat;
  }

  /** What a client of the JDK hears. */
  private static final class Ears implements WebSocket.Listener {
    final LinkedBlockingQueue<Bytes> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<String> closed = new CompletableFuture<>();
    final CompletableFuture<String> pong = new CompletableFuture<>();
    private final ByteBuf message = Unpooled.buffer();

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      message.writeBytes(data);
      if (last) {
        messages.add(Bytes.copyOf(message));
        message.clear();
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
      pong.complete(StandardCharsets.US_ASCII.decode(data).toString());
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code + " " + reason);
      return CompletableFuture.completedFuture(null);
    }
  }

  private CompletableFuture<WebSocket> dial(HttpClient client, boolean tls, Ears ears) {
    String url =
        tls
            ? "wss://localhost:" + front.tlsPort() + "/live"
            : "ws://localhost:" + front.port() + "/live";
    return client.newWebSocketBuilder().buildAsync(URI.create(url), ears);
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().sslContext(TestFront.trustingAll()).build();
  }

  @ParameterizedTest(name = "TLS: {0}")
  @ValueSource(booleans = {false, true})
  void eachBlockIsAMessage(boolean tls) throws Exception {
    try (HttpClient client = client()) {
      var ears = new Ears();
      var dialled = dial(client, tls, ears);
      Seat seat = seat();
      assertThat(dialled).isNotDone(); // held back until something is there
      seat.run(WebSocketResponse::begin);
      // around each boundary of the length's encoding, and beyond one read
      for (int size : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 300_000}) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) size);
        ByteBuf shared = Unpooled.directBuffer(size).writeBytes(bytes);
        seat.write(shared.retainedDuplicate());
        assertThat(ears.messages.poll(10, SECONDS)).isEqualTo(Bytes.of(bytes));
        await().atMost(5, SECONDS).until(() -> shared.refCnt() == 1);
        shared.release();
      }
      WebSocket socket = dialled.orTimeout(10, SECONDS).join();
      socket.sendText("hello, server", true).join(); // ignored
      socket.sendPing(ByteBuffer.wrap("are you there".getBytes(StandardCharsets.US_ASCII))).join();
      assertThat(ears.pong.orTimeout(10, SECONDS).join()).isEqualTo("are you there");
      seat.run(sink -> sink.ended(Reason.STREAM_ENDED));
      assertThat(ears.closed.orTimeout(10, SECONDS).join()).isEqualTo("1000 stream-ended");
      assertThat(seat.left()).hasValue(0);
    }
  }

  @ParameterizedTest(name = "{0} closes with {1}")
  @CsvSource({
    "STREAM_ENDED,1000",
    "SHUTTING_DOWN,1001",
    "KICKED,1008",
    "FAILED,1011",
    "MEMORY_LIMIT,1008"
  })
  void theCloseCodeTellsWhy(Reason reason, int code) throws Exception {
    try (HttpClient client = client()) {
      var ears = new Ears();
      dial(client, false, ears);
      Seat seat = seat();
      seat.run(WebSocketResponse::begin);
      seat.run(WebSocketResponse::flush);
      seat.run(sink -> sink.ended(reason));
      assertThat(ears.closed.orTimeout(10, SECONDS).join()).isEqualTo(code + " " + reason.label());
    }
  }

  @Test
  void aRefusalIsAnHttpAnswer() throws Exception {
    try (HttpClient client = client()) {
      var dialled = dial(client, false, new Ears());
      seat().run(sink -> sink.ended(Reason.TOKEN_WRONG));
      assertThatThrownBy(() -> dialled.orTimeout(10, SECONDS).join())
          .hasCauseInstanceOf(WebSocketHandshakeException.class)
          .cause()
          .satisfies(failed ->
              assertThat(((WebSocketHandshakeException) failed).getResponse().statusCode())
                  .isEqualTo(403));
    }
  }

  @Test
  void aViewerThatClosesIsAnsweredAndGone() throws Exception {
    try (HttpClient client = client()) {
      var ears = new Ears();
      var dialled = dial(client, false, ears);
      Seat seat = seat();
      seat.run(WebSocketResponse::begin);
      seat.run(WebSocketResponse::flush);
      dialled.orTimeout(10, SECONDS).join().sendClose(WebSocket.NORMAL_CLOSURE, "enough").join();
      await().atMost(5, SECONDS).untilAtomic(seat.left(), equalTo(1));
      assertThat(ears.closed.orTimeout(10, SECONDS).join()).startsWith("1000");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a frame without mask, 8100",
    "a reserved opcode, 8380000000000000",
    "reserved bits, F080000000000000",
    "a frame past the limit, 82FE100100000000",
    "a ping longer than a ping may be, 89FE007E00000000"
  })
  void bytesThatAreNoFramesEndIt(String what, String hex) throws Exception {
    try (Socket socket = upgrade()) {
      Seat seat = seat();
      seat.run(WebSocketResponse::begin);
      seat.run(WebSocketResponse::flush);
      var in = new DataInputStream(socket.getInputStream());
      TestFront.readHead(in);
      OutputStream out = socket.getOutputStream();
      out.write(HexFormat.of().parseHex(hex));
      out.flush();
      assertThat(in.readUnsignedByte()).as(what).isEqualTo(0x88);
      assertThat(in.readUnsignedByte()).isEqualTo(11);
      assertThat(in.readUnsignedShort()).isEqualTo(1002);
      assertThat(in.readNBytes(9)).asString(StandardCharsets.US_ASCII).isEqualTo("malformed");
      assertThat(in.read()).isEqualTo(-1);
      await().atMost(5, SECONDS).untilAtomic(seat.left(), equalTo(1));
    }
  }

  @Test
  void pingsAreNotAnsweredPastABacklog() throws Exception {
    try (Socket socket = upgrade()) {
      Seat seat = seat();
      seat.run(WebSocketResponse::begin);
      seat.write(Unpooled.wrappedBuffer(new byte[16_000_000])); // far more than kernels hold
      var backlog = new CompletableFuture<Long>();
      byte[] ping = HexFormat.of().parseHex("898000000000");
      for (int i = 0; i < 1_000; i++) {
        socket.getOutputStream().write(ping);
      }
      socket.getOutputStream().write(HexFormat.of().parseHex("888000000000")); // close
      await().atMost(5, SECONDS).untilAtomic(seat.left(), equalTo(1)); // so all were read
      seat.run(sink -> backlog.complete(sink.backlogBytes()));
      assertThat(backlog.join()).isLessThan(16_010_000);
      seat.run(sink -> sink.ended(Reason.TOO_SLOW));
    }
  }

  private Socket upgrade() throws IOException {
    Socket socket = front.connect(false);
    TestFront.request(
        socket,
        "GET /live HTTP/1.1",
        "Upgrade: websocket",
        "Connection: keep-alive, Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: " + KEY);
    return socket;
  }

  @Test
  void theHandshakeIsThatOfTheSpecification() throws Exception {
    try (Socket socket = upgrade()) {
      Seat seat = seat();
      seat.run(WebSocketResponse::begin);
      seat.run(WebSocketResponse::flush);
      assertThat(TestFront.readHead(socket.getInputStream()))
          .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
          .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "no key, 13, , Upgrade, 400",
    "a key that is not 16 bytes, 13, AAAA, Upgrade, 400",
    "a key that is not base64, 13, ======================??, Upgrade, 400",
    "another version, 8, dGhlIHNhbXBsZSBub25jZQ==, Upgrade, 426",
    "no Connection header, 13, dGhlIHNhbXBsZSBub25jZQ==, close, 400"
  })
  void aHandshakeThatIsNotValidIsRefused(
      String what, String version, String key, String connection, int status) throws Exception {
    try (Socket socket = front.connect(false)) {
      TestFront.request(
          socket,
          "GET /live HTTP/1.1",
          "Upgrade: websocket",
          "Connection: " + connection,
          "Sec-WebSocket-Version: " + version,
          "Sec-WebSocket-Key: " + (key == null ? "" : key));
      assertThat(TestFront.readHead(socket.getInputStream()))
          .as(what)
          .startsWith("HTTP/1.1 " + status);
      assertThat(seats).isEmpty();
    }
  }
}
