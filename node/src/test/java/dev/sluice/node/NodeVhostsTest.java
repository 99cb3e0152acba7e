package dev.sluice.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.backend.Place;
import dev.sluice.media.StreamName;
import dev.sluice.net.TestFront;
import dev.sluice.node.Receiver.Answer;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.restream.ClipSource;
import dev.sluice.session.rtmp.RtmpTarget.Purpose;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node with virtual hosts: whose stream it is, and what others are told of it. */
@Timeout(60)
class NodeVhostsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String YAML =
      """
      streams:
        a.example!**: {playBeforePublish: refuse}
        '**': {playBeforePublish: refuse}
      access:
        token: the-token-of-all
        publish: backend
        play: backend
        rules:
          - streams: c.example!live/*
            needs: backend
        backend:
          publish: RECEIVER/srs
          play: RECEIVER/srs
      events:
        srs:
          onConnect: RECEIVER/srs
          onClose: RECEIVER/srs
          onUnpublish: RECEIVER/srs
          onStop: RECEIVER/srs
        nginx:
          onDisconnect: RECEIVER/nginx
          onDone: RECEIVER/nginx
      """;

  @TempDir Path folder;
  private Receiver receiver;
  private Node node;

  @BeforeEach
  void start() throws Exception {
    receiver = new Receiver();
    receiver.answers(_ -> new Answer(200, "0"));
    node = TestNode.start(folder, YAML.replace("RECEIVER", receiver.address("")));
  }

  @AfterEach
  void stop() {
    node.close();
    receiver.close();
  }

  private SocketRtmp rtmp(String url, Purpose purpose) throws IOException {
    int port = requireNonNull(node.rtmpPort());
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return new SocketRtmp(socket, url, purpose);
  }

  /** What SRS's receivers were told, as {@code action vhost app stream}, in order. */
  private List<String> told() {
    return receiver.asked().stream()
        .filter(asked -> asked.path().equals("/srs"))
        .map(asked -> new JsonObject(asked.body()))
        .map(json ->
            "%s %s %s %s"
                .formatted(
                    json.getString("action"),
                    json.getString("vhost"),
                    json.getString("app"),
                    json.getString("stream", "")))
        .map(String::strip)
        .toList();
  }

  private List<String> tcUrls() {
    return receiver.asked().stream()
        .filter(asked -> asked.path().equals("/nginx"))
        .map(asked -> URLDecoder.decode(asked.body(), StandardCharsets.UTF_8))
        .map(body -> body.substring(body.indexOf("&tcurl=") + 7, body.indexOf("&pageurl=")))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "rtmp://a.example/live/x, a.example!live/x",
    "rtmp://A.Example:1935/live/x, a.example!live/x",
    "rtmp://127.0.0.1/live/x?vhost=a.example, a.example!live/x",
    "rtmp://127.0.0.1/live?vhost=a.example/x, a.example!live/x",
    "rtmp://127.0.0.1/live...vhost...a.example/x, a.example!live/x",
    "rtmp://b.example/live/x?vhost=a.example, a.example!live/x",
    "rtmp://127.0.0.1/a.example!live/x, a.example!live/x",
    "rtmp://c.example/live/x, c.example!live/x",
    "rtmp://b.example/live/x, live/x",
    "rtmp://127.0.0.1/live/x, live/x",
    "rtmp://a.example/live/x?vhost=b.example, live/x",
  })
  void rtmpIsOfTheVhostThatItNames(String url, String stream) throws Exception {
    StreamName name = StreamName.parse(stream);
    try (SocketRtmp publisher = rtmp(url, Purpose.PUBLISH)) {
      assertThat(publisher.outcome()).isEqualTo("ready");
      assertThat(node.hub().stream(name)).isNotNull();
      try (SocketRtmp player = rtmp(url, Purpose.PLAY)) {
        assertThat(player.outcome()).isEqualTo("ready");
      }
      await().atMost(SOON).until(() -> told().size() == 6);
    }
    await().atMost(SOON).until(() -> told().size() == 8 && tcUrls().size() == 4);
    String vhost = Place.of(name).vhost();
    String place = vhost + " live";
    assertThat(told())
        .containsExactlyInAnyOrder(
            "on_connect " + place + " x",
            "on_publish " + place + " x",
            "on_connect " + place + " x",
            "on_play " + place + " x",
            "on_stop " + place + " x",
            "on_close " + place,
            "on_unpublish " + place + " x",
            "on_close " + place);
    assertThat(tcUrls()).containsOnly("rtmp://" + vhost + "/live");
  }

  private ClipSource publish(String stream) throws IOException {
    ClipSource clip = TestNode.publish(node, stream);
    await().atMost(SOON).until(() -> node.hub().stream(StreamName.parse(stream)) != null);
    return clip;
  }

  /** Head of the answer to a GET at a host, and the first bytes of its body. */
  private record Got(String head, String begin) {
    String location() {
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location: "))
          .map(line -> line.substring("location: ".length()))
          .findFirst()
          .orElse("");
    }
  }

  private Got get(String host, String path) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
      socket.setSoTimeout(20_000);
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String head = TestFront.readHead(in);
      return new Got(head, new String(in.readNBytes(7), StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void httpIsOfTheHostThatItIsSentTo() throws Exception {
    try (ClipSource _ = publish("a.example!live/x")) {
      for (String host : List.of("a.example", "A.EXAMPLE:8080")) {
        assertThat(get(host, "/live/x.flv").begin()).as(host).startsWith("FLV");
        assertThat(get(host, "/live/x.ts").begin()).as(host).startsWith("G");
      }
      assertThat(get("localhost", "/live/x.flv?vhost=a.example").begin()).startsWith("FLV");
      assertThat(get("localhost", "/a.example!live/x.flv").begin()).startsWith("FLV");
      for (String host : List.of("b.example", "127.0.0.1")) {
        assertThat(get(host, "/live/x.flv").head()).as(host).startsWith("HTTP/1.1 404 ");
        assertThat(get(host, "/live/x/index.m3u8?session=0").head())
            .as(host)
            .startsWith("HTTP/1.1 404 ");
      }
      assertThat(told()).contains("on_play a.example live x", "on_play __defaultVhost__ live x");
    }
  }

  @Test
  void aSessionIsOfTheVhostWhereverItGoesOn() throws Exception {
    try (ClipSource _ = publish("a.example!live/x")) {
      String session = get("a.example", "/live/x/index.m3u8?who=me").location();
      assertThat(session).matches("/s/[^/]{22}/a\\.example!live/x/index\\.m3u8\\?who=me");
      for (String host : List.of("a.example", "localhost")) {
        Got playlist = get(host, session);
        assertThat(playlist.head()).startsWith("HTTP/1.1 200 ");
        assertThat(playlist.begin()).isEqualTo("#EXTM3U");
      }
      String plain = session.replace("a.example!", "");
      assertThat(get("a.example", plain).head()).startsWith("HTTP/1.1 200 ");
      assertThat(get("localhost", plain).head()).startsWith("HTTP/1.1 400 ");
      assertThat(told()).containsOnlyOnce("on_play a.example live x");
      assertThat(get("a.example", "/live/x/index.m3u8?session=0").begin()).isEqualTo("#EXTM3U");
    }
  }

  @Test
  void vhostsMayComeWhileTheServerRuns() throws Exception {
    try (ClipSource _ = publish("live/x");
        ClipSource _ = publish("d.example!live/only")) {
      assertThat(get("d.example", "/live/x.flv").begin()).startsWith("FLV");
      assertThat(get("d.example", "/live/only.flv").head()).startsWith("HTTP/1.1 404 ");
      Path file = folder.resolve("sluice.yaml");
      Files.writeString(file, Files.readString(file).replace("c.example!live/*", "d.example!**"));
      assertThat(node.reload("test")).isInstanceOf(LiveConfig.Applied.class);
      assertThat(get("d.example", "/live/x.flv").head()).startsWith("HTTP/1.1 404 ");
      assertThat(get("d.example", "/live/only.flv").begin()).startsWith("FLV");
    }
  }
}
