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
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
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

/** The channel seam: exact bytes past the HTTP stack, and its end in every way there is. */
@Timeout(60)
class ProgressiveResponseTest {
  private static final String REFUSAL =
      "{\"error\":{\"reason\":\"not-found\",\"message\":\"nobody is publishing this stream\"}}";

  private final AtomicInteger plain = new AtomicInteger();
  private final LinkedBlockingQueue<Seat> seats = new LinkedBlockingQueue<>();
  private TestFront front;

  /** What the server side of one request has. */
  private record Seat(Loop loop, ProgressiveResponse sink, AtomicInteger left) {
    void run(Consumer<ProgressiveResponse> action) {
      var done = new CompletableFuture<Void>();
      loop.execute(() -> {
        try {
          action.accept(sink);
          done.complete(null);
        } catch (RuntimeException | AssertionError failed) {
          done.completeExceptionally(failed);
        }
      });
      done.orTimeout(10, SECONDS).join();
    }

    long backlog() {
      var backlog = new CompletableFuture<Long>();
      loop.execute(() -> backlog.complete(sink.backlogBytes()));
      return backlog.orTimeout(10, SECONDS).join();
    }

    void write(ByteBuf shared) {
      run(sink -> {
        sink.write(shared.retainedDuplicate());
        sink.flush();
      });
    }
  }

  @BeforeEach
  void start() {
    front = TestFront.start(this::mount);
  }

