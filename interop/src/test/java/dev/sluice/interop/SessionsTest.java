package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.interop.Watchers.Target;
import dev.sluice.interop.Watchers.Watcher;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real clients of all forms are one session each, and are ended as their form has it. */
@Needs("ffmpeg")
class SessionsTest {
  private static final String STREAM = "live/sessions";
  private static final Duration BOUND = Duration.ofSeconds(20);

  /** Within so long a connection ends that was kicked; on top of it, what a busy machine takes. */
  private static final long KICK_MS = 1_000;

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest().with("SLUICE_DEFAULTS_RECONNECT_GRACE", "30s");

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  private static List<JsonNode> sessions(String query) throws IOException, InterruptedException {
    HttpResponse<String> answer = SERVER.get("/sluice/v1/sessions?stream=" + STREAM + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode body = new JsonMapper().readTree(answer.body());
    List<JsonNode> list = new ArrayList<>();
    body.get("sessions").forEach(list::add);
    assertThat(body.get("total").asInt()).isEqualTo(list.size());
    return list;
  }

  private static Map<String, Integer> counts() throws IOException, InterruptedException {
    var counts = new TreeMap<String, Integer>();
    for (JsonNode each : sessions("")) {
      counts.merge(
          each.get("action").asString() + " " + each.get("protocol").asString(), 1, Integer::sum);
    }
    return counts;
  }

  private void kick(String protocol, String action) throws IOException, InterruptedException {
    String id =
        sessions("&protocol=" + protocol + "&action=" + action).getFirst().get("id").asString();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(SERVER.http("/sluice/v1/sessions/" + id)))
            .header("Authorization", "Bearer " + SERVER.token())
            .DELETE()
            .build();
    assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(204);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(SERVER.http(path))).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Begins to watch by segments; the address that the viewer was sent to. */
  private String fetching(String file) throws IOException, InterruptedException {
    String address = get("/" + STREAM + file).headers().firstValue("location").orElseThrow();
    assertThat(get(address).statusCode()).isEqualTo(200);
    return address;
  }

  private Watcher ffmpeg() {
    Children.Child player =
        children.start(
            "ffmpeg", "-v", "warning", "-i", SERVER.rtmp(STREAM), "-c", "copy", "-f", "null", "-");
    return new Watcher() {
      @Override
      public boolean ended() {
        return !player.isAlive();
      }

      @Override
      public void stop() {
        player.kill();
      }
    };
  }

  @Test
  void everybodyIsOneSessionAndIsEndedInTime() throws Exception {
    Path clip = Clip.kinds(4).getFirst().make(folder);
    Children.Child encoder = new Publishers(children).ffmpegForever(clip, SERVER.publish(STREAM));
    SERVER.awaitLive(STREAM);
    var watchers = new Watchers(children);
    var target = new Target(SERVER, STREAM);
    Map<String, Watcher> viewers = new LinkedHashMap<>();
    viewers.put("rtmp", ffmpeg());
    viewers.put("flv", watchers.http(target, ".flv", folder.resolve("flv")));
    viewers.put("ws-flv", watchers.webSocketFlv(target, folder.resolve("ws")));
    viewers.put("ts", watchers.http(target, ".ts", folder.resolve("ts")));
    viewers.put("aac", watchers.http(target, ".aac", folder.resolve("aac")));
    Map<String, String> fetchers = new LinkedHashMap<>();
    fetchers.put("hls", fetching("/index.m3u8"));
    fetchers.put("dash", fetching("/index.mpd"));

    var expected = new TreeMap<>(Map.of("publish rtmp", 1));
    viewers.keySet().forEach(protocol -> expected.put("play " + protocol, 1));
    fetchers.keySet().forEach(protocol -> expected.put("play " + protocol, 1));
    Await.until("all to be there", BOUND, () -> counts().equals(expected));
    Await.until(
        "all to have something",
        BOUND,
        () ->
            sessions("&action=play").stream().allMatch(each -> each.get("bytesOut").asLong() > 0)
                && sessions("&action=publish").getFirst().get("bytesIn").asLong() > 0);

    for (Map.Entry<String, Watcher> each : viewers.entrySet()) {
      assertThat(each.getValue().ended()).as(each.getKey()).isFalse();
      long startNs = System.nanoTime();
      kick(each.getKey(), "play");
      Await.until("the end of " + each.getKey(), BOUND, each.getValue()::ended);
      assertThat((System.nanoTime() - startNs) / 1_000_000)
          .as("ms until %s ended", each.getKey())
          .isLessThan(KICK_MS);
      expected.remove("play " + each.getKey());
      assertThat(counts()).isEqualTo(expected);
    }
    for (Map.Entry<String, String> each : fetchers.entrySet()) {
      kick(each.getKey(), "play");
      HttpResponse<String> refused = get(each.getValue());
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("\"kicked\"");
      expected.remove("play " + each.getKey());
      assertThat(counts()).isEqualTo(expected);
    }
    kick("rtmp", "publish");
    Await.until("nobody to be there", Duration.ofMillis(KICK_MS), () -> counts().isEmpty());
    Await.until("the encoder to end", BOUND, () -> !encoder.isAlive());
    for (Watcher each : viewers.values()) {
      each.stop();
    }
    http.close();
  }
}
