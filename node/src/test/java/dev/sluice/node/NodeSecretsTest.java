package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.Action;
import dev.sluice.access.LinkForm;
import dev.sluice.access.Token;
import dev.sluice.hub.Client;
import dev.sluice.hub.Told;
import dev.sluice.node.Receiver.Answer;
import dev.sluice.node.config.ConfigException;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.restream.ClipSource;
import dev.sluice.session.rtmp.RtmpTarget.Purpose;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every secret that a configuration can hold and that clients can give has the same mark in it;
 * whatever the node says of itself, at every level and in every answer, does not have it.
 */
@Timeout(60)
class NodeSecretsTest {
  private static final String MARK = "S3CRET";
  private static final String TOKEN = "token-S3CRET-of-all";
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String YAML =
      """
      defaults: {playBeforePublish: refuse}
      cluster: {key: cluster-S3CRET-key-long-enough}
      pull: {allow: [127.0.0.0/8], connectTimeout: 1s}
      access:
        token: token-S3CRET-of-all
        users: ["alice:pass-S3CRET-word"]
        signed: {secret: signing-S3CRET-secret}
        jwt: {secret: jwt-S3CRET-jwt-S3CRET-jwt-S3CRET-jwt}
        play: [signed, user, jwt, token]
        rules:
          - streams: asked/*
            needs: backend
          - streams: token/*
            needs: token
            tokens: [rule-S3CRET-token]
        backend:
          play: HOOK/play?key=S3CRET-in-query
          publish: HOOK/publish?key=S3CRET-in-query
      events:
        srs: {onConnect: "HOOK/connect?key=S3CRET-in-query", onStop: "HOOK/stop?S3CRET"}
        nginx: {onDone: "HOOK/done?key=S3CRET-in-query"}
        webhooks:
          - {url: "HOOK/webhook?key=S3CRET-in-query", secret: webhook-S3CRET-secret}
        heartbeat: {url: "HOOK/beat?key=S3CRET-in-query", interval: 1s}
      streams:
        live/keyed:
          sources:
            - {input: publish, key: source-S3CRET-key}
            - {input: "rtmp://127.0.0.1:1/live/a?token=S3CRET-of-source"}
      """;

  private final List<String> said = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  private static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  /** Asks, and keeps what is answered, head and body. */
  private int ask(Node node, String method, String path, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .timeout(SOON)
            .method(
                method,
                method.equals("POST")
                    ? HttpRequest.BodyPublishers.ofString("{}")
                    : HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<InputStream> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      String type = answer.headers().firstValue("content-type").orElse("");
      boolean endless = type.startsWith("video/") || type.startsWith("text/event-stream");
      byte[] bytes = endless ? body.readNBytes(3) : body.readAllBytes();
      said.add(
          method
              + " "
              + path.replaceAll("\\?.*", "")
              + ": "
              + answer.headers().map()
              + new String(bytes, StandardCharsets.UTF_8));
    }
    return answer.statusCode();
  }

  private void attempts(Node node) throws Exception {
    String signed =
        LinkForm.sign(
            Action.PLAY, "live/a", new Token("signing-S3CRET-secret"), 32_503_680_000L, "", "", 0);
    for (String way : List.of(".flv", "/index.m3u8", ".ts")) {
      for (String query :
          List.of(
              "token=" + TOKEN,
              "token=wrong-S3CRET",
              "user=alice&pass=pass-S3CRET-word",
              "username=alice&password=wrong-S3CRET",
              signed,
              signed + "S3CRET",
              "token=eyJhbGciOiJIUzI1NiJ9.eyJTM0NSRVQiOjF9.S3CRET",
              "md5=S3CRET&expires=1",
              "key=S3CRET")) {
        ask(node, "GET", "/live/a" + way + "?" + query);
        ask(node, "GET", "/asked/a" + way + "?" + query);
        ask(node, "GET", "/token/a" + way + "?" + query);
      }
      ask(node, "GET", "/live/a" + way, "Authorization", basic("alice:pass-S3CRET-word"));
      ask(node, "GET", "/live/a" + way, "Authorization", basic("alice:S3CRET"));
      ask(node, "GET", "/live/a" + way, "Authorization", "Bearer S3CRET.S3CRET.S3CRET");
      ask(node, "GET", "/live/a" + way, "Cookie", "sluice-session=S3CRET");
      ask(node, "GET", "/live/a" + way, "Referer", "https://page.example/?token=S3CRET");
    }
    for (String url :
        List.of(
            "live/new?token=wrong-S3CRET",
            "live/keyed?key=source-S3CRET-key",
            "live/keyed?key=wrong-S3CRET",
            "live?token=S3CRET/new",
            "asked/new?token=S3CRET")) {
      for (Purpose purpose : Purpose.values()) {
        var socket =
            new Socket(InetAddress.getLoopbackAddress(), Objects.requireNonNull(node.rtmpPort()));
        socket.setSoTimeout(20_000);
        try (SocketRtmp rtmp = new SocketRtmp(socket, "rtmp://localhost/" + url, purpose)) {
          said.add("RTMP: " + rtmp.outcome());
        }
      }
    }
  }

