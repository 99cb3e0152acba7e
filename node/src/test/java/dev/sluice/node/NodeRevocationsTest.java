package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.Action;
import dev.sluice.access.LinkForm;
import dev.sluice.access.Token;
import dev.sluice.restream.ClipSource;
import dev.sluice.testkit.Children;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was taken back is so after a start as well, however the server has ended. {@code
 * -Dnode.kills=20} for long.
 */
@Timeout(600)
class NodeRevocationsTest {
  private static final int KILLS = Integer.getInteger("node.kills", 1);

  /** Changes that are under way as it is killed. */
  private static final int CHANGES = 200;

  private static final int CLIENTS = 4;
  private static final String SECRET = "the-signing-secret";
  private static final String REVOCATIONS = "/sluice/v1/access/revocations";

  @RegisterExtension final Children children = new Children();
  @TempDir Path data;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final SplittableRandom random = new SplittableRandom(Long.getLong("seed", 3));

  @AfterEach
  void stop() {
    http.shutdownNow();
  }

  private Map<String, String> environment() {
    return StoreServer.environment(
        data, Map.of("SLUICE_ACCESS_PLAY", "signed", "SLUICE_ACCESS_SIGNED_SECRET", SECRET));
  }

  private Node start() throws Exception {
    return StoreServer.startHere(environment());
  }

  private HttpResponse<String> ask(int port, String method, String path, String body)
      throws IOException, InterruptedException {
    return StoreServer.ask(http, port, method, path, body);
  }

