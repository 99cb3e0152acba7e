package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.access.Action;
import dev.sluice.access.LinkForm;
import dev.sluice.access.Token;
import dev.sluice.hub.Client;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.restream.ClipSource;
import dev.sluice.session.rtmp.RtmpTarget.Purpose;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that is reached by IPv6, from the listener to rules, sessions and log. */
@Timeout(60)
class NodeIpv6Test {
  private static final String TOKEN = "the-token-of-all";
  private static final InetAddress SIX = InetAddress.ofLiteral("::1");
  private static final InetAddress FOUR = InetAddress.ofLiteral("127.0.0.1");

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void hasIpv6() {
    boolean has;
    try (var socket = new ServerSocket(0, 1, SIX)) {
      has = socket.isBound();
    } catch (IOException none) {
      has = false;
    }
    assumeTrue(has, "this host has no IPv6");
  }

  @AfterEach
  void stop() {
    http.close();
  }

  private Node start(String listeners) throws Exception {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(
        file,
        listeners
            + """
            defaults: {playBeforePublish: refuse}
            access:
              token: the-token-of-all
              signed: {secret: the-signing-secret}
              rules:
                - {streams: in/*, actions: play, addresses: ["::1"]}
                - {streams: out/*, actions: play, notAddresses: ["::/8"]}
                - {streams: signed/*, actions: play, needs: signed}
            """);
    Map<String, String> env = Map.of("SLUICE_DATA", folder.resolve("data").toString());
    return Node.start(ConfigSource.load(file, env), new Node.Options("test", false));
  }

  private static ClipSource play(Node node, String stream) throws IOException {
    return TestNode.publish(node, stream, new Client("clip", "file", "::1", 0, TOKEN, "test"));
  }

  private HttpResponse<InputStream> get(String host, int port, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
            .header("Authorization", "Bearer " + TOKEN)
            .build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  private int status(String host, int port, String path) throws Exception {
    HttpResponse<InputStream> answer = get(host, port, path);
    answer.body().close();
    return answer.statusCode();
  }

  private static String rtmp(InetAddress address, int port, String stream) throws IOException {
    var socket = new Socket(address, port);
    socket.setSoTimeout(20_000);
    String host = address.equals(SIX) ? "[::1]" : "127.0.0.1";
    try (var client =
        new SocketRtmp(socket, "rtmp://" + host + ":" + port + "/" + stream, Purpose.PLAY)) {
      return client.outcome();
    }
  }

  @Test
  void rulesSessionsAndLogKnowTheAddress() throws Exception {
    try (var log = new LogLines();
        Node node = start("http: {listen: \"[::1]:0\"}\nrtmp: {listen: \"[::1]:0\"}\n");
        ClipSource _ = play(node, "in/a")) {
      int port = node.httpPort();
      int rtmpPort = Objects.requireNonNull(node.rtmpPort());
      assertThat(rtmp(SIX, rtmpPort, "in/a")).isEqualTo("ready");
      assertThat(rtmp(SIX, rtmpPort, "out/a")).contains("address");
      assertThat(status("[::1]", port, "/out/a.flv")).isEqualTo(403);
      assertThat(status("[0:0::1]", port, "/in/a/index.m3u8")).isEqualTo(302);
      try (InputStream flv = get("[::1]", port, "/in/a.flv").body()) {
        assertThat(flv.readNBytes(3)).containsExactly('F', 'L', 'V');
        try (InputStream body = get("[::1]", port, "/sluice/v1/sessions?protocol=flv").body()) {
          JsonArray sessions =
              new JsonObject(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                  .getJsonArray("sessions");
          assertThat(sessions.getJsonObject(0).getString("address")).isEqualTo("::1");
        }
      }
      String link =
          LinkForm.sign(
              Action.PLAY,
              "signed/a",
              new Token("the-signing-secret"),
              32_503_680_000L,
              "::1", // as everybody writes it
              "",
              0);
      assertThat(status("[::1]", port, "/signed/a.flv?" + link)).isEqualTo(404); // nobody sends
      assertThat(status("[::1]", port, "/signed/a.flv?" + link.replace("ip=1", "ip=0")))
          .isEqualTo(403);
      assertThat(log.of("started")).first().asString().contains("http://[::1]:" + port);
      assertThat(log.of("started")).first().asString().contains("rtmp://[::1]:" + rtmpPort);
      assertThat(log.of("play-refused")).first().asString().contains("peer=[::1]:");
    }
  }

  @Test
  void allAddressesAreThoseOfBoth() throws Exception {
    try (Node node = start("http: {port: 0}\nrtmp: {port: 0}\n");
        ClipSource _ = play(node, "other/a")) {
      int port = node.httpPort();
      int rtmpPort = Objects.requireNonNull(node.rtmpPort());
      assertThat(status("[::1]", port, "/healthz")).isEqualTo(200);
      assertThat(status("127.0.0.1", port, "/healthz")).isEqualTo(200);
      assertThat(rtmp(SIX, rtmpPort, "other/a")).isEqualTo("ready");
      assertThat(rtmp(FOUR, rtmpPort, "other/a")).isEqualTo("ready");
      assertThat(rtmp(SIX, rtmpPort, "out/a")).contains("address");
      assertThat(rtmp(FOUR, rtmpPort, "out/a")).doesNotContain("address"); // is not of ::/8
      assertThat(status("127.0.0.1", port, "/in/a.flv")).isEqualTo(403);
    }
  }
}
