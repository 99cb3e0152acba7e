package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.FlvRelay.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Viewers of both kinds against a small server that can be told to misbehave. */
class LoadTest {
  private static final Duration STEP = Duration.ofMillis(10);
  private static final int VIEWERS = 10;

  @TempDir Path folder;

  private static ServerSocket plain() throws IOException {
    return new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  }

  private static Crowd crowd(FlvRelay relay, String scheme, int checkedPercent) throws IOException {
    Target target = Target.parse("%s://127.0.0.1:%d/x.flv".formatted(scheme, relay.port()));
    return new Crowd(List.of(new Crowd.Stream(target, relay.ledger())), checkedPercent);
  }

  private static void join(Load load) throws IOException {
    load.open(VIEWERS, 1000);
    while (load.joining() > 0) {
      load.run(STEP);
    }
  }

  @Test
  void everybodyPlaysAndTheCheckedOnesFindNothing() throws IOException {
    try (var relay = new FlvRelay(plain(), Fault.NONE);
        var load = new EpollLoad(crowd(relay, "http", 30), Duration.ZERO)) {
      join(load);
      load.beginWindow();
      load.run(Duration.ofMillis(500));
      ViewerFigures figures = load.figures();
      assertThat(figures.flawless()).as(figures.toString()).isTrue();
      assertThat(figures.playing()).isEqualTo(VIEWERS);
      assertThat(figures.checkedViewers()).isEqualTo(3);
      assertThat(figures.checked().frames()).isGreaterThan(100);
      assertThat(figures.bytesMin()).isGreaterThan(50_000);
      assertThat(figures.bytesMax()).isLessThan(1_000_000);
      assertThat(figures.firstPictureMsP99()).isPositive();
      assertThat(figures.videoDelay().samples()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DROPS_FRAME_30", "REPEATS_FRAME_30", "FLIPS_A_BIT_OF_FRAME_30"})
  void whatTheServerDoesWrongIsFound(Fault fault) throws IOException {
    try (var relay = new FlvRelay(plain(), fault);
        var load = new EpollLoad(crowd(relay, "http", 100), Duration.ZERO)) {
      join(load);
      while (load.figures().checked().frames() < VIEWERS * 120L) { // 30 pictures, 56 of audio
        load.run(STEP);
      }
      ViewerFigures figures = load.figures();
      assertThat(figures.flawless()).isFalse();
      assertThat(figures.checked().firstFault()).startsWith("viewer 0: video frame 3");
      long count =
          switch (fault) {
            case DROPS_FRAME_30 -> figures.checked().missing();
            case REPEATS_FRAME_30 -> figures.checked().repeated();
            default -> figures.checked().corrupted();
          };
      assertThat(count).isEqualTo(VIEWERS);
    }
  }

  @Test
  void viewersThatTheServerClosesAreCut() throws IOException {
    try (var relay = new FlvRelay(plain(), Fault.CLOSES_AFTER_FRAME_30);
        var load = new EpollLoad(crowd(relay, "http", 10), Duration.ZERO)) {
      join(load);
      while (load.playing() > 0) {
        load.run(STEP);
      }
      ViewerFigures figures = load.figures();
      assertThat(figures.cut()).isEqualTo(VIEWERS);
      assertThat(figures.firstReason()).isEqualTo("viewer 0: the server closed the connection");
      assertThat(figures.flawless()).isFalse();
    }
  }

  @Test
  void viewersThatAreTurnedAwayAreRefused() throws IOException {
    try (var relay = new FlvRelay(plain(), Fault.ANSWERS_404);
        var load = new EpollLoad(crowd(relay, "http", 10), Duration.ZERO)) {
      join(load);
      assertThat(load.figures().refused()).isEqualTo(VIEWERS);
      assertThat(load.figures().firstReason()).isEqualTo("viewer 0: HTTP/1.1 404 Not Found");
    }
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (ServerSocket closed = plain()) {
      port = closed.getLocalPort();
    }
    Target target = Target.parse("rtmp://127.0.0.1:%d/live/x".formatted(port));
    try (var load =
        new EpollLoad(
            new Crowd(List.of(new Crowd.Stream(target, null)), 1), Duration.ofMillis(5))) {
      join(load);
      assertThat(load.figures().cut()).isEqualTo(VIEWERS);
      assertThat(load.figures().firstReason()).contains("error number 111"); // ECONNREFUSED
    }
  }

  @Test
  void viewersLeaveAndStall() throws IOException {
    try (var relay = new FlvRelay(plain(), Fault.NONE);
        var load = new EpollLoad(crowd(relay, "http", 10), Duration.ZERO)) {
      join(load);
      load.leave(3);
      load.stall(4);
      assertThat(load.playing()).isEqualTo(VIEWERS - 7);
      load.open(2, 1000);
      while (load.joining() > 0) {
        load.run(STEP);
      }
      load.beginWindow();
      load.run(Duration.ofMillis(100));
      ViewerFigures figures = load.figures();
      assertThat(figures.playing()).isEqualTo(VIEWERS - 5);
      assertThat(figures.flawless()).as(figures.toString()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "DROPS_FRAME_30"})
  void viewersOverTlsAreCheckedToo(Fault fault) throws Exception {
    ServerSocket server =
        context()
            .getServerSocketFactory()
            .createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    try (var relay = new FlvRelay(server, fault);
        var load = new TlsLoad(crowd(relay, "https", 100))) {
      join(load);
      assertThat(load.playing()).as(load.figures().firstReason()).isEqualTo(VIEWERS);
      while (load.figures().checked().frames() < VIEWERS * 120L) {
        load.run(STEP);
      }
      assertThat(load.figures().flawless()).isEqualTo(fault == Fault.NONE);
      assertThat(TlsLoad.opensslName(load.cipher())).isIn("aes-128-gcm", "aes-256-gcm");
    }
  }

  /** A certificate made by the JDK's own tool. */
  private SSLContext context() throws IOException, GeneralSecurityException, InterruptedException {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-alias",
                "x",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost")
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    char[] password = "changeit".toCharArray();
    try (var in = Files.newInputStream(store)) {
      keys.load(in, password);
    }
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
