package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.restream.ClipSource;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Some streams and sessions by name, instead of all. */
@Timeout(60)
class NodeNamedTest {
  @TempDir Path folder;

  private static List<String> all(FaceFixture face, String what, String field, String query)
      throws Exception {
    var answer = new JsonObject(face.ask("GET", "/sluice/v1/" + what + query).body());
    return answer.getJsonArray(what).stream()
        .map(each -> ((JsonObject) each).getString(field))
        .sorted()
        .toList();
  }

  @Test
  void onlyThoseThatAreNamedAreTold() throws Exception {
    try (var face = new FaceFixture(folder, "", Map.of());
        ClipSource _ = face.publish("live/a", "R-a", "");
        ClipSource _ = face.publish("live/b", "R-b", "");
        ClipSource _ = face.publish("v.example!live/a", "R-v", "")) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> all(face, "sessions", "id", "").size() == 3);
      assertThat(all(face, "streams", "name", "")).hasSize(3);
      assertThat(
              all(face, "streams", "name", "?name=live%2Fa&name=live/none&name=v.example!live/a"))
          .containsExactly("live/a", "v.example!live/a");
      assertThat(all(face, "streams", "name", "?name=live/none")).isEmpty();
      List<String> ids = all(face, "sessions", "id", "");
      String query =
          "?id=" + ids.getFirst() + "&id=none&id=" + ids.getLast() + "&id=" + ids.getLast();
      assertThat(all(face, "sessions", "id", query)).containsExactly(ids.getFirst(), ids.getLast());
    }
  }

  @ParameterizedTest
  @CsvSource({"streams, name, live/a", "sessions, id, x"})
  void notMoreThanAHundred(String what, String field, String value) throws Exception {
    String most = ("&" + field + "=" + value).repeat(100);
    try (var face = new FaceFixture(folder, "", Map.of())) {
      String path = "/sluice/v1/" + what + "?" + most.substring(1);
      assertThat(face.ask("GET", path).statusCode()).isEqualTo(200);
      assertThat(face.ask("GET", path + "&" + field + "=" + value).statusCode()).isEqualTo(400);
      if (what.equals("streams")) {
        assertThat(face.ask("GET", "/sluice/v1/streams?name=../x").statusCode()).isEqualTo(400);
      }
    }
  }
}
