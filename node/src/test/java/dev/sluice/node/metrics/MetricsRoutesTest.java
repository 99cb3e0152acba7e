package dev.sluice.node.metrics;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.AccessRules;
import dev.sluice.access.Token;
import dev.sluice.endpoint.flv.FlvEndpoint;
import dev.sluice.hub.Client;
import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Hub;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Loop;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.net.TestFront;
import dev.sluice.node.config.Config;
import dev.sluice.wire.Bytes;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted and measured, over a real port, of a real hub. */
@Timeout(60)
class MetricsRoutesTest {
  private static final StreamName NAME = StreamName.parse("live/demo");
  private static final Track VIDEO =
      new Track(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          "h264",
          Timescale.VIDEO,
          Bytes.ofHex("0142C01EFFE1000A6742C01EDA02D0F6840601000468CE3C80"));

  private final NodeMetrics counters = new NodeMetrics(HubListener.NONE);
  private final AccessRules access = AccessRules.simple(new Token("the secret"), true);
  private final AtomicInteger ids = new AtomicInteger();
  private final Config config = Config.defaultConfig();
  private final Hub hub =
      new Hub(
          config::policy,
          access,
          new MemoryBudget(1 << 28),
          nowNs -> 1_800_000_000_000_000_000L + nowNs,
          PooledByteBufAllocator.DEFAULT,
          counters,
          100);
  private TestFront front;

  @BeforeEach
  void start() {
    front =
        TestFront.start(
            TestFront.options(),
            ConnectionGate.OPEN,
            loops ->
                List.of(
                    new FlvEndpoint(hub, () -> "H-" + ids.incrementAndGet()),
                    new MetricsRoutes(
                        hub,
                        counters,
                        new Vitals(hub, counters, loops, () -> 42, System::nanoTime, () -> 0),
                        access,
                        System::nanoTime)));
  }

  @AfterEach
  void stop() {
    hub.close();
    await().atMost(10, SECONDS).until(() -> hub.memory().usedBytes() == 0); // all is given back
    front.close();
  }

