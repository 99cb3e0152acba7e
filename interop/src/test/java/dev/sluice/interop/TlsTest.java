package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.FreePorts;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same frames through RTMPS and HTTPS. */
@Needs({"ffmpeg", "openssl"})
class TlsTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int SECONDS = 6;

  @TempDir Path folder;

  @Test
  void publishedByRtmpsAndWatchedByRtmpsAndHttps() throws IOException {
    try (Children children = new Children()) {
      List<Integer> ports = FreePorts.take(2);
      ServerUnderTest server = secured(children, ports.get(0), ports.get(1));
      server.start();
      try {
        publishAndWatch(children, server, ports.get(0), ports.get(1));
      } finally {
        server.stop();
      }
    }
  }

  private void publishAndWatch(
      Children children, ServerUnderTest server, int rtmpsPort, int httpsPort) {
    Clip kind = Clip.kinds(SECONDS).getFirst();
    Path clip = kind.make(folder);
    String rtmps = "rtmps://127.0.0.1:" + rtmpsPort + "/live/tls";
    Children.Child encoder =
        new Publishers(children).ffmpeg(clip, rtmps + "?token=" + server.token());
    server.awaitLive("live/tls");
    Path overRtmps = folder.resolve("rtmps.flv");
    Path overHttps = folder.resolve("https.flv");
    List<Children.Child> viewers =
        List.of(
            record(children, rtmps, overRtmps),
            record(children, "https://127.0.0.1:" + httpsPort + "/live/tls.flv", overHttps));

    assertThat(encoder.waitFor(BOUND)).as(encoder.describe("ended")).isZero();
    Await.until(
        "both viewers told of the end",
        BOUND,
        () -> viewers.stream().noneMatch(Children.Child::isAlive));
    Frames sent = kind.exact(Frames.of(clip));
    Frames.of(overRtmps).assertEndOf(sent, SECONDS * 24 / 2);
    Frames.of(overHttps).assertEndOf(sent, SECONDS * 24 / 2);
  }

  private static Children.Child record(Children children, String url, Path file) {
    return children.start(
        "ffmpeg",
        "-v",
        "warning",
        "-copyts",
        "-i",
        url,
        "-c",
        "copy",
        "-f",
        "flv",
        file.toString());
  }

  private ServerUnderTest secured(Children children, int rtmpsPort, int httpsPort)
      throws IOException {
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("certificate.pem");
    children.run(
        BOUND,
        ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                + " -subj /CN=localhost -keyout "
                + key
                + " -out "
                + certificate)
            .split(" "));
    assertThat(Files.size(certificate)).isPositive();
    return new ServerUnderTest()
        .with("SLUICE_DEFAULTS_RECONNECT_GRACE", "2s")
        .with("SLUICE_RTMP_TLS_PORT", Integer.toString(rtmpsPort))
        .with("SLUICE_RTMP_TLS_CERTIFICATE", certificate.toString())
        .with("SLUICE_RTMP_TLS_KEY", key.toString())
        .with("SLUICE_HTTP_TLS_PORT", Integer.toString(httpsPort))
        .with("SLUICE_HTTP_TLS_CERTIFICATE", certificate.toString())
        .with("SLUICE_HTTP_TLS_KEY", key.toString());
  }
}
