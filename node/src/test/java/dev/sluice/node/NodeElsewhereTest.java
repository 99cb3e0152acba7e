package dev.sluice.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.sluice.session.rtmp.RtmpTarget;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A back end in Flussonic's words sends viewers elsewhere, in the way of each protocol. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
class NodeElsewhereTest {
  private static final String YAML =
      """
      access:
        token: the-token-of-all
        play: backend
        backend: {form: flussonic, play: "http://127.0.0.1:PORT/auth"}
      """;
  private static final String WEB = "https://b.example/live/b/index.m3u8?token=secret-there";
  private static final String RTMP = "rtmp://b.example:1936/other/b?token=a/b";

  private final List<String> updates = new CopyOnWriteArrayList<>();
  private BackedNode backed;
  private Node node;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    backed = BackedNode.start(folder, YAML, "/auth", this::reply, "live/a");
    node = backed.node();
  }

  @AfterAll
  void stop() {
    backed.close();
  }

  private void reply(HttpExchange exchange) throws IOException {
    String asked = exchange.getRequestURI().getQuery();
    updates.addAll(asked.contains("request_type=update_session") ? List.of(asked) : List.of());
    exchange.getResponseHeaders().add("X-AuthDuration", "1");
    boolean stays = asked.contains("token=stays");
    if (!stays) {
      exchange
          .getResponseHeaders()
          .add("Location", asked.contains("proto=rtmp") && !asked.contains("web") ? RTMP : WEB);
    }
    exchange.sendResponseHeaders(stays ? 200 : 302, -1);
    exchange.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".flv",
        ".ts",
        ".aac",
        "/index.m3u8",
        ".m3u8",
        "/index.mpd",
        "/index.m3u8?session=0"
      })
  void overHttpItIsARedirect(String suffix) throws Exception {
    HttpResponse<InputStream> answer = backed.get("/live/a" + suffix);
    try (InputStream body = answer.body()) {
      assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
          .contains("\"reason\":\"moved\"")
          .doesNotContain("secret-there");
    }
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().allValues("Location")).isEqualTo(List.of(WEB));
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    HttpResponse<InputStream> stays =
        backed.get("/live/a" + suffix + (suffix.contains("?") ? "&" : "?") + "token=stays");
    stays.body().close();
    assertThat(stays.headers().firstValue("Location").orElse("")).doesNotContain("b.example");
    assertThat(stays.statusCode()).isIn(200, 302);
  }

  @Test
  void itHearsWhatAViewerWhoStaysWasSent() throws Exception {
    HttpResponse<InputStream> flv = backed.get("/live/a.flv?token=stays-long");
    try (InputStream body = flv.body()) {
      assertThat(body.readNBytes(10_000)).hasSize(10_000);
      await().atMost(Duration.ofSeconds(20)).until(() -> bytes().size() >= 2);
    }
    assertThat(bytes()).isSorted().allMatch(bytes -> bytes >= 10_000);
  }

  private List<Long> bytes() {
    return updates.stream()
        .filter(asked -> asked.contains("token=stays-long"))
        .map(asked -> Pattern.compile("&duration=[0-9]+&bytes=([0-9]+)&").matcher(asked))
        .filter(Matcher::find)
        .map(found -> Long.valueOf(found.group(1)))
        .toList();
  }

  private String rtmp(String query) throws IOException {
    int port = requireNonNull(node.rtmpPort());
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var client =
            new SocketRtmp(
                socket, "rtmp://127.0.0.1:" + port + "/live/a" + query, RtmpTarget.Purpose.PLAY)) {
      return client.outcome();
    }
  }

  @Test
  void overRtmpItIsSrss302WhereItCanBe() throws Exception {
    assertThat(rtmp("")).isEqualTo("redirected to b.example:1936");
    assertThat(rtmp("?token=web")).contains("the stream is to be had elsewhere: " + WEB);
    assertThat(rtmp("?token=stays")).isEqualTo("ready");
  }
}
