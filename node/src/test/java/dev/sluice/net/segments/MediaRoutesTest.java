package dev.sluice.net.segments;

import static dev.sluice.net.segments.SegmentsFixture.assertRefused;
import static dev.sluice.net.segments.SegmentsFixture.header;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.Loop;
import dev.sluice.hub.segments.CutSource;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.TestFront;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments that are asked for while they are made. */
@Timeout(60)
class MediaRoutesTest {
  private static final long START = CutSource.EPOCH_S * 90_000;

  /** From second 3 to 5: with periods of 2 s and a key frame each second, cuts are at odd ones. */
  private static final String OPEN = "/live/cam/v0-" + (START + 3 * 90_000) + ".m4s";

  private final SegmentsFixture fixture = new SegmentsFixture(_ -> (_, _) -> {});

  @AfterEach
  void stop() {
    fixture.close();
  }

  private HttpRequest.Builder request(boolean http2, String path) {
    return http2 ? fixture.secure(path) : fixture.request(path);
  }

  @ParameterizedTest(name = "HTTP/2: {0}")
  @ValueSource(booleans = {false, true})
  void aSegmentIsSentAsItIsMade(boolean http2) throws Exception {
    fixture.until(3.5);
    HttpResponse<InputStream> growing =
        fixture.send(request(http2, OPEN), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(growing.statusCode()).isEqualTo(200);
    assertThat(header(growing, "content-type")).isEqualTo("video/mp4");
    assertThat(header(growing, "cache-control")).contains("immutable");
    assertThat(growing.headers().firstValue("content-length")).isEmpty();
    InputStream body = growing.body();
    byte[] first = body.readNBytes(1_000); // what is there comes before the rest is made
    assertThat(new String(first, 4, 4, US_ASCII)).isEqualTo("styp");
    fixture.until(4.5);
    byte[] second = body.readNBytes(1_000);
    fixture.until(5.5);
    byte[] rest = body.readAllBytes();
    byte[] whole = fixture.get(OPEN).body();
    assertThat(first).isEqualTo(Arrays.copyOfRange(whole, 0, 1_000));
    assertThat(second).isEqualTo(Arrays.copyOfRange(whole, 1_000, 2_000));
    assertThat(rest).isEqualTo(Arrays.copyOfRange(whole, 2_000, whole.length));
  }

  @Test
  void soundIsFoundByItsOwnTime() throws Exception {
    fixture.until(6.5);
    long frame = (48_000L * 3 + 1_023) / 1_024 * 1_024; // the first behind the cut
    long own = CutSource.EPOCH_S * 48_000 + frame;
    byte[] byName = fixture.get("/live/cam/a1-" + (START + 3 * 90_000) + ".m4s").body();
    HttpResponse<byte[]> byTime = fixture.get("/live/cam/a1-" + own + ".m4s");
    assertThat(byTime.statusCode()).isEqualTo(200);
    assertThat(byTime.body()).isEqualTo(byName);
    assertThat(header(byTime, "content-length")).isEqualTo(Integer.toString(byName.length));
    assertRefused(fixture.get("/live/cam/a1-" + (own + 1) + ".m4s"), 404, "not-found");
  }

  @Test
  void whoComesBeforeTheFirstPartWaitsForIt() throws Exception {
    fixture.until(3.08);
    CompletableFuture<HttpResponse<byte[]>> early = fixture.sendLater(fixture.request(OPEN));
    fixture.awaitWaiting(1);
    fixture.until(6.5);
    assertThat(early.get(10, SECONDS).body()).isEqualTo(fixture.get(OPEN).body());
  }

  /** HTTP/1.0 has no chunks: it gets the segment when its length is known. */
  @Test
  void anOldClientGetsTheWhole() throws Exception {
    fixture.until(3.5);
    try (Socket socket = fixture.front().connect(false)) {
      TestFront.request(socket, "GET " + OPEN + " HTTP/1.0");
      fixture.awaitWaiting(1);
      fixture.until(6.5);
      String head = TestFront.readHead(socket.getInputStream());
      int length = fixture.get(OPEN).body().length;
      assertThat(head).containsIgnoringCase("content-length: " + length);
    }
  }

  @Test
  void theHeadOfASegmentThatIsMadeHasNoLength() throws Exception {
    fixture.until(3.5);
    HttpResponse<byte[]> head =
        fixture.send(fixture.request(OPEN).method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "content-type")).isEqualTo("video/mp4");
    fixture.until(5.5);
    fixture.awaitWaiting(0);
  }

