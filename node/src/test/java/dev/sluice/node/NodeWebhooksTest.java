package dev.sluice.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.event.Webhook;
import dev.sluice.hub.Reason;
import dev.sluice.node.Receiver.Answer;
import dev.sluice.node.Receiver.Asked;
import dev.sluice.node.config.ConfigException;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import dev.sluice.wire.Bytes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A whole node that posts signed batches: to a receiver of the test, and to the sample. */
@Timeout(60)
class NodeWebhooksTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String SECRET = "a-secret-of-tests";

  @RegisterExtension final Children children = new Children();
  @TempDir Path data;

  private Node start(String url) throws IOException, ConfigException {
    Path file = data.resolve("sluice.yaml");
    Files.writeString(
        file,
        """
        data: %s
        http: { listen: "127.0.0.1:0" }
        rtmp: { listen: "127.0.0.1:0" }
        events:
          webhooks:
            - url: "%s"
              secret: %s
              kinds: [connection-refused, events-lost]
        """
            .formatted(data.resolve("data"), url, SECRET));
    return Node.start(ConfigSource.load(file, Map.of()), new Node.Options("test", false));
  }

  /** Something that is an event, with a number. */
  private static void tell(Node node, int number) {
    node.hub().listener().connectionRefused("rtmp", "192.0.2.7", number, Reason.ADDRESS_LIMIT);
  }

  private static List<Integer> numbers(List<Asked> posts) {
    List<Integer> numbers = new ArrayList<>();
    for (Asked post : posts) {
      JsonArray events = new JsonObject(post.body()).getJsonArray("events");
      for (int i = 0; i < events.size(); i++) {
        numbers.add(events.getJsonObject(i).getJsonObject("client").getInteger("port"));
      }
    }
    return numbers;
  }

  @Test
  void batchesAreSignedAndComeInOrder() throws Exception {
    try (var receiver = new Receiver();
        Node node = start(receiver.address("/hook?key=1"))) {
      for (int i = 0; i < 50; i++) {
        tell(node, i);
      }
      await().atMost(SOON).until(() -> numbers(receiver.asked()).size() == 50);
      assertThat(numbers(receiver.asked())).isSorted().doesNotHaveDuplicates();
      for (Asked post : receiver.asked()) {
        assertThat(post.path()).isEqualTo("/hook?key=1");
        String signature = String.valueOf(post.headers().get(Webhook.SIGNATURE));
        long seconds = Long.parseLong(signature.replaceAll("t=(\\d+),.*", "$1"));
        assertThat(Math.abs(seconds - System.currentTimeMillis() / 1_000)).isLessThan(60);
        assertThat(signature)
            .isEqualTo(
                Webhook.signature(Bytes.of(SECRET.getBytes(UTF_8)), seconds * 1_000, post.body()));
      }
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(metrics(node))
                  .contains(
                      "sluice_events_total{kind=\"connection-refused\"} 50.0",
                      "sluice_webhooks_events_total{outcome=\"sent\","
                          + "receiver=\"127.0.0.1/hook\"} 50.0",
                      "sluice_webhooks_left{receiver=\"127.0.0.1/hook\"} 0.0")
                  .doesNotContain("key=1"));
    }
  }

  private static String metrics(Node node) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + "/metrics"))
              .header("Authorization", "Bearer " + node.access().token().reveal())
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  /** By openssl: {@code printf '1800000000.{}' | openssl dgst -sha256 -hmac key}. */
  @Test
  void aSignatureIsAsOthersMakeIt() {
    assertThat(Webhook.signature(Bytes.of("key".getBytes(UTF_8)), 1_800_000_000_999L, "{}"))
        .isEqualTo(
            "t=1800000000,v1=7321475872b03ff21bdc2dfd86ea2d99ec29c479fbe4a77aa6acf4509505493f");
  }

  @Test
  void whatWasNotTakenComesAgainAfterARestartAndADamagedFile() throws Exception {
    try (var receiver = new Receiver()) {
      receiver.answers(_ -> new Answer(302, ""));
      try (Node node = start(receiver.address("/hook"))) {
        for (int i = 0; i < 30; i++) {
          tell(node, i);
        }
        await().atMost(SOON).until(() -> !receiver.asked().isEmpty());
      }
      try (Stream<Path> files = Files.list(data.resolve("data").resolve("webhooks"))) {
        Path file = files.toList().getFirst();
        Files.write(file, new byte[] {0, 0, 0, 9, 1}, StandardOpenOption.APPEND);
      }
      int before = receiver.asked().size();
      receiver.answers(_ -> new Answer(204, ""));
      try (Node node = start(receiver.address("/hook"))) {
        await()
            .atMost(SOON)
            .until(() -> {
              List<Asked> since = receiver.asked().subList(before, receiver.asked().size());
              return numbers(since).size() == 30;
            });
        tell(node, 30);
        await().atMost(SOON).until(() -> numbers(receiver.asked()).getLast() == 30);
      }
      List<Asked> since = receiver.asked().subList(before, receiver.asked().size());
      assertThat(numbers(since)).isSorted().doesNotHaveDuplicates().hasSize(31);
    }
  }

  @Test
  @Needs("node")
  void theSampleTakesThemAndAnswersHooks() throws Exception {
    Path script = Path.of("..", "docs", "samples", "backend.mjs");
    Children.Child sample =
        children.start(
            Map.of("SLUICE_WEBHOOK_SECRET", SECRET), List.of("node", script.toString(), "0"));
    String said = sample.waitForLine(SOON, line -> line.startsWith("listens on "));
    String address = "http://127.0.0.1:" + said.replaceAll("\\D", "");
    try (Node node = start(address + "/events")) {
      tell(node, 7);
      sample.waitForLine(SOON, line -> line.contains("event connection-refused"));
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(post(http, address + "/events", "{\"events\":[]}"))
          .as("unsigned")
          .startsWith("401");
      assertThat(post(http, address + "/hooks", "{\"action\":\"on_play\",\"stream\":\"a\"}"))
          .isEqualTo("200 {\"code\":0}");
      assertThat(
              post(http, address + "/hooks", "{\"action\":\"on_play\",\"stream\":\"forbidden1\"}"))
          .isEqualTo("200 {\"code\":1}");
      assertThat(post(http, address + "/hooks", "nonsense")).startsWith("400");
    }
  }

  private static String post(HttpClient http, String address, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(address))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .header(Webhook.SIGNATURE, "t=1,v1=" + "0".repeat(64))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }
}