  private void mount(Router router, Loop loop) {
    Loop hasty = new HastyLoop(loop, 20);
    router
        .get("/live")
        .handler(context -> {
          var sink = ProgressiveResponse.open(context.request(), hasty, "video/x-flv");
          var left = new AtomicInteger();
          sink.onLeft(left::incrementAndGet);
          seats.add(new Seat(loop, sink, left));
        });
    router
        .get("/plain")
        .handler(context -> {
          plain.incrementAndGet();
          context.end("plain");
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

  private static ByteBuf block(SplittableRandom random, int size) {
    var bytes = new byte[size];
    random.nextBytes(bytes);
    return PooledByteBufAllocator.DEFAULT.directBuffer(size, size).writeBytes(bytes);
  }

  private static void free(List<ByteBuf> blocks) {
    await()
        .atMost(10, SECONDS)
        .until(() -> blocks.stream().allMatch(block -> block.refCnt() == 1)); // no other holder
    blocks.forEach(ByteBuf::release);
  }

  private static Bytes bytesOf(List<ByteBuf> blocks) {
    ByteBuf all = Unpooled.buffer();
    blocks.forEach(block -> all.writeBytes(block.duplicate()));
    return Bytes.copyOf(all);
  }

  @ParameterizedTest(name = "TLS: {0}")
  @ValueSource(booleans = {false, true})
  void theWireCarriesTheBlocksAndNothingElse(boolean tls) throws Exception {
    var random = new SplittableRandom(1);
    List<ByteBuf> blocks = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      blocks.add(block(random, random.nextInt(1, 4_000)));
    }
    try (Socket viewer = front.connect(tls)) {
      TestFront.request(viewer, "GET /live HTTP/1.1", "Origin: http://elsewhere.example");
      Seat seat = seat();
      seat.run(ProgressiveResponse::begin);
      var body = CompletableFuture.supplyAsync(() -> headAndBody(viewer));
      for (ByteBuf block : blocks) {
        seat.write(block);
      }
      seat.run(sink -> sink.ended(Reason.STREAM_ENDED));
      HeadAndBody answer = body.orTimeout(20, SECONDS).join();
      assertThat(answer.head())
          .startsWith("HTTP/1.1 200 OK\r\n")
          .containsIgnoringCase("content-type: video/x-flv\r\n")
          .containsIgnoringCase("connection: close\r\n")
          .containsIgnoringCase("access-control-allow-origin: *\r\n")
          .doesNotContainIgnoringCase("transfer-encoding")
          .doesNotContainIgnoringCase("\r\ncontent-length");
      assertThat(answer.body()).isEqualTo(bytesOf(blocks));
      assertThat(seat.left()).hasValue(0); // the end was ours
    }
    free(blocks);
  }

  private record HeadAndBody(String head, Bytes body) {}

  private static HeadAndBody headAndBody(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      return new HeadAndBody(TestFront.readHead(in), Bytes.of(in.readAllBytes()));
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Test
  void anHttp10RequestIsAnsweredAlike() throws Exception {
    var blocks = List.of(block(new SplittableRandom(2), 500));
    try (Socket viewer = front.connect(false)) {
      TestFront.request(viewer, "GET /live HTTP/1.0", "Connection: keep-alive");
      Seat seat = seat();
      seat.run(ProgressiveResponse::begin);
      seat.write(blocks.getFirst());
      seat.run(sink -> sink.ended(Reason.KICKED));
      HeadAndBody answer = headAndBody(viewer);
      assertThat(answer.head()).containsIgnoringCase("connection: close\r\n");
      assertThat(answer.body()).isEqualTo(bytesOf(blocks));
    }
    free(blocks);
  }

  @ParameterizedTest(name = "TLS: {0}")
  @ValueSource(booleans = {false, true})
  void whatASlowViewerDoesNotTakeIsItsBacklog(boolean tls) throws Exception {
    var random = new SplittableRandom(3);
    List<ByteBuf> blocks = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      blocks.add(block(random, 100_000));
    }
    try (Socket viewer = front.connect(tls)) {
      TestFront.request(viewer, "GET /live HTTP/1.1");
      Seat seat = seat();
      seat.run(ProgressiveResponse::begin);
      for (ByteBuf block : blocks) {
        seat.write(block);
      }
      // 16 MB written; the kernels' buffers of both ends hold some of it, at most 6 MB by default
      assertThat(seat.backlog()).isBetween(8_000_000L, 16_100_000L);
      var body = CompletableFuture.supplyAsync(() -> headAndBody(viewer));
      await().atMost(20, SECONDS).until(() -> seat.backlog() == 0);
      seat.run(sink -> sink.ended(Reason.STREAM_ENDED));
      assertThat(body.orTimeout(20, SECONDS).join().body()).isEqualTo(bytesOf(blocks));
    }
    free(blocks);
  }

  @ParameterizedTest(name = "TLS: {0}")
  @ValueSource(booleans = {false, true})
  void aPeerThatLeavesIsNoticedAtOnce(boolean tls) throws Exception {
    Socket waiting = front.connect(tls);
    TestFront.request(waiting, "GET /live HTTP/1.1");
    Seat waitingSeat = seat();
    waiting.close();
    await().atMost(5, SECONDS).untilAtomic(waitingSeat.left(), equalTo(1));

    Socket watching = front.connect(tls);
    TestFront.request(watching, "GET /live HTTP/1.1");
    Seat seat = seat();
    seat.run(ProgressiveResponse::begin);
    var blocks = List.of(block(new SplittableRandom(4), 1_000));
    seat.write(blocks.getFirst());
    TestFront.readHead(watching.getInputStream());
    watching.close();
    await().atMost(5, SECONDS).untilAtomic(seat.left(), equalTo(1));
    seat.write(blocks.getFirst()); // too late, and released
    assertThat(seat.backlog()).isZero();
    free(blocks);
  }

  @ParameterizedTest(name = "TLS: {0}")
  @ValueSource(booleans = {false, true})
  void oneThatIsTooSlowIsResetAndItsBacklogFreed(boolean tls) throws Exception {
    var random = new SplittableRandom(5);
    List<ByteBuf> blocks = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      blocks.add(block(random, 100_000));
    }
    try (Socket viewer = front.connect(tls)) {
      TestFront.request(viewer, "GET /live HTTP/1.1");
      Seat seat = seat();
      seat.run(ProgressiveResponse::begin);
      blocks.forEach(seat::write);
      assertThat(seat.backlog()).isPositive();
      seat.run(sink -> sink.ended(Reason.TOO_SLOW));
      free(blocks);
      assertThatThrownBy(() -> viewer.getInputStream().readAllBytes())
          .isInstanceOf(SocketException.class);
      assertThat(seat.left()).hasValue(0);
    }
  }

  @Test
  void anEndThatNobodyReadsIsCutShort() throws Exception {
    var random = new SplittableRandom(6);
    List<ByteBuf> blocks = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      blocks.add(block(random, 100_000));
    }
    try (Socket viewer = front.connect(false)) {
      TestFront.request(viewer, "GET /live HTTP/1.1");
      Seat seat = seat();
      seat.run(ProgressiveResponse::begin);
      blocks.forEach(seat::write);
      seat.run(sink -> sink.ended(Reason.STREAM_ENDED));
      free(blocks); // after LAST_BYTES_NS, which the hasty loop makes 0.5 s
    }
  }