  private void look(Node node) throws Exception {
    String[] bearer = {"Authorization", "Bearer " + TOKEN};
    String query = "?token=S3CRET&query=token%3DS3CRET%26pass%3DS3CRET&bearer=S3CRET";
    for (String path :
        List.of(
            "/healthz",
            "/metrics",
            "/sluice/v1/streams",
            "/sluice/v1/streams/live/a",
            "/sluice/v1/streams/live/keyed",
            "/sluice/v1/viewers",
            "/sluice/v1/sessions",
            "/sluice/v1/config",
            "/sluice/v1/config/effective?stream=live/keyed",
            "/sluice/v1/access/revocations",
            "/sluice/v1/openapi.yaml")) {
      assertThat(ask(node, "GET", path, bearer)).as(path).isEqualTo(200);
    }
    ask(node, "GET", "/sluice/v1/access/explain" + query + "&stream=live/a", bearer);
    ask(node, "GET", "/sluice/v1/streams" + query);
    ask(node, "GET", "/sluice/v1/streams", "Authorization", "Bearer wrong-S3CRET");
    ask(node, "GET", "/link/v1/catalogue", "Authorization", "Sluice-Link S3CRET");
    ask(node, "POST", "/sluice/v1/access/revocations", bearer);
    ask(node, "POST", "/sluice/v1/config/reload", bearer);
    ask(node, "GET", "/no/such?token=S3CRET");
    ask(node, "GET", "/live/a.flv?only=S3CRET");
  }

  @Test
  void nothingThatTheNodeSaysHasASecretInIt(@TempDir Path folder) throws Exception {
    try (var receiver = new Receiver();
        var log = new LogLines()) {
      receiver.answers(asked -> new Answer(asked.path().contains("play") ? 500 : 200, "0"));
      Path file = folder.resolve("sluice.yaml");
      try (Node node = TestNode.start(folder, YAML.replace("HOOK", receiver.address("")));
          var events = new Following(node);
          ClipSource _ =
              TestNode.publish(
                  node,
                  "live/a",
                  new Client(
                      "clip",
                      "file",
                      "127.0.0.1",
                      0,
                      TOKEN,
                      "test",
                      Told.of("", Map.of("pass", "S3CRET", "x", "S3CRET"))))) {
        attempts(node);
        look(node);
        // a change of every secret, one that is refused, and the way back
        String yaml = Files.readString(file);
        Files.writeString(file, yaml.replace(MARK, "S3CRET-2"));
        assertThat(node.reload("test")).isInstanceOf(LiveConfig.Applied.class);
        Files.writeString(file, yaml.replace("token-S3CRET-of-all", "\"S3CRET is none\""));
        assertThat(node.reload("test")).isInstanceOf(LiveConfig.Refused.class);
        Files.writeString(file, yaml);
        assertThat(ask(node, "POST", "/sluice/v1/config/reload", "Authorization", "Bearer S3CRET"))
            .isEqualTo(403);
        assertThat(node.reload("test")).isInstanceOf(LiveConfig.Applied.class);
        look(node);
        await()
            .atMost(SOON)
            .until(() -> receiver.asked().stream().anyMatch(it -> it.path().contains("webhook")));
        said.add("events: " + events.all());
      } finally {
        http.close();
      }
      receiver.asked().stream()
          .filter(asked -> asked.path().contains("webhook"))
          .forEach(asked -> said.add("webhook: " + asked.body() + asked.headers()));
      said.addAll(log.all());
      assertThat(log.of("play-refused")).isNotEmpty(); // so that there is something to look at
      assertThat(log.of("config-taken")).isNotEmpty();
      assertThat(receiver.asked()).anyMatch(it -> it.path().contains(MARK)); // and hooks were told
    }
    assertThat(said).hasSizeGreaterThan(120).noneMatch(text -> text.contains(MARK));
  }

  /** Follows the stream of events from now on. */
  private static final class Following implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final InputStream body;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Following(Node node) throws Exception {
      var request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + node.httpPort() + "/sluice/v1/events"))
              .header("Authorization", "Bearer " + TOKEN)
              .build();
      body = client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
      Thread.ofVirtual().start(this::read);
    }

    private void read() {
      try {
        body.transferTo(bytes);
      } catch (IOException over) {
        bytes.write('\n'); // the test is
      }
    }

    /** What has come by now. */
    String all() {
      await().atMost(SOON).until(() -> text().split("data:", -1).length > 20);
      return text();
    }

    private String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      body.close();
      client.shutdownNow();
      client.close();
    }
  }

  @Test
  void whatIsWrongInAFileIsToldWithoutSecrets(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("sluice.yaml");
    for (String wrong :
        List.of(
            "access: {token: \"S3CRET with blanks\"}",
            "access: {users: [\"alice:S3CRET blank\"]}",
            "access: {users: [\"S3CRET\"]}",
            "access: {signed: {secret: \"S3CRET \\u0001\"}}",
            "access: {jwt: {secret: S3CRETs-short}}",
            "cluster: {key: S3CRETs-short}",
            "access: {rules: [{streams: a/*, needs: token, tokens: [\"S3CRET bad\"]}]}",
            "events: {webhooks: [{url: \"http://a/\", secret: \"S3CRET bad\"}]}",
            "streams: {live/a: {sources: [{input: publish, key: \"S3CRET bad\"}]}}")) {
      Files.writeString(file, wrong);
      try {
        ConfigSource.load(file, Map.of());
        said.add("accepted: " + wrong);
      } catch (ConfigException refused) {
        assertThat(refused.problems().toString()).as(wrong).doesNotContain(MARK);
        assertThat(String.valueOf(refused.getMessage())).as(wrong).doesNotContain(MARK);
      }
    }
    assertThat(said).isEmpty();
  }
}
