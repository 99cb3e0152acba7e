package dev.sluice.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who listens to events hears of each change of the configuration, and of what was refused. */
@Timeout(60)
class NodeConfigEventsTest {
  private static final String DATA = "data: ";

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    http.shutdownNow(); // somebody reads to the end
  }

  private static HttpRequest.Builder request(Node node, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
        .header("Authorization", "Bearer " + node.access().token().reveal());
  }

  private static JsonObject next(Iterator<String> lines) {
    String line = lines.next();
    while (!line.startsWith(DATA)) {
      line = lines.next();
    }
    return new JsonObject(line.substring(DATA.length()));
  }

  @Test
  void changesAndRefusalsAreTold() throws Exception {
    try (Node node = TestNode.start(folder, "listed: false\n")) {
      HttpResponse<Stream<String>> events =
          http.send(
              request(node, "/sluice/v1/events?kind=configuration-taken,configuration-refused")
                  .build(),
              HttpResponse.BodyHandlers.ofLines());
      assertThat(events.statusCode()).isEqualTo(200);
      CompletableFuture<Void> read =
          CompletableFuture.runAsync(() -> check(events.body().iterator()));

      Path file = folder.resolve("sluice.yaml");
      Files.writeString(file, "listed: true\neventLoops: 3\n");
      node.reload("test");
      Files.writeString(file, "listed: perhaps\n");
      node.reload("test");
      String body = "sources: ['test:']";
      assertThat(
              http.send(
                      request(node, "/sluice/v1/config/streams/live/a")
                          .PUT(HttpRequest.BodyPublishers.ofString(body))
                          .build(),
                      HttpResponse.BodyHandlers.ofString())
                  .body())
          .contains("live/a");
      for (String text : new String[] {"token: another-S3CRET", "jwt: S3CRET"}) {
        http.send(
            request(node, "/sluice/v1/config/sections/access")
                .PUT(HttpRequest.BodyPublishers.ofString(text))
                .build(),
            HttpResponse.BodyHandlers.discarding());
      }
      read.get(20, SECONDS);
    }
  }

  private static void check(Iterator<String> lines) {
    JsonObject taken = next(lines);
    assertThat(taken.getString("kind")).isEqualTo("configuration-taken");
    assertThat(taken.getJsonObject("figures"))
        .isEqualTo(
            new JsonObject()
                .put("by", "test")
                .put("changed", 1)
                .put("keys", "listed")
                .put("streams", 0)
                .put("restart", "eventLoops"));
    JsonObject refused = next(lines);
    assertThat(refused.getString("kind")).isEqualTo("configuration-refused");
    JsonObject figures = refused.getJsonObject("figures");
    assertThat(figures.getString("by")).isEqualTo("test");
    assertThat(figures.getInteger("faults")).isEqualTo(1);
    assertThat(figures.getString("first")).contains("listed: found \"perhaps\"");
    JsonObject stored = next(lines);
    assertThat(stored.getString("kind")).isEqualTo("configuration-taken");
    assertThat(stored.getJsonObject("figures").getString("keys")).contains("live/a");
    JsonObject section = next(lines);
    assertThat(section.getString("kind")).isEqualTo("configuration-taken");
    assertThat(section.getJsonObject("figures").getString("keys")).isEqualTo("access.token");
    assertThat(section.toString()).doesNotContain("S3CRET");
    JsonObject wrong = next(lines);
    assertThat(wrong.getString("kind")).isEqualTo("configuration-refused");
    assertThat(wrong.getJsonObject("figures").getString("first")).contains("access.jwt");
    assertThat(wrong.toString()).doesNotContain("S3CRET");
  }
}