  /** The head says so (RFC 9112, section 9.6), whatever ends the stream. */
  @ParameterizedTest(name = "{0}, TLS: {1}, {2}")
  @CsvSource({
    "HTTP/1.1, false, STREAM_ENDED",
    "HTTP/1.1, true, STREAM_ENDED",
    "HTTP/1.1, false, KICKED",
    "HTTP/1.0, false, STREAM_ENDED",
    "HTTP/1.0, false, KICKED",
  })
  void whatFollowsTheRequestIsNotServed(String version, boolean tls, Reason end) throws Exception {
    var blocks = List.of(block(new SplittableRandom(7), 2_000));
    String next = "GET /plain " + version;
    try (Socket viewer = front.connect(tls)) {
      TestFront.request(
          viewer, "GET /live " + version, "Host: localhost", "Connection: keep-alive", "", next);
      Seat seat = seat();
      seat.run(ProgressiveResponse::begin);
      for (int i = 0; i < 20; i++) {
        TestFront.request(viewer, next); // and reading goes on all the time
      }
      seat.write(blocks.getFirst());
      seat.run(sink -> sink.ended(end));
      HeadAndBody answer = headAndBody(viewer);
      assertThat(answer.head())
          .startsWith("HTTP/1.1 200 OK\r\n")
          .containsIgnoringCase("connection: close\r\n");
      assertThat(answer.body()).isEqualTo(bytesOf(blocks));
    }
    free(blocks);
    assertThat(plain).hasValue(0);
  }

  @Test
  void aPeerThatHasAskedForMoreIsSeenToLeaveAsAnyOther() throws Exception {
    Socket viewer = front.connect(false);
    TestFront.request(viewer, "GET /live HTTP/1.1", "Host: localhost", "", "GET /plain HTTP/1.1");
    Seat seat = seat();
    seat.run(ProgressiveResponse::begin);
    viewer.close();
    await().atMost(5, SECONDS).untilAtomic(seat.left(), equalTo(1));
  }

  @Test
  void whatFollowsARequestThatIsRefusedIsAnsweredBehindIt() throws Exception {
    try (Socket viewer = front.connect(false)) {
      InputStream in = viewer.getInputStream();
      TestFront.request(viewer, "GET /live HTTP/1.1", "Host: localhost", "", "GET /plain HTTP/1.1");
      seat().run(sink -> sink.ended(Reason.NOT_FOUND));
      String refusal = TestFront.readHead(in);
      assertThat(refusal)
          .startsWith("HTTP/1.1 404 ")
          .doesNotContainIgnoringCase("connection: close");
      assertThat(in.readNBytes(REFUSAL.length())).asString().isEqualTo(REFUSAL);
      assertThat(TestFront.readHead(in)).startsWith("HTTP/1.1 200 ");
      assertThat(in.readNBytes("plain".length())).asString().isEqualTo("plain");
    }
  }

  @Test
  void aRefusalIsAnOrdinaryAnswerOnAConnectionThatLives() throws Exception {
    try (Socket viewer = front.connect(false)) {
      InputStream in = viewer.getInputStream();
      for (int i = 0; i < 3; i++) {
        TestFront.request(viewer, "GET /live HTTP/1.1");
        seat().run(sink -> sink.ended(Reason.NOT_FOUND));
        assertThat(TestFront.readHead(in))
            .startsWith("HTTP/1.1 404 ")
            .containsIgnoringCase("content-type: application/json")
            .doesNotContainIgnoringCase("video/x-flv");
        assertThat(in.readNBytes(REFUSAL.length())).asString().isEqualTo(REFUSAL);
      }
    }
  }

  @Test
  void aRefusalClosesWhenThePeerHadAlreadySentMore() throws Exception {
    try (Socket viewer = front.connect(false)) {
      TestFront.request(viewer, "GET /live HTTP/1.1");
      Seat seat = seat();
      TestFront.request(viewer, "GET /plain HTTP/1.1");
      await()
          .pollInSameThread()
          .atMost(5, SECONDS)
          .until(() -> {
            var seen = new CompletableFuture<Boolean>();
            seat.loop().execute(() -> seen.complete(seenBytes(seat)));
            return seen.join();
          });
      seat.run(sink -> sink.ended(Reason.SHUTTING_DOWN));
      HeadAndBody answer = headAndBody(viewer);
      assertThat(answer.head())
          .startsWith("HTTP/1.1 503 ")
          .containsIgnoringCase("connection: close");
      assertThat(new String(answer.body().toArray(), StandardCharsets.UTF_8))
          .endsWith("}}")
          .doesNotContain("plain");
    }
  }

  private static boolean seenBytes(Seat seat) {
    return ((ProgressiveResponse.Http1) seat.sink()).seam().sawBytes();
  }