  private String answer(String path, String... headers) throws IOException {
    try (Socket socket = front.connect(false)) {
      var lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "Connection: close"));
      lines.addAll(List.of(headers));
      TestFront.request(socket, lines.toArray(String[]::new));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String metrics() throws IOException {
    String answer = answer("/metrics", "Authorization: Bearer the secret");
    assertThat(answer).startsWith("HTTP/1.1 200").contains("text/plain; version=0.0.4");
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  /** A source that publishes as many pictures as it is told. */
  private final class Source implements SourceHandler {
    private final Loop loop = front.loops().getFirst();
    private final CompletableFuture<Publication> accepted = new CompletableFuture<>();
    private final CompletableFuture<Reason> refused = new CompletableFuture<>();

    Source(String address) {
      var client = new Client("S-1", "test", address, 1, null, "");
      loop.execute(() -> hub.publish(NAME, client, SourceClock.RTMP, loop, this));
    }

    void pictures(int count) {
      Publication publication = accepted.orTimeout(10, SECONDS).join();
      var done = new CompletableFuture<Void>();
      loop.execute(() -> {
        publication.announce(VIDEO);
        for (int i = 0; i < count; i++) {
          Bytes slice = Bytes.ofHex("000000026500");
          publication.offer(new SourceUnit(VIDEO, i * 40L, 0, true, slice.buffer()));
        }
        publication.flush();
        done.complete(null);
      });
      done.orTimeout(10, SECONDS).join();
    }

    @Override
    public void accepted(Publication publication) {
      accepted.complete(publication);
    }

    @Override
    public void ended(Reason reason) {
      refused.complete(reason);
    }

    @Override
    public void reading(boolean wanted) {}
  }

  @Test
  void aNodeWithoutStreamsHasItsFigures() throws Exception {
    assertThat(metrics().lines())
        .contains(
            "sluice_connections 42.0",
            "sluice_streams{state=\"live\"} 0.0",
            "sluice_media_memory_bytes{account=\"gop_caches\"} 0.0",
            "sluice_media_memory_limit_bytes 2.68435456E8",
            "sluice_blocks_alive 0.0",
            "sluice_out_bytes_total 0.0",
            "sluice_viewers_refused_total{reason=\"token-wrong\"} 0.0")
        .anyMatch(line -> line.startsWith("sluice_loop_lag_seconds{loop=\"1\"} "))
        .anyMatch(line -> line.startsWith("sluice_loop_queued_tasks{loop=\"0\"} "))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes"))
        .anyMatch(line -> line.startsWith("process_uptime_seconds"));
  }

  @Test
  void aStreamHasItsOwnForAsLongAsItLasts() throws Exception {
    var source = new Source("127.0.0.1");
    source.pictures(5);
    try (Socket viewer = front.connect(false)) {
      TestFront.request(viewer, "GET /live/demo.flv HTTP/1.1");
      TestFront.readHead(viewer.getInputStream());
      List<String> lines = metrics().lines().toList();
      assertThat(lines)
          .contains(
              "sluice_stream_live{stream=\"live/demo\"} 1.0",
              "sluice_stream_viewers{stream=\"live/demo\"} 1.0",
              "sluice_stream_frames_video_total{stream=\"live/demo\"} 5.0",
              "sluice_streams{state=\"live\"} 1.0",
              "sluice_streams_opened_total 1.0",
              "sluice_sources_accepted_total 1.0",
              "sluice_viewers{protocol=\"flv\"} 1.0",
              "sluice_stream_protocol_viewers{protocol=\"flv\",stream=\"live/demo\"} 1.0",
              "sluice_stream_blocks_dropped{stream=\"live/demo\"} 0.0",
              "sluice_viewers_joined_total{protocol=\"flv\"} 1.0");
      assertThat(value(lines, "sluice_out_bytes_total")).isPositive();
      assertThat(value(lines, "sluice_stream_out_bytes_total{stream=\"live/demo\"}"))
          .isEqualTo(value(lines, "sluice_out_bytes_total"))
          .isEqualTo(value(lines, "sluice_protocol_out_bytes_total{protocol=\"flv\"}"));
    }
    await()
        .atMost(10, SECONDS)
        .untilAsserted(
            () -> assertThat(metrics()).contains("sluice_viewers{protocol=\"flv\"} 0.0"));
    assertThat(value(metrics().lines().toList(), "sluice_out_bytes_total")).isPositive();
    assertThat(metrics())
        .contains("sluice_stream_protocol_viewers{protocol=\"flv\",stream=\"live/demo\"} 0.0");
    hub.end(NAME, Reason.KICKED);
    await()
        .atMost(10, SECONDS)
        .untilAsserted(() ->
            assertThat(metrics())
                .doesNotContain("stream=\"live/demo\"")
                .contains("sluice_streams_closed_total 1.0"));
  }

  private static double value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void refusalsAreCountedByReason() throws Exception {
    assertThat(new Source("10.0.0.1").refused.orTimeout(10, SECONDS).join())
        .isEqualTo(Reason.TOKEN_MISSING);
    assertThat(metrics()).contains("sluice_sources_refused_total{reason=\"token-missing\"} 1.0");
  }

  @ParameterizedTest(name = "{0} / {1}: {2}")
  @CsvSource({
    "/metrics, X-Nothing: to see, 200", // a program on this host
    "/metrics?token=the%20secret, Origin: http://evil.example, 200",
    "/metrics?token=nonsense, X-Nothing: to see, 403",
    "/metrics, Authorization: Bearer nonsense, 403",
    "/metrics, Origin: http://evil.example, 401", // a page in a browser on this host
    "/metrics, Sec-Fetch-Site: cross-site, 401",
    "/metrics, X-Forwarded-For: 10.0.0.1, 401", // a proxy on this host
    "/metrics, Via: 1.1 proxy, 401"
  })
  void whoMaySeeThem(String path, String header, int status) throws Exception {
    assertThat(answer(path, header)).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void aNameFromOutsideThatLeadsHereIsNotThisHost() throws Exception {
    try (Socket socket = front.connect(false)) {
      socket
          .getOutputStream()
          .write(
              "GET /metrics HTTP/1.1\r\nHost: rebound.example\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 401");
    }
  }
}
