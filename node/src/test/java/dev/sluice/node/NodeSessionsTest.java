package dev.sluice.node;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.Action;
import dev.sluice.access.LinkForm;
import dev.sluice.access.Token;
import dev.sluice.hub.Loop;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.restream.ClipSource;
import dev.sluice.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of a whole node: listed, limited, ended, explained. */
class NodeSessionsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String SECRET = "the-signing-secret";
  private static final String SESSIONS = "/sluice/v1/sessions";
  private static final String REVOCATIONS = "/sluice/v1/access/revocations";

  @TempDir Path data;
  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init") // each test starts it
  private Node node;

  private void start(String... more) throws Exception {
    Map<String, String> env = new HashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      env.put(more[i], more[i + 1]);
    }
    env.put("SLUICE_DATA", data.toString());
    env.put("SLUICE_HTTP_LISTEN", "127.0.0.1:0");
    env.put("SLUICE_RTMP_LISTEN", "127.0.0.1:0");
    node = Node.start(ConfigSource.load(null, env), new Node.Options("test", false));
  }

  @AfterEach
  void stop() {
    node.close();
    http.close();
  }

  private ClipSource play(String name) throws IOException {
    return TestNode.publish(node, name);
  }

  private String token() {
    return node.access().token().reveal();
  }

  private HttpResponse<String> api(String method, String path, @Nullable String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri(path))
            .header("Authorization", "Bearer " + token())
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonObject get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = api("GET", path, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private JsonArray sessions(String query) throws IOException, InterruptedException {
    return get(SESSIONS + query).getJsonArray("sessions");
  }

  private JsonObject only(String query) throws IOException, InterruptedException {
    JsonArray all = sessions(query);
    assertThat(all).hasSize(1);
    return all.getJsonObject(0);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }

  /** The answer to a viewer, whose redirects are not followed. */
  private HttpResponse<String> viewer(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private InputStream watch(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        http.send(
            HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String reason) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"reason\":\"" + reason + "\"");
  }

  @Test
  void everybodyIsListedAndEnded() throws Exception {
    start();
    try (ClipSource _ = play("live/a");
        InputStream flv = watch("/live/a.flv")) {
      assertThat(flv.readNBytes(3)).containsExactly('F', 'L', 'V');
      String index = viewer("/live/a/index.m3u8").headers().firstValue("location").orElseThrow();
      assertThat(viewer(index).statusCode()).isEqualTo(200);

      JsonObject publisher = only("?action=publish");
      assertThat(publisher.getString("protocol")).isEqualTo("file");
      assertThat(publisher.getString("state")).isEqualTo("publishing");
      assertThat(publisher.getLong("bytesIn")).isPositive();
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            JsonObject playlist = only("?protocol=hls&stream=live/a");
            assertThat(playlist.getLong("bytesOut")).isPositive();
            assertThat(playlist.getLong("delayMs")).as("nobody knows").isNull();
          });
      JsonObject viewer = only("?protocol=flv&action=play");
      assertThat(viewer.getLong("bytesOut")).isPositive();
      assertThat(viewer.getString("address")).isEqualTo("127.0.0.1");
      assertThat(viewer.getString("agent")).startsWith("Java-http-client");
      assertThat(System.currentTimeMillis() - viewer.getLong("startMs")).isBetween(0L, 20_000L);
      assertThat(sessions("?stream=live/b")).isEmpty();
      assertThat(sessions("?user=alice")).isEmpty();

      JsonObject first = get(SESSIONS + "?limit=2");
      assertThat(first.getInteger("total")).isEqualTo(3);
      JsonObject second = get(SESSIONS + "?limit=2&cursor=" + first.getString("next"));
      assertThat(second.getJsonArray("sessions")).hasSize(1);
      assertThat(second.getString("next")).isNull();

      String id = viewer.getString("id");
      assertThat(get(SESSIONS + "/" + id).getString("connection"))
          .isEqualTo(viewer.getString("connection"));
      assertThat(api("DELETE", SESSIONS + "/" + id, null).statusCode()).isEqualTo(204);
      assertThat(flv.readAllBytes()).as("the connection ends").isNotNull();
      String hls = only("?protocol=hls").getString("id");
      assertThat(api("DELETE", SESSIONS + "/" + hls, null).statusCode()).isEqualTo(204);
      assertRefused(viewer(index), 403, "kicked");
      assertThat(sessions("?action=play")).isEmpty();
      for (String gone : new String[] {id, hls, "nobody", "%2F"}) {
        assertThat(api("DELETE", SESSIONS + "/" + gone, null).statusCode()).isEqualTo(404);
        assertThat(api("GET", SESSIONS + "/" + gone, null).statusCode()).isEqualTo(404);
      }
      String source = publisher.getString("id");
      assertThat(api("DELETE", SESSIONS + "/" + source, null).statusCode()).isEqualTo(204);
      await().atMost(SOON).until(() -> sessions("").isEmpty());
    }
  }

  /** A client whose connection is on a loop that has time. */
  private HttpClient beside() throws Exception {
    while (true) {
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      HttpRequest look =
          HttpRequest.newBuilder(uri("/healthz")).timeout(Duration.ofMillis(500)).build();
      try {
        client.send(look, HttpResponse.BodyHandlers.discarding());
        return client;
      } catch (HttpTimeoutException onTheBlockedOne) {
        client.shutdownNow();
      }
    }
  }

  @Test
  void whoWasKickedIsRefusedAlsoWhereHisLoopIsBusy() throws Exception {
    start("SLUICE_EVENT_LOOPS", "2");
    try (ClipSource _ = play("live/a")) {
      String index = viewer("/live/a/index.m3u8").headers().firstValue("location").orElseThrow();
      String playlist = index.replace("index.m3u8", "index.v0.m3u8");
      assertThat(viewer(index).statusCode()).isEqualTo(200);
      assertThat(viewer(playlist).statusCode()).isEqualTo(200);
      String id = only("?protocol=hls").getString("id");
      Loop busy = Objects.requireNonNull(node.access().sessions().find(id)).visit().loop();
      var free = new CountDownLatch(1);
      busy.execute(() -> Await.until("to be free", () -> free.getCount() == 0));
      try (HttpClient operator = beside();
          HttpClient player = beside()) {
        HttpRequest kick =
            HttpRequest.newBuilder(uri(SESSIONS + "/" + id))
                .header("Authorization", "Bearer " + token())
                .DELETE()
                .build();
        HttpRequest next = HttpRequest.newBuilder(uri(playlist)).build();
        CompletableFuture<HttpResponse<Void>> kicked =
            operator.sendAsync(kick, HttpResponse.BodyHandlers.discarding());
        CompletableFuture<HttpResponse<String>> refused =
            kicked.thenCompose(_ -> player.sendAsync(next, HttpResponse.BodyHandlers.ofString()));
        assertThatThrownBy(() -> kicked.get(500, MILLISECONDS))
            .as("while the loop is busy")
            .isInstanceOf(TimeoutException.class);
        free.countDown();
        assertRefused(refused.get(20, SECONDS), 403, "kicked");
      }
    }
  }

  @Test
  void whatCannotBeMeantIsRefused() throws Exception {
    start();
    for (String query :
        "limit=0 limit=1001 limit=x limit= cursor=A cursor= action=pull".split(" ")) {
      assertRefused(api("GET", SESSIONS + "?" + query, null), 400, "malformed");
    }
    for (String body :
        new String[] {
          "",
          "[]",
          "7",
          "{}",
          "{\"user\":7}",
          "{\"user\":\"\"}",
          "{\"user\":\"a\",\"session\":\"b\"}",
          "{\"user\":\"a\",\"forS\":0}",
          "{\"user\":\"a\",\"forS\":2592001}",
          "{\"user\":\"a\",\"forS\":99999999999}",
          "{\"user\":\"a\",\"forS\":\"1\"}",
          "{\"user\":\"a\",\"for\":1}",
          "{\"user\":"
        }) {
      assertRefused(api("POST", REVOCATIONS, body), 400, "malformed");
    }
    String longest = "{\"user\":\"" + "a".repeat(256) + "\"}";
    assertThat(api("POST", REVOCATIONS, longest).statusCode()).isEqualTo(201);
    assertRefused(api("POST", REVOCATIONS, longest.replace("\"}", "a\"}")), 400, "malformed");
  }

  private static String signed(String stream, String user, int sessions, long forMs) {
    long untilS = (System.currentTimeMillis() + forMs) / 1_000;
    return LinkForm.sign(Action.PLAY, stream, new Token(SECRET), untilS, "", user, sessions);
  }

  private void startSigned() throws Exception {
    start("SLUICE_ACCESS_PLAY", "signed", "SLUICE_ACCESS_SIGNED_SECRET", SECRET);
  }

  @Test
  void aUserHasAsManySessionsAsHisAddressSays() throws Exception {
    startSigned();
    String query = "?" + signed("live/a", "alice", 1, 60_000);
    try (ClipSource _ = play("live/a")) {
      try (InputStream _ = watch("/live/a.flv" + query)) {
        assertThat(only("?user=alice").getInteger("maxSessions")).isEqualTo(1);
        assertRefused(viewer("/live/a.ts" + query), 403, "session-limit");
        assertRefused(viewer("/live/a/index.m3u8" + query), 403, "session-limit");
        assertRefused(
            viewer("/live/a/index.m3u8?session=0&" + query.substring(1)), 403, "session-limit");
        assertThat(viewer("/live/a/index.m3u8?" + signed("live/a", "bob", 1, 60_000)).statusCode())
            .isEqualTo(302);
      }
      await().atMost(SOON).until(() -> sessions("?user=alice").isEmpty());
      String first =
          viewer("/live/a/index.m3u8" + query).headers().firstValue("location").orElseThrow();
      String second =
          viewer("/live/a/index.m3u8" + query).headers().firstValue("location").orElseThrow();
      assertThat(viewer(second).statusCode()).as("the page was loaded anew").isEqualTo(200);
      assertRefused(viewer(first), 403, "session-limit");
      assertThat(sessions("?user=alice")).hasSize(1);
    }
  }

  @Test
  void aSessionEndsWithItsAddress() throws Exception {
    startSigned();
    try (ClipSource _ = play("live/a")) {
      await().atMost(SOON).until(() -> !sessions("").isEmpty() && only("").getLong("bytesIn") > 0);
      String query = "?" + signed("live/a", "", 0, 5_000);
      InputStream flv = watch("/live/a.flv" + query);
      String index =
          viewer("/live/a/index.m3u8" + query).headers().firstValue("location").orElseThrow();
      assertThat(only("?protocol=hls").getLong("untilMs")).isPositive();
      assertThat(flv.readAllBytes()).as("it ends").isNotEmpty();
      await().atMost(SOON).until(() -> sessions("?action=play").isEmpty());
      assertRefused(viewer(index), 403, "link-expired");
      assertRefused(viewer(index), 403, "link-expired");
      String another = index.replaceAll("\\?.*", "") + "?" + signed("live/a", "", 0, 60_000);
      assertThat(viewer(another).statusCode()).isEqualTo(200);
      assertThat(viewer(index).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatWasGivenToAUserIsTakenBack() throws Exception {
    startSigned();
    String query = "?" + signed("live/a", "alice", 0, 60_000);
    try (ClipSource _ = play("live/a");
        InputStream flv = watch("/live/a.flv" + query)) {
      String tokenId = only("?user=alice").getString("tokenId");
      HttpResponse<String> revoked = api("POST", REVOCATIONS, "{\"user\":\"alice\",\"forS\":60}");
      assertThat(revoked.statusCode()).isEqualTo(201);
      assertThat(new JsonObject(revoked.body()).getInteger("ended")).isEqualTo(1);
      assertThat(flv.readAllBytes()).isNotNull();
      assertRefused(viewer("/live/a.flv" + query), 403, "revoked");
      assertRefused(viewer("/live/a/index.m3u8?session=0&" + query.substring(1)), 403, "revoked");
      JsonObject kept = get(REVOCATIONS).getJsonArray("revocations").getJsonObject(0);
      assertThat(kept.getString("user")).isEqualTo("alice");
      String id = kept.getString("id");
      assertThat(api("DELETE", REVOCATIONS + "/" + id, null).statusCode()).isEqualTo(204);
      assertThat(api("DELETE", REVOCATIONS + "/" + id, null).statusCode()).isEqualTo(404);
      try (InputStream again = watch("/live/a.flv" + query)) {
        api("POST", REVOCATIONS, "{\"tokenId\":\"" + tokenId + "\"}");
        assertThat(again.readAllBytes()).isNotNull();
      }
      String session = only("?action=publish").getString("id");
      assertThat(api("POST", REVOCATIONS, "{\"session\":\"" + session + "\"}").statusCode())
          .isEqualTo(201);
      await().atMost(SOON).until(() -> sessions("").isEmpty());
      assertThat(api("POST", REVOCATIONS, "{\"session\":\"" + session + "\"}").statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  void itIsExplainedWhySomebodyIsRefusedWithoutWhatIsSecret() throws Exception {
    startSigned();
    String explain = "/sluice/v1/access/explain?stream=live/a&protocol=hls";
    JsonObject nothing = get(explain);
    assertThat(nothing.getBoolean("allowed")).isFalse();
    assertThat(nothing.getString("reason")).isEqualTo("link-missing");
    assertThat(nothing.getInteger("status")).isEqualTo(403);
    assertThat(nothing.getString("rule")).isEqualTo("access.play");
    String good = signed("live/a", "alice", 2, 60_000);
    JsonObject allowed = get(explain + "&query=" + good.replace("&", "%26"));
    assertThat(allowed.getBoolean("allowed")).isTrue();
    assertThat(allowed.getString("user")).isEqualTo("alice");
    assertThat(allowed.getInteger("maxSessions")).isEqualTo(2);
    assertThat(allowed.encode()).doesNotContain(good.substring(good.indexOf("sig=") + 4));
    JsonObject expired =
        get(explain + "&query=" + signed("live/a", "", 0, -60_000).replace("&", "%26"));
    assertThat(expired.getString("reason")).isEqualTo("link-expired");
    assertThat(expired.getString("why")).startsWith("signed: it ended 6");
    JsonObject wrong =
        get(explain + "&action=publish&query=token%3Da-secret-of-his&bearer=another-secret");
    assertThat(wrong.getString("reason")).isEqualTo("token-wrong");
    assertThat(wrong.encode()).doesNotContain("secret");
    api("POST", REVOCATIONS, "{\"user\":\"alice\"}");
    assertThat(get(explain + "&query=" + good.replace("&", "%26")).getString("reason"))
        .isEqualTo("revoked");
    assertRefused(api("GET", explain + "&query=%2525x%25", null), 400, "malformed");
    assertRefused(api("GET", "/sluice/v1/access/explain", null), 400, "malformed");
    assertRefused(api("GET", explain + "&action=x", null), 400, "malformed");
    assertRefused(api("GET", "/sluice/v1/access/explain?stream=a%20b", null), 400, "malformed");
  }

  @Test
  void everybodyIsJudgedAnewWhenAnOperatorWantsIt() throws Exception {
    start();
    try (ClipSource _ = play("live/a")) {
      HttpResponse<String> answer = api("POST", "/sluice/v1/access/recheck", null);
      assertThat(answer.statusCode()).isEqualTo(202);
      assertThat(new JsonObject(answer.body()).getInteger("sessions")).isEqualTo(1);
      assertThat(sessions("")).hasSize(1);
    }
  }
}
