package dev.sluice.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.sluice.access.Session;
import dev.sluice.access.SessionFilter;
import dev.sluice.media.StreamName;
import dev.sluice.session.rtmp.RtmpTarget;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A back end in nginx-rtmp's words gives clients another stream than the one they ask for. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
class NodeSentTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String YAML =
      """
      access:
        token: the-token-of-all
        trustLoopback: false
        recheck: 1s
        play: backend
        publish: [token, backend]
        backend:
          form: nginx
          play: "http://127.0.0.1:PORT/"
          publish: "http://127.0.0.1:PORT/"
          update: "http://127.0.0.1:PORT/"
        rules:
          - streams: live/closed
            needs: nobody
          - streams: live/signed
            needs: token
          - streams: live/open
            needs: anybody
      """;

  /** Where the back end sends who asks for a stream: by its last element. */
  private static final Map<String, String> SENT =
      Map.of(
          "a", "b",
          "b", "a",
          "to-closed", "closed",
          "to-signed", "signed",
          "to-open", "open",
          "to-images", "../images/x",
          "to-http", "http://127.0.0.1/b",
          "to-rtmp", "rtmp://b.example:1936/other/b",
          "key", "camera");

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private BackedNode backed;
  private Node node;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    backed = BackedNode.start(folder, YAML, "/", this::reply, "live/b");
    node = backed.node();
  }

  @AfterAll
  void stop() {
    backed.close();
  }

  private void reply(HttpExchange exchange) throws IOException {
    String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(form);
    String location = form.contains("call=update_") ? null : SENT.get(field(form, "name"));
    if (location != null) {
      exchange.getResponseHeaders().add("Location", location);
    }
    exchange.sendResponseHeaders(location == null ? 200 : 302, -1);
    exchange.close();
  }

  private static String field(String form, String name) {
    return Arrays.stream(form.split("&"))
        .filter(each -> each.startsWith(name + "="))
        .map(each -> each.substring(name.length() + 1))
        .findFirst()
        .orElse("");
  }

  private SocketRtmp rtmp(String stream, RtmpTarget.Purpose purpose) throws IOException {
    int port = requireNonNull(node.rtmpPort());
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    return new SocketRtmp(socket, "rtmp://127.0.0.1:" + port + "/" + stream, purpose);
  }

  private List<String> sessions() {
    return node.access().sessions().list(SessionFilter.ALL, 0, 1_000).sessions().stream()
        .map(Session::stream)
        .toList();
  }

  @Test
  void aPlayerOfRtmpPlaysTheOtherStreamAndIsToldOfAsWhatItAskedFor() throws Exception {
    asked.clear();
    try (SocketRtmp player = rtmp("live/a", RtmpTarget.Purpose.PLAY)) {
      assertThat(player.outcome()).isEqualTo("ready");
      assertThat(sessions()).contains("live/b").doesNotContain("live/a");
      assertThat(node.access().sessions().crowd(StreamName.parse("live/b")).stream()).isOne();
      assertThat(node.hub().stream(StreamName.parse("live/a"))).isNull();
      await().atMost(SOON).until(() -> asked.size() >= 3);
    }
    assertThat(asked.stream().map(form -> field(form, "call")).limit(3))
        .containsExactly("play", "update_play", "update_play");
    assertThat(asked).allMatch(form -> field(form, "name").equals("a"), "names what it asked for");
  }

  @Test
  void aPublisherPublishesTheOtherStream() throws Exception {
    try (SocketRtmp publisher = rtmp("live/key", RtmpTarget.Purpose.PUBLISH)) {
      assertThat(publisher.outcome()).isEqualTo("ready");
      await().atMost(SOON).until(() -> sessions().contains("live/camera"));
      assertThat(node.hub().stream(StreamName.parse("live/camera"))).isNotNull();
      assertThat(node.hub().stream(StreamName.parse("live/key"))).isNull();
    }
  }

  @ParameterizedTest(name = "a player of {0}: {1}")
  @CsvSource({
    "live/to-open, ready",
    "live/to-closed, nobody may do that here",
    "live/to-signed, a token is needed here",
    "live/to-images, it is not allowed",
    "live/to-http, it is not allowed",
    "live/to-rtmp, redirected to b.example:1936"
  })
  void theRulesOfTheOtherStreamHold(String stream, String outcome) throws Exception {
    try (SocketRtmp player = rtmp(stream, RtmpTarget.Purpose.PLAY)) {
      assertThat(player.outcome()).contains(outcome);
    }
  }

  @Test
  void nothingIsPushedElsewhere() throws Exception {
    try (SocketRtmp publisher = rtmp("live/to-rtmp", RtmpTarget.Purpose.PUBLISH)) {
      assertThat(publisher.outcome()).contains("it is not allowed");
    }
  }

  @Test
  void overHttpItIsTheOtherStreamAtTheSameAddress() throws Exception {
    HttpResponse<InputStream> flv = backed.get("/live/a.flv");
    try (InputStream body = flv.body()) {
      assertThat(flv.statusCode()).isEqualTo(200);
      assertThat(body.readNBytes(3)).containsExactly('F', 'L', 'V');
      assertThat(sessions()).contains("live/b").doesNotContain("live/a");
    }
  }

  @ParameterizedTest
  @CsvSource({"/index.m3u8", "/index.mpd"})
  void aSessionIsOneOfTheOtherStream(String what) throws Exception {
    HttpResponse<InputStream> sent = backed.get("/live/a" + what + "?quality=1");
    sent.body().close();
    assertThat(sent.statusCode()).isEqualTo(302);
    String there = sent.headers().firstValue("Location").orElse("");
    assertThat(there).matches("/s/[A-Za-z0-9_-]{22}/live/b" + what + "\\?quality=1");
    HttpResponse<InputStream> list = backed.get(there);
    try (InputStream body = list.body()) {
      assertThat(list.statusCode()).isEqualTo(200);
      assertThat(body.readAllBytes()).isNotEmpty();
    }
  }

  @Test
  void whoHasNoSessionIsNotSent() throws Exception {
    HttpResponse<InputStream> refused = backed.get("/live/a/index.m3u8?session=0");
    refused.body().close();
    assertThat(refused.statusCode()).isEqualTo(403);
  }
}
