package dev.sluice.node.metrics;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.AccessRules;
import dev.sluice.access.Token;
import dev.sluice.hub.Client;
import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Hub;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Loop;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.media.SourceClock;
import dev.sluice.media.StreamName;
import dev.sluice.net.TestFront;
import dev.sluice.node.config.Config;
import io.micrometer.core.instrument.Gauge;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a scrape of a thousand streams costs. */
@Timeout(60)
class ScrapeTest {
  private static final int STREAMS = 1_000;

  /** Lines of a stream without viewers; comments are once for all streams. */
  private static final int LINES_EACH = 15;

  private static final int BYTES_EACH = 1_200;
  private static final int BYTES_OF_NODE = 40_000;

  private final NodeMetrics counters = new NodeMetrics(HubListener.NONE);
  private final AccessRules access = AccessRules.simple(new Token("the secret"), true);
  private final AtomicInteger tasks = new AtomicInteger();
  private final AtomicReference<Thread> writer = new AtomicReference<>();
  private final Hub hub =
      new Hub(
          Config.defaultConfig()::policy,
          access,
          new MemoryBudget(1 << 28),
          nowNs -> 1_800_000_000_000_000_000L + nowNs,
          PooledByteBufAllocator.DEFAULT,
          counters,
          STREAMS + 1);
  private TestFront front;

  @BeforeEach
  void start() throws InterruptedException {
    front =
        TestFront.start(
            TestFront.options(),
            ConnectionGate.OPEN,
            loops ->
                List.of(
                    new MetricsRoutes(
                        hub,
                        counters,
                        new Vitals(hub, counters, loops, () -> 0, System::nanoTime, () -> 0),
                        access,
                        System::nanoTime)));
    Gauge.builder(
            "who.writes",
            () -> {
              writer.set(Thread.currentThread());
              return 1;
            })
        .register(counters.registry());
    var accepted = new CountDownLatch(STREAMS);
    for (int i = 0; i < STREAMS; i++) {
      Loop loop = new Counting(front.loops().get(i % front.loops().size()), tasks);
      StreamName name = StreamName.parse("live/%04d".formatted(i));
      var client = new Client("S-" + i, "test", "127.0.0.1", 1, null, "");
      loop.execute(() -> hub.publish(name, client, SourceClock.RTMP, loop, new Silent(accepted)));
    }
    assertThat(accepted.await(20, SECONDS)).isTrue();
  }

  @AfterEach
  void stop() {
    hub.close();
    await().atMost(10, SECONDS).until(() -> hub.memory().usedBytes() == 0);
    front.close();
  }

  /** A source that says nothing. */
  private record Silent(CountDownLatch taken) implements SourceHandler {
    @Override
    public void accepted(Publication publication) {
      taken.countDown();
    }

    @Override
    public void ended(Reason reason) {}

    @Override
    public void reading(boolean wanted) {}
  }

  /** A loop of which is known how many tasks it was given. */
  private record Counting(Loop loop, AtomicInteger tasks) implements Loop {
    @Override
    public int index() {
      return loop.index();
    }

    @Override
    public void execute(Runnable task) {
      tasks.incrementAndGet();
      loop.execute(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNs) {
      return loop.schedule(task, delayNs);
    }

    @Override
    public boolean inLoop() {
      return loop.inLoop();
    }

    @Override
    public long nowNs() {
      return loop.nowNs();
    }
  }

  private String scrape() throws IOException {
    try (Socket socket = front.connect(false)) {
      TestFront.request(
          socket, "GET /metrics HTTP/1.1", "Authorization: Bearer the secret", "Connection: close");
      assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200");
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aThousandStreamsAreShortAndCostALoopOneTaskEach() throws Exception {
    scrape(); // meters are made once
    int before = tasks.get();
    String text = scrape();
    assertThat(tasks.get() - before).isEqualTo(STREAMS);
    Thread wrote = writer.get();
    assertThat(wrote).isNotNull();
    assertThat(wrote.isVirtual()).as("a loop has written no text: %s", wrote).isTrue();
    assertThat(text.lines().filter(line -> line.contains("stream=\"live/")))
        .hasSize(STREAMS * LINES_EACH);
    assertThat(text.length()).isBetween(STREAMS * 500, STREAMS * BYTES_EACH + BYTES_OF_NODE);
    assertThat(text.lines().filter(line -> line.startsWith("# TYPE sluice_stream_in_bps")))
        .hasSize(1);
  }
}