  /** Nobody takes a part of a segment for all of it. */
  @ParameterizedTest(name = "HTTP/2: {0}")
  @ValueSource(booleans = {false, true})
  void whatIsNeverFinishedIsBrokenOff(boolean http2) throws Exception {
    fixture.until(3.5);
    HttpResponse<InputStream> growing =
        fixture.send(request(http2, OPEN), HttpResponse.BodyHandlers.ofInputStream());
    growing.body().readNBytes(100);
    fixture.forget();
    assertThatThrownBy(() -> growing.body().readAllBytes()).isInstanceOf(IOException.class);
  }

  @Test
  void whoLeavesIsForgotten() throws Exception {
    fixture.until(3.5);
    try (Socket socket = fixture.front().connect(false)) {
      TestFront.request(socket, "GET " + OPEN + " HTTP/1.1");
      TestFront.readHead(socket.getInputStream());
      fixture.awaitWaiting(1);
    }
    double[] untilS = {3.5};
    await()
        .atMost(10, SECONDS)
        .until(() -> { // each part asks who is still there
          untilS[0] = Math.min(4.9, untilS[0] + 0.04);
          fixture.until(untilS[0]);
          int[] waiting = {0};
          fixture.on(() -> waiting[0] = fixture.stream().waiting());
          return waiting[0] == 0;
        });
  }

  /** Who does not read is bounded in time, and what it makes wait is one segment at most. */
  @Test
  void whoTakesNothingIsEnded() throws Exception {
    Function<SegmentRequests, List<HttpRoutes>> hasty =
        requests -> List.of((router, loop) -> new MediaRoutes(requests).mount(router, hasty(loop)));
    try (SegmentsFixture heavy = new SegmentsFixture(hasty, 300);
        Socket socket = new Socket()) {
      heavy.until(3.5);
      socket.setReceiveBufferSize(4_096);
      socket.setSoTimeout(10_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), heavy.front().port()));
      TestFront.request(socket, "GET " + OPEN + " HTTP/1.1");
      TestFront.readHead(socket.getInputStream());
      heavy.until(5.5);
      await().atMost(20, SECONDS).until(() -> heavy.front().front().connections() == 0);
      assertThat(heavy.get(OPEN).body().length).isGreaterThan(3 << 20);
    }
  }

  /** A loop on which time passes twenty times as fast. */
  private static Loop hasty(Loop loop) {
    return new Loop() {
      @Override
      public int index() {
        return loop.index();
      }

      @Override
      public void execute(Runnable task) {
        loop.execute(task);
      }

      @Override
      public Timer schedule(Runnable task, long delayNs) {
        return loop.schedule(task, delayNs / 20);
      }

      @Override
      public boolean inLoop() {
        return loop.inLoop();
      }

      @Override
      public long nowNs() {
        return 20 * loop.nowNs();
      }
    };
  }

  @Test
  void whatIsNotThereIsToldAtOnce() throws Exception {
    fixture.until(3.5);
    assertRefused(fixture.get("/live/cam/v0-1.m4s"), 404, "not-found");
    assertRefused(fixture.get("/live/cam/v0-" + (START + 60 * 90_000) + ".m4s"), 404, "not-found");
    String beyond = "/live/cam/v0-" + (START + 3 * 90_000) + ".99.m4s";
    assertRefused(fixture.get(beyond), 404, "not-found");
  }

  /** It was told of by another server that is ahead. */
  @ParameterizedTest
  @ValueSource(strings = {"v0-#.m4s", "v0-#.0.m4s", "v0-#.4.m4s", "a1-#.m4s"})
  void whatOthersHaveAlreadyIsWaitedFor(String name) throws Exception {
    fixture.until(3.5);
    String path = "/live/cam/" + name.replace("#", (START + 5 * 90_000) + "");
    CompletableFuture<HttpResponse<byte[]>> early = fixture.sendLater(fixture.request(path));
    fixture.awaitWaiting(1);
    fixture.until(8.5);
    HttpResponse<byte[]> answer = early.get(10, SECONDS);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isNotEmpty().isEqualTo(fixture.get(path).body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v0-#.m4s", "v0-#.0.m4s", "a1-#.m4s"})
  void whatNeverComesIsRefusedWhenThatIsClear(String name) throws Exception {
    fixture.until(3.5);
    String path = "/live/cam/" + name.replace("#", (START + 4 * 90_000) + "");
    CompletableFuture<HttpResponse<byte[]>> early = fixture.sendLater(fixture.request(path));
    fixture.awaitWaiting(1);
    fixture.until(8.5);
    assertRefused(early.get(10, SECONDS), 404, "not-found");
  }
}
