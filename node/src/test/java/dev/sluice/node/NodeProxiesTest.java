package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.net.TestFront;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.restream.ClipSource;
import dev.sluice.session.rtmp.RtmpTarget.Purpose;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
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
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node behind proxies on this host: rules, sessions and limits are about the client. */
@Timeout(60)
class NodeProxiesTest {
  private static final String TOKEN = "the-token-of-all";
  private static final String YAML =
      """
      rtmp:
        proxyProtocol: true
        tls:
          listen: 127.0.0.1:0
          proxyProtocol: true
          certificate: CHAIN
          key: KEY
      access:
        token: the-token-of-all
        trustedProxies: [127.0.0.0/8]
        rules:
          - streams: live/*
            actions: play
            notAddresses: 192.0.2.0/24
      """;

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private Path file;
  private Node node;
  private ClipSource clip;

  @BeforeEach
  void start() throws Exception {
    file = folder.resolve("sluice.yaml");
    var tls = TestFront.selfSigned();
    String yaml =
        YAML.replace("CHAIN", tls.certificate().toString()).replace("KEY", tls.key().toString());
    node = TestNode.start(folder, yaml);
    clip = TestNode.publish(node, "live/a");
  }

  @AfterEach
  void stop() {
    clip.close();
    node.close();
    http.close();
  }

  private HttpResponse<InputStream> get(String path, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private int status(String path, String... headers) throws Exception {
    HttpResponse<InputStream> answer = get(path, headers);
    answer.body().close();
    return answer.statusCode();
  }

  private JsonArray sessions(String query) throws Exception {
    try (InputStream body =
        get("/sluice/v1/sessions" + query, "Authorization", "Bearer " + TOKEN).body()) {
      return new JsonObject(new String(body.readAllBytes(), StandardCharsets.UTF_8))
          .getJsonArray("sessions");
    }
  }

  private SocketRtmp rtmp(String header, String stream, Purpose purpose) throws IOException {
    int port = Objects.requireNonNull(node.rtmpPort());
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(header.getBytes(StandardCharsets.US_ASCII));
    return new SocketRtmp(socket, "rtmp://localhost/" + stream, purpose);
  }

  private static String from(String address) {
    return "PROXY TCP4 " + address + " 203.0.113.9 4711 1935\r\n";
  }

  @Test
  void rtmpIsJudgedAndListedByWhomTheProxyNames() throws Exception {
    try (SocketRtmp denied = rtmp(from("192.0.2.7"), "live/a", Purpose.PLAY)) {
      assertThat(denied.outcome()).contains("address");
    }
    try (SocketRtmp viewer = rtmp(from("198.51.100.7"), "live/a", Purpose.PLAY)) {
      assertThat(viewer.outcome()).isEqualTo("ready");
      JsonObject session = sessions("?protocol=rtmp").getJsonObject(0);
      assertThat(session.getString("address")).isEqualTo("198.51.100.7");
      assertThat(session.getInteger("port")).isEqualTo(4711);
    }
  }

  @Test
  void nobodyIsOnThisHost() throws Exception {
    try (SocketRtmp other = rtmp(from("127.0.0.1"), "live/new", Purpose.PUBLISH)) {
      assertThat(other.outcome()).contains("token");
    }
    try (SocketRtmp proxy = rtmp("PROXY UNKNOWN\r\n", "live/new", Purpose.PUBLISH)) {
      assertThat(proxy.outcome()).contains("token");
    }
    assertThat(status("/sluice/v1/streams")).isEqualTo(401);
    assertThat(status("/sluice/v1/streams", "X-Forwarded-For", "127.0.0.1")).isEqualTo(401);
    assertThat(status("/metrics", "X-Forwarded-For", "::1")).isEqualTo(401);
  }

  @Test
  void withoutTheHeaderTheProxyIsTurnedAway() throws Exception {
    try (SocketRtmp silent = rtmp("", "live/a", Purpose.PLAY)) {
      assertThat(silent.outcome()).isEqualTo("gone");
    }
  }

  @Test
  void httpIsJudgedAndListedByWhomTheProxyNames() throws Exception {
    assertThat(status("/live/a.flv", "X-Forwarded-For", "192.0.2.7")).isEqualTo(403);
    assertThat(status("/live/a/index.m3u8", "X-Forwarded-For", "10.1.1.1, 192.0.2.7"))
        .isEqualTo(403);
    try (InputStream flv =
        get("/live/a.flv", "X-Forwarded-For", "192.0.2.7, 2001:db8::7, 127.0.0.1").body()) {
      assertThat(flv.readNBytes(3)).containsExactly('F', 'L', 'V');
      JsonObject session = sessions("?protocol=flv").getJsonObject(0);
      assertThat(session.getString("address")).isEqualTo("2001:db8::7");
    }
  }

  @Test
  void whoIsTrustedCanChangeWhileTheServerRuns() throws Exception {
    String[] denied = {"X-Forwarded-For", "192.0.2.7"};
    assertThat(status("/live/a.flv", denied)).isEqualTo(403);
    String yaml = Files.readString(file);
    Files.writeString(file, yaml.replace("127.0.0.0/8", "203.0.113.0/24"));
    assertThat(node.reload("test")).isInstanceOf(LiveConfig.Applied.class);
    assertThat(status("/live/a.flv", denied)).isEqualTo(200); // a word of nobody's proxy
    Files.writeString(
        file, yaml.replace("[127.0.0.0/8]", "127.0.0.0/8\n  proxyHeaders: forwarded"));
    assertThat(node.reload("test")).isInstanceOf(LiveConfig.Applied.class);
    assertThat(status("/live/a.flv", denied)).isEqualTo(200);
    assertThat(status("/live/a.flv", "Forwarded", "for=192.0.2.7")).isEqualTo(403);
    assertThat(status("/live/a.flv", "Forwarded", "for=\"")).isEqualTo(400);
    Files.writeString(file, yaml.replace("trustedProxies: [127.0.0.0/8]", "trustLoopback: true"));
    assertThat(node.reload("test")).isInstanceOf(LiveConfig.Refused.class); // proxyProtocol stands
  }
}
