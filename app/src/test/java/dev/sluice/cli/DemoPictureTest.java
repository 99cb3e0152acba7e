package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.StreamName;
import dev.sluice.node.Node;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo's picture, on a node that has no RTMP and trusts nobody, as in a container. */
@Timeout(60)
class DemoPictureTest {
  private static final StreamName NAME = StreamName.parse("live/demo");
  private static final Path CLIP = Path.of("src/main/resources/dev/sluice/cli/demo.flv");

  /** More than what comes at once. */
  private static final int SOME_BYTES = 50_000;

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private Node node;

  @BeforeEach
  void start() throws Exception {
    Map<String, String> env =
        Map.of(
            "SLUICE_DATA", folder.resolve("data").toString(),
            "SLUICE_HTTP_LISTEN", "127.0.0.1:0",
            "SLUICE_RTMP_ENABLED", "false",
            "SLUICE_ACCESS_TRUST_LOOPBACK", "false");
    node = Node.start(ConfigSource.load(null, env), new Node.Options("test", true));
  }

  @AfterEach
  void stop() {
    node.close();
    http.close();
  }

  /** A picture by a program that stands for ffmpeg: it can do all, and then runs {@code script}. */
  private DemoPicture picture(String script) throws IOException {
    Path ffmpeg = folder.resolve("ffmpeg");
    Files.writeString(
        ffmpeg,
        "#!/bin/sh\ncase \"$*\" in *'-f null'*) exit 0;; esac\n"
            + script.replace("CLIP", "'" + CLIP.toAbsolutePath() + "'"));
    Files.setPosixFilePermissions(ffmpeg, PosixFilePermissions.fromString("rwx------"));
    String path = folder + ":" + System.getenv("PATH");
    return DemoPicture.start(node, NAME, Map.of("PATH", path));
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
        .header("Authorization", "Bearer " + node.access().token().reveal())
        .build();
  }

  private void awaitPublisher(String protocol) {
    HttpRequest publishers = get("/sluice/v1/sessions?action=publish");
    Await.until(
        "a publisher by " + protocol,
        () ->
            http.send(publishers, HttpResponse.BodyHandlers.ofString())
                .body()
                .contains("\"protocol\":\"" + protocol + "\""));
  }

  private void assertPlays() throws Exception {
    HttpRequest request = get("/live/demo.flv");
    try (InputStream flv = http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
      byte[] bytes = flv.readNBytes(SOME_BYTES);
      assertThat(bytes).hasSize(SOME_BYTES).startsWith('F', 'L', 'V');
    }
  }

  @Test
  void ffmpegNeedsNeitherRtmpNorAToken() throws Exception {
    try (DemoPicture _ = picture("cat CLIP\nexec sleep 600\n")) {
      awaitPublisher("pipe");
      assertPlays();
    }
  }

  @Test
  void whenFfmpegEndsTheClipTakesItsPlace() throws Exception {
    try (DemoPicture _ = picture("head -c 100000 CLIP\nexit 3\n")) {
      awaitPublisher("file");
      assertPlays();
    }
  }

  @Test
  void whatCannotBeReadIsEnded() throws Exception {
    try (DemoPicture _ = picture("echo this is not what was asked for\nexec sleep 600\n")) {
      awaitPublisher("file");
    }
  }

  @Test
  @Needs("ffmpeg")
  void ffmpegMakesIt() throws Exception {
    try (DemoPicture _ = DemoPicture.start(node, NAME, System.getenv())) {
      awaitPublisher("pipe");
      assertPlays();
    }
  }
}