  @ParameterizedTest(name = "TLS: {0}")
  @ValueSource(booleans = {false, true})
  void viewersOfTheSameMemoryNeverSeeEachOthersBytes(boolean tls) throws Exception {
    // heap and direct memory with room behind its bytes, as headers and preambles have it
    var shared = List.of(Unpooled.buffer(4_096), Unpooled.directBuffer(4_096));
    shared.forEach(buffer -> buffer.writeBytes(new byte[] {1, 2, 3}));
    try (Socket one = front.connect(tls);
        Socket two = front.connect(tls)) {
      var viewers = List.of(one, two);
      var expected = List.of(new ByteArrayOutputStream(), new ByteArrayOutputStream());
      var asked = new ArrayList<Seat>();
      for (Socket viewer : viewers) {
        TestFront.request(viewer, "GET /live HTTP/1.1");
        asked.add(seat());
      }
      for (int i = 0; i < 2; i++) {
        var own = block(new SplittableRandom(i), 700);
        for (int round = 0; round < 50; round++) {
          int next = round;
          asked
              .get(i)
              .run(sink -> {
                if (next == 0) {
                  sink.begin();
                }
                shared.forEach(buffer -> sink.write(buffer.retainedDuplicate()));
                sink.write(own.retainedDuplicate());
                sink.flush();
              });
          expected.get(i).writeBytes(new byte[] {1, 2, 3, 1, 2, 3});
          expected.get(i).writeBytes(bytesOf(List.of(own)).toArray());
        }
        free(List.of(own));
      }
      for (int i = 0; i < 2; i++) {
        asked.get(i).run(sink -> sink.ended(Reason.STREAM_ENDED));
        assertThat(headAndBody(viewers.get(i)).body())
            .isEqualTo(Bytes.of(expected.get(i).toByteArray()));
      }
      for (ByteBuf buffer : shared) {
        assertThat(buffer.capacity()).isEqualTo(4_096);
        assertThat(buffer.getBytes(3, new byte[4_093]).getByte(3)).isZero(); // behind: untouched
      }
    }
    free(List.copyOf(shared));
  }

  @Test
  void http2CarriesTheSameBytes() throws Exception {
    var random = new SplittableRandom(8);
    List<ByteBuf> blocks = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      blocks.add(block(random, random.nextInt(1, 4_000)));
    }
    try (HttpClient client = HttpClient.newBuilder().sslContext(TestFront.trustingAll()).build()) {
      var answer = client.sendAsync(get("/live"), HttpResponse.BodyHandlers.ofByteArray());
      Seat seat = seat();
      assertThat(seat.sink()).isInstanceOf(Http2Response.class);
      seat.run(ProgressiveResponse::begin);
      blocks.forEach(seat::write);
      await().atMost(10, SECONDS).until(() -> seat.backlog() == 0);
      seat.run(sink -> sink.ended(Reason.STREAM_ENDED));
      HttpResponse<byte[]> whole = answer.orTimeout(10, SECONDS).join();
      assertThat(whole.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(whole.headers().firstValue("content-type")).contains("video/x-flv");
      assertThat(whole.body()).isEqualTo(bytesOf(blocks).toArray());
    }
    free(blocks);
  }

  @Test
  void http2CountsItsBacklogAndFreesItWhenThePeerLeaves() throws Exception {
    var random = new SplittableRandom(9);
    List<ByteBuf> blocks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      blocks.add(block(random, 100_000));
    }
    Seat seat;
    try (HttpClient client = HttpClient.newBuilder().sslContext(TestFront.trustingAll()).build()) {
      var answer = client.sendAsync(get("/live"), HttpResponse.BodyHandlers.ofInputStream());
      seat = seat();
      seat.run(ProgressiveResponse::begin);
      blocks.forEach(seat::write);
      InputStream body = answer.orTimeout(10, SECONDS).join().body();
      assertThat(seat.backlog()).isGreaterThan(2_000_000);
      body.close();
    }
    await().atMost(10, SECONDS).untilAtomic(seat.left(), equalTo(1));
    free(blocks);
  }

  @Test
  void http2RefusesAlike() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(TestFront.trustingAll()).build()) {
      var answer = client.sendAsync(get("/live"), HttpResponse.BodyHandlers.ofString());
      seat().run(sink -> sink.ended(Reason.VIEWER_LIMIT));
      HttpResponse<String> whole = answer.orTimeout(10, SECONDS).join();
      assertThat(whole.statusCode()).isEqualTo(503);
      assertThat(whole.body()).contains("\"viewer-limit\"");
    }
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + front.tlsPort() + path))
        .build();
  }
}
