package dev.sluice.interop.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.sluice.bench.stream.Publisher;
import dev.sluice.bench.wire.RtmpUrl;
import dev.sluice.interop.ServerUnderTest;
import dev.sluice.interop.storm.StormViewer.Silence;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.FreePorts;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile connections of all kinds against the real server, under the eyes of real viewers: none of
 * these is cut, waits for a second, or gets a wrong byte; and when the storm is over the server is
 * as it was.
 *
 * <p>A build sends 500 connections; {@code -Dstorm=10000} sends as many. {@code -Dseed=N} draws
 * anew, {@code -Dstorm.only=N} sends one connection by itself.
 */
@Needs("openssl")
class StormTest {
  private static final int CONNECTIONS = Integer.getInteger("storm", 500);
  private static final long SEED = Long.getLong("seed", 1);
  private static final int AT_A_TIME = 150;

  /** Connections before memory is looked at for the first time: each kind has been there twice. */
  private static final int WARM_UP = 2 * Storm.ATTACKS.size();

  /** What the process may have grown by since then: its heap may fill, nothing else may. */
  private static final long MAX_GROWTH_BYTES = 192L << 20;

  /** And at the worst moment since all viewers watched. */
  private static final long MAX_PEAK_BYTES = 320L << 20;

  private static final long MAX_SILENCE_NS = 1_000_000_000;
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);
  private static final Duration REQUEST = Duration.ofSeconds(10);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration SETTLES = Duration.ofSeconds(15);
  private static final String STREAM = "live/watched";

  /** Lines of the server's log for each connection: hostility must not fill a disk. */
  private static final int MAX_LINES_EACH = 10;

  @TempDir Path folder;

  @Test
  void viewersGoOnWatchingAndNothingIsLeftBehind() throws Exception {
    Files.deleteIfExists(log());
    List<Integer> tls = FreePorts.take(2);
    ServerUnderTest server = server(tls.get(0), tls.get(1));
    server.start();
    Storm storm;
    try {
      Prey prey =
          new Prey(
              server.httpPort(),
              tls.get(0),
              server.rtmpPort(),
              tls.get(1),
              STREAM,
              server.token(),
              HANDSHAKE,
              REQUEST);
      storm = new Storm(prey, SEED, AT_A_TIME);
      standsFirm(server, prey, storm);
    } finally {
      server.stop();
    }
    assertLogIsClean(storm);
  }

  private ServerUnderTest server(int httpsPort, int rtmpsPort) {
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("certificate.pem");
    try (Children children = new Children()) {
      children.run(
          Duration.ofSeconds(30),
          ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                  + " -subj /CN=localhost -keyout "
                  + key
                  + " -out "
                  + certificate)
              .split(" "));
    }
    return new ServerUnderTest()
        .with("SLUICE_RTMP_TLS_PORT", Integer.toString(rtmpsPort))
        .with("SLUICE_RTMP_TLS_CERTIFICATE", certificate.toString())
        .with("SLUICE_RTMP_TLS_KEY", key.toString())
        .with("SLUICE_HTTP_TLS_PORT", Integer.toString(httpsPort))
        .with("SLUICE_HTTP_TLS_CERTIFICATE", certificate.toString())
        .with("SLUICE_HTTP_TLS_KEY", key.toString())
        .with("SLUICE_RTMP_HANDSHAKE_TIMEOUT", HANDSHAKE.toSeconds() + "s")
        .with("SLUICE_DEFAULTS_RECONNECT_GRACE", GRACE.toSeconds() + "s")
        .with("SLUICE_LOG_FILE", log().toString())
        .with("SLUICE_LOG_MAX_SIZE", "1GB");
  }

  /** Stays, for whoever wants to know what the server said. */
  private static Path log() {
    return Path.of("target", "storm-server.log").toAbsolutePath();
  }

  private void standsFirm(ServerUnderTest server, Prey prey, Storm storm) throws Exception {
    RtmpUrl url =
        RtmpUrl.of("rtmp", "127.0.0.1", prey.rtmpPort(), STREAM + "?token=" + prey.token());
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), prey.rtmpPort());
    List<StormViewer> viewers = new ArrayList<>();
    ServerThreads.jcmd(server.process().pid(), "VM.version"); // jcmd has a thread and a socket, too
    ServerThreads idleThreads = threads(server);
    long idleSockets = state(server).sockets();
    try (Publisher publisher = Publisher.start(address, url, SEED);
        Starvation starvation = Starvation.watch(server.process().pid())) {
      for (StormViewer.Way way : StormViewer.Way.values()) {
        viewers.add(StormViewer.start(way, prey, publisher.ledger()));
      }
      Await.until("pictures", () -> viewers.stream().allMatch(StormViewer::begun));
      assertThat(viewers).allSatisfy(viewer -> assertThat(viewer.ended()).isNull());
      ServerState.forgetPeak(server.process().pid());
      ServerState before = state(server);
      long beganNs = System.nanoTime();
      ServerState warm = send(server, storm);
      double seconds = (System.nanoTime() - beganNs) / 1e9;
      publisher.check();
      Silence longest = longest(viewers, Silence::lengthNs);
      ToLongFunction<Silence> fault =
          silence -> silence.lengthNs() - starvation.withheldNs(silence.fromNs(), silence.toNs());
      Silence worst = longest(viewers, fault);
      assertThat(storm.failures()).as("seed " + SEED).isEmpty();
      awaitLeft(server, before);
      ServerState after = state(server);
      System.out.printf(
          "storm: seed %d, %d kinds, %d connections in %.0f s, %d held by us, %d RTMP turned away;"
              + " resident %d MB before, %d MB warm, %d MB at most, %d MB after;"
              + " longest silence %d ms, of the server's making %d ms%n",
          SEED,
          storm.done().size(),
          storm.connections(),
          seconds,
          storm.held(),
          storm.turnedAway().size(),
          before.residentBytes() >> 20,
          warm.residentBytes() >> 20,
          after.peakBytes() >> 20,
          after.residentBytes() >> 20,
          longest.lengthNs() / 1_000_000,
          fault.applyAsLong(worst) / 1_000_000);
      for (StormViewer viewer : viewers) {
        viewer.close();
        assertWatched(viewer);
      }
      assertThat(fault.applyAsLong(worst))
          .as("silence of %d ns, without what the machine withheld", worst.lengthNs())
          .isLessThan(MAX_SILENCE_NS);
      assertThat(after.peakBytes() - before.residentBytes())
          .as("bytes grown at the worst moment")
          .isLessThan(MAX_PEAK_BYTES);
      assertThat(after.residentBytes() - warm.residentBytes())
          .as("bytes grown since each kind of attack was there twice")
          .isLessThan(MAX_GROWTH_BYTES);
    } finally {
      storm.close();
      for (StormViewer viewer : viewers) {
        viewer.close();
      }
    }
    assertNothingIsHeld(server, idleSockets, idleThreads);
  }

  private ServerThreads threads(ServerUnderTest server) throws IOException, InterruptedException {
    return ServerThreads.of(server.process().pid(), folder.resolve("threads.json"));
  }

  private static Silence longest(List<StormViewer> viewers, ToLongFunction<Silence> length) {
    return viewers.stream()
        .flatMap(viewer -> viewer.silences().stream())
        .max(Comparator.comparingLong(length))
        .orElseThrow();
  }

  /** Sends all connections; returns what the server held when each kind had been there. */
  private static ServerState send(ServerUnderTest server, Storm storm) throws Exception {
    Integer only = Integer.getInteger("storm.only");
    if (Boolean.getBoolean("storm.each")) {
      sendEach(server, storm);
    } else if (only != null) {
      storm.send(IntStream.of(only));
    } else {
      storm.send(IntStream.range(0, WARM_UP));
      ServerState warm = state(server);
      storm.send(IntStream.range(WARM_UP, CONNECTIONS));
      storm.awaitEnd();
      return warm;
    }
    storm.awaitEnd();
    return state(server);
  }

  /** Says what ten of each kind cost the server. */
  private static void sendEach(ServerUnderTest server, Storm storm) throws Exception {
    int kinds = Storm.ATTACKS.size();
    for (int kind = 0; kind < kinds; kind++) {
      ServerState before = state(server);
      storm.send(IntStream.iterate(kind, number -> number + kinds).limit(10));
      storm.awaitEnd();
      ServerState after = state(server);
      System.out.printf(
          "%6d ms cpu, loop late by %4.0f ms, %+5d kB: %s%n",
          after.cpuMs() - before.cpuMs(),
          after.loopLagMs(),
          (after.residentBytes() - before.residentBytes()) >> 10,
          Storm.ATTACKS.get(kind));
    }
  }

  private static ServerState state(ServerUnderTest server)
      throws IOException, InterruptedException {
    return ServerState.of(server.get("/metrics").body(), server.process().pid());
  }

  /** All assailants go from the lists and the accounts; the stream and its viewers stay. */
  private static void awaitLeft(ServerUnderTest server, ServerState before) {
    int viewers = StormViewer.Way.values().length;
    Map<String, Long> wanted =
        Map.of(
            "streams",
            1L,
            "viewers",
            (long) viewers,
            "streams listed",
            1L,
            "viewers listed",
            (long) viewers,
            "connections",
            before.sum("sluice_connections"),
            "arrivals",
            0L);
    Await.value(
        "the assailants' streams and connections to be gone, to " + wanted,
        SETTLES,
        () -> {
          ServerState now = state(server);
          return Map.of(
              "streams", now.sum("sluice_streams"),
              "viewers", now.sum("sluice_viewers"),
              "streams listed", listed(server, "/sluice/v1/streams", "name"),
              "viewers listed", listed(server, "/sluice/v1/viewers", "id"),
              "connections", now.sum("sluice_connections"),
              "arrivals", now.account("arrivals"));
        },
        wanted::equals);
  }

  /** How many there are in a list of the API, of which each entry begins with {@code key}. */
  private static long listed(ServerUnderTest server, String path, String key)
      throws IOException, InterruptedException {
    Pattern entry = Pattern.compile("\\{\"" + key + "\":");
    return entry.matcher(server.get(path).body()).results().count();
  }

  private static void assertWatched(StormViewer viewer) {
    assertThat(viewer.ended()).as(viewer + " was cut").isNull();
    assertThat(viewer.result().flawless())
        .as(viewer + ": " + viewer.result().firstFault())
        .isTrue();
    assertThat(viewer.result().frames()).as(viewer + ": frames").isGreaterThan(100);
  }

  /** Publisher and viewers have left as well: nothing is kept, and no buffer was lost. */
  private void assertNothingIsHeld(
      ServerUnderTest server, long idleSockets, ServerThreads idleThreads) throws Exception {
    Map<String, Long> wanted =
        Map.of("streams", 0L, "media bytes", 0L, "sockets", idleSockets, "connections", 1L);
    Await.value(
        "all to be given back, to " + wanted,
        SETTLES,
        () -> {
          ServerState now = state(server);
          return Map.of(
              "streams", now.sum("sluice_streams"),
              "media bytes", now.mediaBytes(),
              "sockets", now.sockets(),
              "connections", now.sum("sluice_connections"));
        },
        wanted::equals);
    Await.value(
        "all threads to have ended that the storm began",
        SETTLES,
        () -> threads(server).moreThan(idleThreads),
        Map::isEmpty);
    // lost buffers are found when the garbage collector meets them and another one is made
    ServerThreads.jcmd(server.process().pid(), "GC.run");
    for (int i = 0; i < 100; i++) {
      assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  private static void assertLogIsClean(Storm storm) throws IOException {
    ServerLog log = ServerLog.of(log());
    long connections = storm.connections();
    assertThat(log.lines())
        .hasSizeGreaterThan(10)
        .hasSizeLessThan((int) (100 + MAX_LINES_EACH * connections));
    assertSoftly(softly -> {
      softly
          .assertThat(log.stackTracesAndLostBuffers())
          .as("stack traces and lost buffers")
          .isEmpty();
      softly
          .assertThat(log.unexplained())
          .as("warnings and errors that do not say who, what and why")
          .isEmpty();
      softly
          .assertThat(log.endedWithoutAWord(storm.turnedAway()))
          .as("of %d RTMP connections that the server ended", storm.turnedAway().size())
          .isEmpty();
      softly.assertThat(log.endedTwice()).as("connections that ended twice").isEmpty();
    });
  }
}
