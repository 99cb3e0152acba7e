package dev.sluice.net.segments;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.endpoint.hls.HlsEndpoint;
import dev.sluice.hub.segments.CutSource;
import dev.sluice.net.AnswerFile;
import dev.sluice.net.TestFront;
import dev.sluice.net.segments.HotSegments.Found;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments that are asked for again and again, over real sockets that are kept. */
@Timeout(60)
class QuickSegmentsTest {
  private static final long START = CutSource.EPOCH_S * 90_000;
  private static final String SECOND = (START + 3 * 90_000) + "";

  /** So heavy that no socket takes all of a segment at once. */
  private static final int WEIGHT = 300;

  private final SegmentsFixture fixture =
      new SegmentsFixture(
          requests -> List.of(new MediaRoutes(requests), new HlsEndpoint(requests)), WEIGHT);

  @TempDir Path folder;

  @AfterEach
  void stop() {
    fixture.close();
  }

  private String session() throws IOException, InterruptedException {
    String location = SegmentsFixture.header(fixture.get("/live/cam/index.m3u8"), "location");
    return location.substring(0, location.lastIndexOf('/') + 1);
  }

  private record Answer(String head, Bytes body) {}

  private static Answer read(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    String head = TestFront.readHead(in);
    int length = Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
    return new Answer(head, Bytes.of(in.readNBytes(length)));
  }

  private static Answer ask(Socket socket, String path) throws IOException {
    TestFront.request(socket, "GET " + path + " HTTP/1.1");
    return read(socket);
  }

  private int files() {
    int[] count = {0};
    fixture.on(() -> count[0] = HotSegments.of(fixture.stream()).files());
    return count[0];
  }

  private long heldBytes() {
    return fixture.memory().usedBytes();
  }