  private JsonObject revoke(Node node, String field, String value) throws Exception {
    String body = new JsonObject().put(field, value).put("forS", 3_600).encode();
    HttpResponse<String> answer = ask(node.httpPort(), "POST", REVOCATIONS, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return new JsonObject(answer.body()).getJsonObject("revocation");
  }

  private JsonArray revocations(Node node) throws Exception {
    HttpResponse<String> answer = ask(node.httpPort(), "GET", REVOCATIONS, "");
    return new JsonObject(answer.body()).getJsonArray("revocations");
  }

  private void restore(Node node, JsonObject revocation) throws Exception {
    String path = REVOCATIONS + "/" + revocation.getString("id");
    assertThat(ask(node.httpPort(), "DELETE", path, "").statusCode()).isEqualTo(204);
  }

  /** The status and the reason that a viewer of HLS with this address gets, who comes anew. */
  private String viewer(Node node, String query) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + node.httpPort() + "/live/a/index.m3u8?" + query);
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    return answer.statusCode() == 302
        ? "in"
        : new JsonObject(answer.body()).getJsonObject("error").getString("reason");
  }

  private static String signed(String user) {
    long untilS = System.currentTimeMillis() / 1_000 + 600;
    return LinkForm.sign(Action.PLAY, "live/a", new Token(SECRET), untilS, "", user, 0);
  }

  private ClipSource publish(Node node) throws IOException {
    return TestNode.publish(node, "live/a");
  }

  @Test
  void whatWasTakenBackIsSoAfterARestartUntilItIsGivenAgain() throws Exception {
    String alice = signed("alice");
    String bob = signed("bob");
    String nobody = signed("");
    JsonObject ofAlice;
    JsonObject ofToken;
    try (Node node = start();
        ClipSource _ = publish(node)) {
      assertThat(data.resolve("revocations")).as("nobody has needed it").doesNotExist();
      assertThat(viewer(node, nobody)).isEqualTo("in");
      HttpResponse<String> sessions = ask(node.httpPort(), "GET", "/sluice/v1/sessions", "");
      String tokenId =
          new JsonObject(sessions.body())
              .getJsonArray("sessions").stream()
                  .map(each -> ((JsonObject) each).getString("tokenId"))
                  .filter(each -> each != null)
                  .collect(Collectors.joining());
      ofAlice = revoke(node, "user", "alice");
      JsonObject ofBob = revoke(node, "user", "bob");
      ofToken = revoke(node, "tokenId", tokenId);
      restore(node, ofBob);
      assertThat(viewer(node, alice)).isEqualTo("revoked");
    }
    try (Node node = start();
        ClipSource _ = publish(node)) {
      assertThat(revocations(node)).isEqualTo(JsonArray.of(ofAlice, ofToken));
      assertThat(viewer(node, alice)).isEqualTo("revoked");
      assertThat(viewer(node, signed("alice"))).as("another address").isEqualTo("revoked");
      assertThat(viewer(node, nobody)).isEqualTo("revoked");
      assertThat(viewer(node, bob)).isEqualTo("in");
      restore(node, ofAlice);
      assertThat(viewer(node, alice)).isEqualTo("in");
    }
    try (Node node = start();
        ClipSource _ = publish(node)) {
      assertThat(revocations(node)).isEqualTo(JsonArray.of(ofToken));
      assertThat(viewer(node, alice)).isEqualTo("in");
      assertThat(ask(node.httpPort(), "GET", "/sluice/v1/config/history", "").body())
          .as("no change of the configuration")
          .contains("\"history\":[]");
    }
  }

  @Test
  void aFileThatCannotBeReadIsSaidAtTheStart() throws Exception {
    try (Node node = start()) {
      revoke(node, "user", "alice");
    }
    Path file = data.resolve("revocations");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("alice", "malice"));
    for (int i = 0; i < 2; i++) { // nothing was left open, or put aside, by the first one
      assertThatThrownBy(this::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file + ": its checksum is not right")
          .hasMessageContaining("move it away");
    }
    Files.writeString(file, text);
    try (Node node = start()) {
      assertThat(revocations(node)).hasSize(1);
    }
  }

  // ---- kill -9

  /** What was acknowledged, and what was asked for and may be so or not. */
  private record Heard(ConcurrentMap<String, Boolean> acknowledged, Map<String, Boolean> asked) {}

  @Test
  void whatWasAcknowledgedIsSoAfterAKill() throws Exception {
    var heard = new Heard(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    for (int kill = 0; kill < KILLS; kill++) {
      Children.Child server = StoreServer.start(children, environment());
      changeAndKill(server, random.nextInt(CHANGES / 8, CHANGES * 3 / 4), heard);
      try (Node node = start()) {
        Set<String> revoked =
            revocations(node).stream()
                .map(each -> ((JsonObject) each).getString("user"))
                .collect(Collectors.toSet());
        for (Map.Entry<String, Boolean> each : heard.acknowledged.entrySet()) {
          String user = each.getKey();
          assertThat(revoked.contains(user))
              .as("%s after kill %d", user, kill)
              .isIn(each.getValue(), heard.asked.get(user));
          heard.acknowledged.put(user, revoked.contains(user));
        }
        assertThat(heard.asked.keySet()).containsAll(revoked);
        revoked.forEach(user -> heard.acknowledged.put(user, true));
      }
    }
    assertThat(heard.acknowledged).hasSizeGreaterThan(CLIENTS).containsValues(true, false);
  }

  /** Each client revokes users of its own, and restores every other one at once. */
  private void changeAndKill(Children.Child server, int killAfter, Heard heard) throws Exception {
    int port = StoreServer.port(server);
    var done = new AtomicInteger();
    List<Thread> clients = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      String prefix = "user-" + client + "-";
      clients.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < CHANGES / CLIENTS; i++) {
                  String user = prefix + i % 20;
                  try {
                    heard.asked.put(user, true);
                    String body = new JsonObject().put("user", user).encode();
                    HttpResponse<String> answer = answered(ask(port, "POST", REVOCATIONS, body));
                    heard.acknowledged.put(user, true);
                    if (i % 2 == 1) {
                      JsonObject made = new JsonObject(answer.body()).getJsonObject("revocation");
                      heard.asked.put(user, false);
                      String path = REVOCATIONS + "/" + made.getString("id");
                      answered(ask(port, "DELETE", path, ""));
                      heard.acknowledged.put(user, false);
                    }
                  } catch (IOException | InterruptedException killed) {
                    return;
                  }
                  if (done.incrementAndGet() == killAfter) {
                    server.process().toHandle().destroyForcibly(); // SIGKILL
                  }
                }
              }));
    }
    for (Thread client : clients) {
      client.join();
    }
    assertThat(done.get()).isBetween(killAfter, CHANGES - 1);
    server.process().waitFor();
  }

  private static HttpResponse<String> answered(HttpResponse<String> answer) {
    if (answer.statusCode() / 100 != 2) {
      throw new AssertionError(answer.body());
    }
    return answer;
  }
}
