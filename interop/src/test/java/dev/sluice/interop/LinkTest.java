package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two servers, one of which has its streams from the other, and an encoder. {@code
 * -Dalternate.seconds=600} has a browser play from both for ten minutes.
 */
@Needs("ffmpeg")
class LinkTest {
  private static final String KEY = "0123456789abcdefghijklmnop";
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int ALTERNATE_SECONDS = Integer.getInteger("alternate.seconds", 5);

  @RegisterExtension
  static final ServerUnderTest SOURCE =
      new ServerUnderTest()
          .with("SLUICE_CLUSTER_KEY", KEY)
          .with("SLUICE_DEFAULTS_RECONNECT_GRACE", "5s");

  private static final LinkProxy PROXY = proxy();

  private static LinkProxy proxy() {
    try {
      return new LinkProxy();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  @RegisterExtension
  static final ServerUnderTest EDGE =
      new ServerUnderTest().following(KEY, PROXY::port).with("SLUICE_CLUSTER_LINGER", "2s");

  @RegisterExtension final Children children = new Children();

  @BeforeAll
  static void connect() {
    PROXY.source(SOURCE.httpPort());
  }

  @AfterAll
  static void close() throws IOException {
    PROXY.close();
  }

  @TempDir Path folder;

  @Test
  void aWrongSegmentIsReplacedAndReported() throws IOException, InterruptedException {
    Path clip = new Clip("wrong", "25", 48_000, 2, 20).make(folder);
    Children.Child encoder =
        new Publishers(children).ffmpegForever(clip, SOURCE.publish("live/wrong"));
    SOURCE.awaitLive("live/wrong");
    var here = new HlsRecord(SOURCE, "live/wrong", false);
    var there = new HlsRecord(EDGE, "live/wrong", true);
    int before = until("segments at both", 10, here, there);
    assertThat(EDGE.log()).doesNotContain("stream=live/wrong what=\"h264 of segment");
    PROXY.tamper();
    Await.until(
        "the edge to see it",
        BOUND,
        () -> EDGE.log().contains("segment-replaced stream=live/wrong what=\"h264 of segment"));
    // who fetched it in the meantime has what was wrong; who comes now has not
    var later = new HlsRecord(EDGE, "live/wrong", true);
    until("segments afterwards", before, here, later);
    assertThat(EDGE.get("/metrics").body()).contains("sluice_segments_replaced_total 1.0");
    encoder.kill();
  }

  /** Each request goes to the other one, whatever it is for: to a player they are one server. */
  @Test
  @Needs({"chromium", "node"})
  void aPlayerMayAskEitherAtEachRequest() throws IOException, InterruptedException {
    List<String> command = Cadence.ALIGNED.encoder();
    command.addAll(List.of("-f", "flv", SOURCE.publish("live/both")));
    Children.Child encoder = children.start(Map.of(), command);
    SOURCE.awaitLive("live/both");
    // to an edge that has nothing yet every beginning is slow
    until(
        "segments at both",
        4,
        new HlsRecord(SOURCE, "live/both", false),
        new HlsRecord(EDGE, "live/both", true));
    try (AlternatingProxy proxy = new AlternatingProxy(List.of(SOURCE, EDGE));
        PlayedPage page = new PlayedPage(children, proxy.http("/player/live/both?engine=hls"))) {
      page.awaitPlaying();
      long offline = page.phases("offline"); // until the edge has it
      long sinceNs = System.nanoTime();
      Duration time = Duration.ofSeconds(ALTERNATE_SECONDS);
      Await.until(
          time + " to pass",
          time.plus(BOUND),
          () -> {
            assertThat(page.ended()).as(page.describe()).isFalse();
            return System.nanoTime() - sinceNs >= time.toNanos();
          });
      JsonNode verdict = page.verdict();
      System.out.printf(
          "%d segments and parts of the source, %d of the edge, %d and %d refused; %s%n",
          proxy.segmentsOf(0),
          proxy.segmentsOf(1),
          proxy.refusedBy(0),
          proxy.refusedBy(1),
          verdict);
      assertThat(verdict.path("stalls")).as("%s", verdict).isEmpty();
      assertThat(verdict.path("playedSeconds").asDouble())
          .as("%s", verdict)
          .isGreaterThan(ALTERNATE_SECONDS * 0.9);
      assertThat(page.phases("offline")).as("%s", verdict).isEqualTo(offline);
      for (int server = 0; server < 2; server++) {
        assertThat(proxy.segmentsOf(server))
            .as("server %d", server)
            .isGreaterThan(ALTERNATE_SECONDS / 2); // playlists may fall to one, media to the other
      }
    }
    encoder.kill();
  }

  /** Looks at both until they have so many segments in common, which are the same. */
  private static int until(String what, int count, HlsRecord here, HlsRecord there) {
    int[] common = new int[1];
    Await.until(
        what,
        BOUND,
        () -> {
          here.look("v0", "a1");
          there.look("v0", "a1");
          common[0] = there.assertSame(here);
          return common[0] >= count;
        });
    return common[0];
  }

  @Test
  void viewersOfTheEdgeGetTheStreamAndItIsFetchedOnlyForThem()
      throws IOException, InterruptedException {
    Path clip = new Clip("edge", "25", 44_100, 0, 10).make(folder);
    Children.Child encoder =
        new Publishers(children).ffmpegForever(clip, SOURCE.publish("live/watched"));
    SOURCE.awaitLive("live/watched");
    Path seen = folder.resolve("seen.flv");
    children.run(
        Duration.ofSeconds(40),
        ("ffmpeg -v error -y -t 4 -i " + EDGE.http("/live/watched.flv") + " -c copy " + seen)
            .split(" "));
    children.run(
        Duration.ofSeconds(40),
        ("ffmpeg -v error -y -t 4 -i " + EDGE.rtmp("live/watched") + " -c copy -f flv " + seen)
            .split(" "));
    assertThat(Frames.of(seen).video()).hasSizeGreaterThan(60);
    Await.until(
        "the edge to let go of the stream",
        BOUND,
        () -> !SOURCE.get("/sluice/v1/streams/live/watched").body().contains("\"link\""));
    encoder.kill();
  }

  @Test
  void nobodyElseHasTheStreams() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(SOURCE.http("/link/v1/media/live/link")))
                    .header("Authorization", "Bearer " + KEY)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("link-proof");
    assertThat(SOURCE.get("/metrics").body())
        .contains("sluice_connections_refused_total{reason=\"token-missing\"}");
  }
}
