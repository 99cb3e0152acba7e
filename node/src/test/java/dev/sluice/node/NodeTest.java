package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.node.config.ConfigSource;
import dev.sluice.restream.ClipSource;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node on free ports: API, list, access and stop. */
class NodeTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path data;
  private final HttpClient http = HttpClient.newHttpClient();
  private Node node;

  @BeforeEach
  void start() throws Exception {
    node = start(Map.of());
  }

  private Node start(Map<String, String> more) throws Exception {
    Map<String, String> env = new HashMap<>(more);
    env.put("SLUICE_DATA", data.toString());
    env.put("SLUICE_HTTP_LISTEN", "127.0.0.1:0");
    env.put("SLUICE_RTMP_LISTEN", "127.0.0.1:0");
    return Node.start(ConfigSource.load(null, env), new Node.Options("test", false));
  }

  @AfterEach
  void stop() {
    node.close();
    http.close();
  }

  private ClipSource play(String name) throws IOException {
    return TestNode.publish(node, name);
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private JsonObject get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = send("GET", path, "Authorization", "Bearer " + token());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private String token() {
    return node.access().token().reveal();
  }

  private InputStream watch(String path) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + node.httpPort() + path);
    return http.send(
            HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofInputStream())
        .body();
  }

  @Test
  void isHealthyAndKeepsItsListToItself() throws Exception {
    assertThat(get("/healthz").getString("status")).isEqualTo("ok");
    assertThat(send("GET", "/sluice/v1/live").statusCode()).isEqualTo(403);
    node.close();
    node = start(Map.of("SLUICE_LISTED", "true"));
    JsonObject live = new JsonObject(send("GET", "/sluice/v1/live").body());
    assertThat(live.getJsonArray("streams")).isEmpty();
    assertThat(live.getInteger("rtmpPort")).isEqualTo(node.rtmpPort());
    assertThat(live.getString("http")).isNull();
    assertThat(live.getString("rtmp")).isNull();
  }

  @Test
  void tellsOthersTheAddressesThatItIsToHave() throws Exception {
    node.close();
    node =
        start(
            Map.of(
                "SLUICE_LISTED", "true",
                "SLUICE_ADVERTISE_HTTP", "https://live.example.com:443",
                "SLUICE_ADVERTISE_RTMP", "rtmp://[2001:db8::7]:1936"));
    JsonObject live = new JsonObject(send("GET", "/sluice/v1/live").body());
    assertThat(live.getString("http")).isEqualTo("https://live.example.com");
    assertThat(live.getString("rtmp")).isEqualTo("rtmp://[2001:db8::7]:1936");
  }

  @Test
  void tellsStreamsAndViewersAndEndsThem() throws Exception {
    try (ClipSource _ = play("live/a");
        InputStream flv = watch("/live/a.flv")) {
      assertThat(flv.readNBytes(3)).containsExactly('F', 'L', 'V');
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            JsonObject stream = get("/sluice/v1/streams/live/a");
            assertThat(stream.getString("state")).isEqualTo("live");
            assertThat(stream.getLong("bytesOut")).isPositive();
          });
      JsonObject stream = get("/sluice/v1/streams/live/a");
      assertThat(stream.getJsonArray("tracks").getJsonObject(0).getString("text"))
          .startsWith("h264 ")
          .endsWith(" fps");
      assertThat(stream.getJsonObject("source").getString("protocol")).isEqualTo("file");
      JsonObject viewer =
          get("/sluice/v1/viewers?stream=live/a").getJsonArray("viewers").getJsonObject(0);
      assertThat(viewer.getString("protocol")).isEqualTo("flv");
      String id = viewer.getString("id");
      assertThat(send("DELETE", "/sluice/v1/viewers/" + id, bearer()).statusCode()).isEqualTo(200);
      assertThat(flv.readAllBytes()).as("the connection ends").isNotNull();
      assertThat(send("DELETE", "/sluice/v1/streams/live/a", bearer()).statusCode()).isEqualTo(200);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(get("/sluice/v1/streams").getJsonArray("streams")).isEmpty());
    }
  }

  private String[] bearer() {
    return new String[] {"Authorization", "Bearer " + token()};
  }

  @Test
  void wantsTheTokenFromStrangersAndNamesWhatIsMissing() throws Exception {
    assertThat(send("GET", "/sluice/v1/streams", "Authorization", "Bearer wrong").statusCode())
        .isEqualTo(403);
    assertThat(send("GET", "/sluice/v1/streams/live/none", bearer()).statusCode()).isEqualTo(404);
    assertThat(send("GET", "/sluice/v1/streams/a%20b", bearer()).statusCode()).isEqualTo(400);
    node.close();
    node = start(Map.of("SLUICE_ACCESS_TRUST_LOOPBACK", "false"));
    assertThat(send("GET", "/sluice/v1/streams").statusCode()).isEqualTo(401);
    assertThat(Files.readString(data.resolve("token")).strip()).isEqualTo(token());
  }

  @Test
  void measuresItselfForWhoHasTheToken() throws Exception {
    try (ClipSource _ = play("live/a")) {
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            HttpResponse<String> answer = send("GET", "/metrics", bearer());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                .contains("sluice_streams{state=\"live\"} 1")
                .contains("sluice_loop_lag_seconds{loop=\"0\"}")
                .contains("sluice_media_memory_bytes{account=\"gop_caches\"}");
          });
    }
    assertThat(send("GET", "/metrics", "Authorization", "Bearer wrong").statusCode())
        .isEqualTo(403);
  }

  @Test
  void refusesADataFolderThatIsInUse() {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> start(Map.of())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use")
        .hasMessageContaining("SLUICE_DATA");
  }
}
