package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.backend.SrsIds;
import dev.sluice.hub.Client;
import dev.sluice.node.Receiver.Answer;
import dev.sluice.node.Receiver.Asked;
import dev.sluice.node.config.ConfigException;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.restream.ClipSource;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node whose receivers are told of who goes. */
@Timeout(60)
class NodeHooksTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path data;

  private Node start(Map<String, String> more) throws IOException, ConfigException {
    Map<String, String> env = new HashMap<>(more);
    env.put("SLUICE_DATA", data.toString());
    env.put("SLUICE_HTTP_LISTEN", "127.0.0.1:0");
    env.put("SLUICE_RTMP_LISTEN", "127.0.0.1:0");
    return Node.start(ConfigSource.load(null, env), new Node.Options("test", false));
  }

  private static ClipSource publish(Node node, String protocol) throws IOException {
    String token = node.access().token().reveal();
    return TestNode.publish(
        node, "live/a", new Client("P-1", protocol, "127.0.0.1", 0, token, "test"));
  }

  @Test
  void receiversHearOfWhoGoesInOrder() throws Exception {
    try (var receiver = new Receiver();
        HttpClient http = HttpClient.newHttpClient();
        Node node =
            start(
                Map.of(
                    "SLUICE_EVENTS_SRS_ON_STOP", receiver.address("/srs?secret=1"),
                    "SLUICE_EVENTS_SRS_ON_UNPUBLISH", receiver.address("/srs?secret=1"),
                    "SLUICE_EVENTS_NGINX_ON_DONE", receiver.address("/nginx")))) {
      receiver.answers(asked -> new Answer(200, asked.path().equals("/nginx") ? "" : "0"));
      try (ClipSource _ = publish(node, "test")) {
        var request =
            HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + node.httpPort() + "/live/a.flv?who=me"));
        try (InputStream flv =
            http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()).body()) {
          assertThat(flv.readNBytes(3)).containsExactly('F', 'L', 'V');
        }
        await().atMost(SOON).until(() -> bodies(receiver, "/srs?secret=1").size() == 1);
      }
      await().atMost(SOON).until(() -> receiver.asked().size() == 4);
      List<String> srs = bodies(receiver, "/srs?secret=1");
      JsonObject stop = new JsonObject(srs.getFirst());
      assertThat(stop.getString("action")).isEqualTo("on_stop");
      assertThat(stop.getString("param")).isEqualTo("?who=me");
      assertThat(new JsonObject(srs.getLast()).getString("action")).isEqualTo("on_unpublish");
      List<String> nginx = bodies(receiver, "/nginx");
      assertThat(nginx.getFirst()).startsWith("who=me&app=live&").contains("&call=done&name=a&");
      assertThat(nginx.getLast()).contains("&clientid=P-1&");
      assertThat(receiver.asked()).extracting(Asked::method).containsOnly("POST");
    }
  }

  private static List<String> bodies(Receiver receiver, String path) {
    return receiver.asked().stream()
        .filter(asked -> asked.path().equals(path))
        .map(Asked::body)
        .toList();
  }

  @Test
  void receiversHearOfSegmentsAndCanHaveThem() throws Exception {
    try (var receiver = new Receiver();
        HttpClient http = HttpClient.newHttpClient();
        Node node =
            start(
                Map.of(
                    "SLUICE_EVENTS_SRS_ON_HLS", receiver.address("/hls"),
                    "SLUICE_EVENTS_SRS_ON_HLS_NOTIFY", receiver.address("/cdn/[ts_url]")))) {
      receiver.answers(_ -> new Answer(200, "0"));
      try (ClipSource _ = publish(node, "test")) {
        await().atMost(SOON).until(() -> receiver.asked().size() >= 2);
        Asked told =
            receiver.asked().stream().filter(asked -> asked.path().equals("/hls")).findAny().get();
        JsonObject segment = new JsonObject(told.body());
        assertThat(segment.getString("action")).isEqualTo("on_hls");
        assertThat(segment.getString("client_id")).isEqualTo("P-1");
        assertThat(segment.getString("m3u8_url")).isEqualTo("live/a.m3u8");
        assertThat(segment.getDouble("duration")).isBetween(0.5, 10.0);
        String url = segment.getString("url");
        await()
            .atMost(SOON)
            .until(() ->
                receiver.asked().stream()
                    .anyMatch(asked -> asked.path().equals("/cdn/" + url) && isGet(asked)));
        var request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + "/" + url));
        byte[] bytes = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()).body();
        assertThat(bytes.length).isPositive();
        assertThat(bytes.length % 188).isZero();
        assertThat(bytes[0]).isEqualTo((byte) 0x47);
      }
    }
  }

  private static boolean isGet(Asked asked) {
    return asked.method().equals("GET");
  }

  @Test
  void aConnectionThatIsNotAllowedDoesNotPublish() throws Exception {
    try (var receiver = new Receiver();
        Node node = start(Map.of("SLUICE_EVENTS_SRS_ON_CONNECT", receiver.address("/connect")))) {
      receiver.answers(asked -> new Answer(200, asked.body().contains("P-1") ? "1" : "0"));
      try (ClipSource _ = publish(node, "rtmp")) {
        await().atMost(SOON).until(() -> receiver.asked().size() == 1);
        assertThat(new JsonObject(receiver.asked().getFirst().body()).getString("action"))
            .isEqualTo("on_connect");
        await().atMost(SOON).until(() -> node.hub().streams().isEmpty());
      }
      receiver.answers(_ -> new Answer(200, "{\"code\":0}"));
      try (ClipSource _ = publish(node, "rtmp")) {
        await().atMost(SOON).until(() -> node.hub().streams().size() == 1);
      }
    }
  }

  @Test
  void saysNowAndThenThatItIsThere() throws Exception {
    assertThat(Heartbeat.body("cam", "192.0.2.1", 4711))
        .isEqualTo(
            "{\"device_id\":\"cam\",\"ip\":\"192.0.2.1\",\"server\":\"sluice\","
                + "\"service\":\"%s\",\"pid\":\"4711\"}".formatted(SrsIds.SERVICE));
    try (var receiver = new Receiver();
        Node _ =
            start(
                Map.of(
                    "SLUICE_EVENTS_HEARTBEAT_URL", receiver.address("/beat"),
                    "SLUICE_EVENTS_HEARTBEAT_INTERVAL", "1s",
                    "SLUICE_EVENTS_HEARTBEAT_IP", "192.0.2.1"))) {
      await().atMost(SOON).until(() -> receiver.asked().size() >= 2);
      long pid = ProcessHandle.current().pid();
      assertThat(receiver.asked())
          .extracting(Asked::body)
          .containsOnly(Heartbeat.body("sluice", "192.0.2.1", pid));
    }
  }
}
