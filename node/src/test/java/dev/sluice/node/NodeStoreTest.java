package dev.sluice.node;

import static dev.sluice.node.StoreServer.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.sluice.media.StreamName;
import dev.sluice.testkit.Children;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * What a node has acknowledged it has after a start, however it has ended. {@code -Dnode.kills=20}
 * for long.
 */
@Timeout(600)
class NodeStoreTest {
  private static final int KILLS = Integer.getInteger("node.kills", 1);

  /** Changes that are under way as it is killed. */
  private static final int CHANGES = 200;

  private static final int CLIENTS = 4;

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
    return StoreServer.environment(data, Map.of());
  }

  private Node start() throws Exception {
    return StoreServer.startHere(environment());
  }

  private HttpResponse<String> ask(int port, String method, String path, String body)
      throws IOException, InterruptedException {
    return StoreServer.ask(http, port, method, "/sluice/v1/config" + path, body);
  }

  /** What was acknowledged, and what was asked for and may be there or not. */
  private record Heard(ConcurrentMap<String, Integer> acknowledged, Map<String, Integer> asked) {}

  @Test
  void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
    var heard = new Heard(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    for (int kill = 0; kill < KILLS; kill++) {
      Children.Child server = StoreServer.start(children, environment());
      int port = StoreServer.port(server);
      changeAndKill(server, port, kill, random.nextInt(CHANGES / 8, CHANGES * 3 / 4), heard);
      Map<String, Integer> there = new TreeMap<>();
      try (Node node = start()) {
        String cursor = "";
        while (cursor != null) {
          JsonObject page =
              new JsonObject(
                  ask(node.httpPort(), "GET", "/streams?limit=1000&cursor=" + cursor, "").body());
          for (Object each : page.getJsonArray("entries")) {
            JsonObject entry = (JsonObject) each;
            there.put("/streams/" + entry.getString("entry"), value(entry));
          }
          cursor = page.getString("next");
        }
        JsonObject sections = new JsonObject(ask(node.httpPort(), "GET", "/sections", "").body());
        for (Object each : sections.getJsonArray("sections")) {
          JsonObject section = (JsonObject) each;
          if (section.getJsonObject("keys") != null) {
            there.put("/sections/" + section.getString("section"), value(section));
          }
        }
      }
      for (Map.Entry<String, Integer> each : heard.acknowledged.entrySet()) {
        Integer kept = there.get(each.getKey());
        Integer last = heard.asked.get(each.getKey());
        assertThat(kept).as("%s after kill %d", each.getKey(), kill).isIn(each.getValue(), last);
      }
      there.forEach((name, value) -> assertThat(heard.asked).containsKey(name));
      heard.acknowledged.putAll(there); // what came through without an answer lasts from now on
    }
    assertThat(heard.acknowledged).hasSizeGreaterThan(CLIENTS).containsKey("/sections/limits");
  }

  /** The number in what is said of the one key. */
  private static Integer value(JsonObject part) {
    Object value = part.getJsonObject("keys").getMap().values().iterator().next();
    return Integer.valueOf(value.toString().replaceAll("\\D", ""));
  }

  /**
   * Each client changes streams of its own, one after the other, so it knows what is last; the
   * first one a section as well.
   */
  private void changeAndKill(Children.Child server, int port, int round, int killAfter, Heard heard)
      throws Exception {
    var done = new AtomicInteger();
    List<Thread> clients = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      String prefix = "/streams/live/" + client + "-";
      boolean first = client == 0;
      clients.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < CHANGES / CLIENTS; i++) {
                  boolean section = first && i % 5 == 0;
                  String name = section ? "/sections/limits" : prefix + i % 20;
                  int value = 100 + (round * 50 + i) % 200;
                  heard.asked.put(name, value);
                  try {
                    String body =
                        section ? "viewersPerStream: " + value : "latency: " + value + "ms";
                    HttpResponse<String> answer = ask(port, "PUT", name, body);
                    if (answer.statusCode() / 100 != 2) {
                      throw new AssertionError(answer.body());
                    }
                    heard.acknowledged.put(name, value);
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

  @Test
  void aStreamIsKeptByApiAndEndsWithIt() throws Exception {
    StreamName name = StreamName.parse("live/made");
    try (Node node = start()) {
      assertThat(Files.exists(data.resolve("store.db"))).as("nobody has needed it").isFalse();
      assertThat(
              ask(node.httpPort(), "PUT", "/streams/live/made", "sources: ['test:']").statusCode())
          .isEqualTo(201);
      await().atMost(SOON).until(() -> node.hub().stream(name) != null);
    }
    try (Node node = start()) {
      await("of the store").atMost(SOON).until(() -> node.hub().stream(name) != null);
      JsonObject change =
          new JsonObject(ask(node.httpPort(), "PATCH", "/streams/live/made", "latency: 0").body());
      assertThat(change.getJsonObject("taken").getJsonArray("streams"))
          .containsExactly("live/made");
      assertThat(ask(node.httpPort(), "GET", "/effective?stream=live/made", "").body())
          .contains("store, revision 2");
    }
  }

  @Test
  void sectionsHoldAtOnceAndAfterAStart() throws Exception {
    try (Node node = start()) {
      assertThat(ask(node.httpPort(), "PUT", "/sections/access", "play: nobody").statusCode())
          .isEqualTo(201);
      assertThat(ask(node.httpPort(), "PATCH", "/sections/defaults", "latency: 0").statusCode())
          .isEqualTo(201);
      assertThat(StoreServer.ask(http, node.httpPort(), "GET", "/live/a.flv", "").statusCode())
          .as("nobody may play")
          .isEqualTo(403);
    }
    try (Node node = start()) {
      assertThat(StoreServer.ask(http, node.httpPort(), "GET", "/live/a.flv", "").statusCode())
          .isEqualTo(403);
      assertThat(ask(node.httpPort(), "GET", "/effective?stream=live/x", "").body())
          .contains("{\"key\":\"latency\",\"value\":\"0\",\"layer\":\"store\"");
      assertThat(ask(node.httpPort(), "PUT", "/sections/access", "play: token").statusCode())
          .isEqualTo(200);
      assertThat(ask(node.httpPort(), "POST", "/undo?to=0", "").statusCode()).isEqualTo(200);
      assertThat(ask(node.httpPort(), "GET", "/sections", "").body())
          .doesNotContain("\"revision\":1");
    }
  }

  @Test
  void theLevelOfTheLogIsThatOfTheStoreFromTheStartOn() throws Exception {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger ours = context.getLogger("dev.sluice");
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    Level before = ours.getLevel();
    Level ofOthers = root.getLevel();
    try {
      try (Node node = start()) {
        ask(node.httpPort(), "PUT", "/sections/log", "level: warn");
        assertThat(ours.getLevel()).isEqualTo(Level.WARN);
      }
      ours.setLevel(Level.INFO); // as whoever starts a node sets it by the file
      start().close();
      assertThat(ours.getLevel()).isEqualTo(Level.WARN);
    } finally {
      ours.setLevel(before);
      root.setLevel(ofOthers);
    }
  }

  @Test
  void aStoreThatDoesNotGoWithTheFileIsSaidAtTheStart() throws Exception {
    try (Node node = start()) {
      ask(node.httpPort(), "PUT", "/streams/live/made", "playlistLength: 10m");
    }
    Path store = data.resolve("store.db");
    byte[] bytes = Files.readAllBytes(store);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Files.write(store, text.replace("10m", "99x").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(this::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("store, revision 1: streams.live/made.playlistLength: found \"99x\"");
    Files.write(store, bytes);
    try (Node node = start()) {
      assertThat(Objects.requireNonNull(node.rtmpPort())).isPositive();
    }
  }
}