  /** Has transport streams be made from the next segment on. */
  private void wantTransportStreams() {
    fixture.on(() -> fixture.stream().wantTransportStream());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v0-#.m4s", "a1-#.m4s", "#.ts"})
  void theAnswerIsThatOfTheStack(String name) throws Exception {
    wantTransportStreams();
    fixture.until(7.5);
    String file = name.replace("#", SECOND);
    var expected = fixture.get("/live/cam/" + file);
    assertThat(expected.statusCode()).isEqualTo(200);
    String session = session();
    long before = heldBytes();
    try (Socket socket = fixture.front().connect(false)) {
      for (int i = 0; i < 4; i++) {
        Answer answer = ask(socket, session + file);
        assertThat(answer.body).isEqualTo(Bytes.of(expected.body()));
        assertThat(answer.head)
            .startsWith("HTTP/1.1 200 OK\r\n")
            .contains("content-type: " + SegmentsFixture.header(expected, "content-type") + "\r\n")
            .contains("cache-control: public, max-age=31536000, immutable\r\n")
            .containsIgnoringCase("accept-ranges: bytes\r\n");
        assertThat(files()).isEqualTo(i == 0 ? 0 : 1);
      }
    }
    assertThat(heldBytes() - before).isEqualTo(expected.body().length);
    // counted behind the send
    long all = 4L * expected.body().length;
    await().atMost(10, SECONDS).until(() -> fixture.viewers().getFirst().bytesSent() == all);
  }

  /** Players stand on pages of other origins more often than not. */
  @Test
  void aPageOfAnotherOriginMayReadIt() throws Exception {
    fixture.until(7.5);
    String file = "v0-" + SECOND + ".m4s";
    String session = session();
    try (Socket socket = fixture.front().connect(false)) {
      String origin = "Origin: http://elsewhere.example";
      TestFront.request(socket, "GET /live/cam/" + file + " HTTP/1.1", origin);
      List<String> ofStack = crossOrigin(read(socket));
      assertThat(ofStack).hasSize(2);
      for (int i = 0; i < 3; i++) {
        TestFront.request(socket, "GET " + session + file + " HTTP/1.1", origin);
        assertThat(crossOrigin(read(socket))).isEqualTo(ofStack);
      }
    }
    assertThat(files()).isEqualTo(1);
  }

  private static List<String> crossOrigin(Answer answer) {
    return answer
        .head
        .toLowerCase(java.util.Locale.ROOT)
        .lines()
        .filter(line -> line.startsWith("access-control-"))
        .sorted()
        .toList();
  }

  @Test
  void overTlsTheStackAnswers() throws Exception {
    fixture.until(7.5);
    String file = "v0-" + SECOND + ".m4s";
    Bytes expected = Bytes.of(fixture.get("/live/cam/" + file).body());
    String session = session();
    try (Socket socket = fixture.front().connect(true)) {
      for (int i = 0; i < 3; i++) {
        assertThat(ask(socket, session + file).body).isEqualTo(expected);
      }
    }
    assertThat(files()).isZero();
  }

  @Test
  void whatIsAskedForMeanwhileComesBehind() throws Exception {
    fixture.until(7.5);
    String file = "v0-" + SECOND + ".m4s";
    Bytes expected = Bytes.of(fixture.get("/live/cam/" + file).body());
    String session = session();
    try (Socket socket = fixture.front().connect(false)) {
      ask(socket, session + file);
      ask(socket, session + file);
      for (int i = 0; i < 5; i++) { // nothing is read meanwhile
        TestFront.request(socket, "GET " + session + file + " HTTP/1.1");
        TestFront.request(socket, "GET " + session + "index.v0.m3u8 HTTP/1.1");
      }
      for (int i = 0; i < 5; i++) {
        assertThat(read(socket).body).isEqualTo(expected);
        assertThat(new String(read(socket).body.toArray(), StandardCharsets.UTF_8))
            .startsWith("#EXTM3U");
      }
    }
  }

  @Test
  void whatIsGoneFromTheWindowIsFreed() throws Exception {
    fixture.until(7.5);
    String file = "v0-" + SECOND + ".m4s";
    String session = session();
    try (Socket socket = fixture.front().connect(false)) {
      ask(socket, session + file);
      ask(socket, session + file);
      assertThat(files()).isEqualTo(1);
      fixture.until(60);
      assertThat(files()).isZero();
      assertThat(ask(socket, session + file).head).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void aSegmentThatBecomesAnotherIsNotTakenForTheFormer() {
    fixture.on(() -> {
      var hot = new HotSegments(fixture.stream(), folder);
      ByteBuf first = Unpooled.copiedBuffer("first", StandardCharsets.US_ASCII);
      ByteBuf other = Unpooled.copiedBuffer("other one", StandardCharsets.US_ASCII);
      HotSegments.Finder finder = (_, _) -> new Found(List.of(first), "text/plain");
      HotSegments.Finder later = (_, _) -> new Found(List.of(other), "text/plain");
      assertThat(hot.answer("a", finder, true)).isNull();
      AnswerFile answer = hot.answer("a", finder, true);
      assertThat(answer).isNotNull();
      assertThat(answer.bodyBytes()).isEqualTo(5);
      assertThat(hot.answer("a", later, true)).isNull();
      assertThat(answer.refCnt()).isZero();
      answer = hot.answer("a", later, true);
      assertThat(answer).isNotNull();
      assertThat(answer.bodyBytes()).isEqualTo(9);
      hot.close();
      assertThat(answer.refCnt()).isZero();
      assertThat(folder).isEmptyDirectory();
      first.release();
      other.release();
    });
  }

  @Test
  void whereThereIsNoRoomTheStackAnswers() {
    fixture.until(1);
    long before = heldBytes();
    fixture.on(() -> {
      var hot = new HotSegments(fixture.stream(), folder.resolve("missing"));
      ByteBuf bytes = Unpooled.copiedBuffer("bytes", StandardCharsets.US_ASCII);
      HotSegments.Finder finder = (_, _) -> new Found(List.of(bytes), "text/plain");
      for (int i = 0; i < 3; i++) {
        assertThat(hot.answer("a", finder, true)).isNull();
      }
      hot.close();
      bytes.release();
    });
    assertThat(heldBytes()).isEqualTo(before);
  }
}
