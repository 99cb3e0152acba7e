package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.media.SourceClock;
import dev.sluice.media.StreamName;
import dev.sluice.restream.ClipSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attempts to play and to publish as fast as they can be made, at a whole node, by those who may
 * and those who may not: there are never more than the limits allow, and whoever is in stays. The
 * rate is printed; {@code -Dattempts=200000} for long.
 */
@Timeout(600)
class NodeAttemptsTest {
  private static final int ATTEMPTS = Integer.getInteger("attempts", 2_000);
  private static final String TOKEN = "the-token-of-all";
  private static final int CLIENTS = 8;
  private static final int VIEWERS = 5;
  private static final int STREAMS = 6;

  private Node node;
  private ClipSource clip;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    node =
        TestNode.start(
            folder,
            """
            defaults: {playBeforePublish: refuse}
            limits: {viewersPerStream: 5, streams: 6}
            access: {token: the-token-of-all, play: token}
            """);
    clip = TestNode.publish(node, "live/a");
  }

  @AfterEach
  void stop() {
    clip.close();
    node.close();
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort());
    socket.setSoTimeout(30_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static int ask(Socket socket, String query) throws IOException {
    String request = "GET /live/a.flv" + query + " HTTP/1.1\r\nHost: a\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new SocketException("closed");
      }
      head.append((char) next);
    }
    int status = Integer.parseInt(head.substring(9, 12));
    if (status != 200) {
      String length = head.toString().replaceFirst("(?s).*content-length: (\\d+).*", "$1");
      in.skipNBytes(Integer.parseInt(length));
    }
    return status;
  }

  /** A client that tries again and again; gives how often it got which status. */
  private Callable<Map<Integer, Integer>> player(int number, AtomicInteger left) {
    return () -> {
      Map<Integer, Integer> seen = new TreeMap<>();
      Socket socket = connect();
      try {
        while (left.decrementAndGet() >= 0) {
          boolean may = (number + left.get()) % 3 == 0;
          int status = ask(socket, may ? "?token=" + TOKEN : "?token=guess" + left.get());
          seen.merge(status, 1, Integer::sum);
          assertThat(status).isIn(may ? List.of(200, 503) : List.of(403));
          if (status == 200) {
            socket.close(); // it is in, which it was not to stay: the place is free again
            socket = connect();
          }
        }
      } finally {
        socket.close();
      }
      return seen;
    };
  }

  @Test
  void playersAreAsManyAsMayBe() throws Exception {
    List<Socket> inside = new ArrayList<>();
    try {
      for (int i = 0; i < VIEWERS; i++) {
        Socket viewer = connect();
        inside.add(viewer);
        assertThat(ask(viewer, "?token=" + TOKEN)).isEqualTo(200);
      }
      var left = new AtomicInteger(ATTEMPTS);
      long beganNs = System.nanoTime();
      Map<Integer, Integer> seen = new TreeMap<>();
      try (var pool = Executors.newFixedThreadPool(CLIENTS)) {
        List<Callable<Map<Integer, Integer>>> players = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          players.add(player(i, left));
        }
        for (Future<Map<Integer, Integer>> each : pool.invokeAll(players)) {
          each.get().forEach((status, count) -> seen.merge(status, count, Integer::sum));
        }
      }
      report("plays", beganNs);
      assertThat(seen).containsOnlyKeys(403, 503); // nobody who came later, and none left out
      for (Socket viewer : inside) { // and those who were there go on
        assertThat(viewer.getInputStream().readNBytes(1_000)).hasSize(1_000);
      }
      inside.removeLast().close();
      try (Socket next = connect()) {
        await().atMost(20, TimeUnit.SECONDS).until(() -> ask(next, "?token=" + TOKEN) == 200);
      }
    } finally {
      for (Socket viewer : inside) {
        viewer.close();
      }
    }
  }

  private static void report(String what, long beganNs) {
    double seconds = (System.nanoTime() - beganNs) / 1e9;
    System.out.printf("%d %s, %.0f a second%n", ATTEMPTS, what, ATTEMPTS / seconds);
  }

  @Test
  void publishersAreAsManyAsMayBe() throws Exception {
    var done = new CountDownLatch(ATTEMPTS);
    var accepted = new AtomicInteger();
    Map<Reason, AtomicInteger> refused = new ConcurrentHashMap<>();
    List<Loop> loops = node.loops().all();
    long beganNs = System.nanoTime();
    for (int i = 0; i < ATTEMPTS; i++) {
      Loop loop = loops.get(i % loops.size());
      boolean may = i % 4 == 0;
      @Nullable String token = may ? TOKEN : i % 4 == 1 ? null : "guess" + i;
      var client = new Client("P-" + i, "rtmp", "192.0.2.7", 1, token, "");
      var name = StreamName.parse("live/new" + i);
      var handler =
          new SourceHandler() {
            private boolean in;

            @Override
            public void accepted(Publication publication) {
              in = true;
              accepted.incrementAndGet();
              done.countDown();
            }

            @Override
            public void ended(Reason reason) {
              if (!in) {
                refused.computeIfAbsent(reason, _ -> new AtomicInteger()).incrementAndGet();
                done.countDown();
              }
            }

            @Override
            public void reading(boolean wanted) {}
          };
      loop.execute(() -> node.hub().publish(name, client, SourceClock.RTMP, loop, handler));
    }
    assertThat(done.await(120, TimeUnit.SECONDS)).isTrue();
    report("publishes", beganNs);
    assertThat(accepted.get()).isEqualTo(STREAMS - 1); // beside the clip
    assertThat(node.hub().streams()).hasSize(STREAMS);
    assertThat(refused.get(Reason.TOKEN_MISSING)).hasValue(ATTEMPTS / 4);
    assertThat(refused.get(Reason.TOKEN_WRONG)).hasValue(ATTEMPTS / 2);
    int rest = refused.values().stream().mapToInt(AtomicInteger::get).sum();
    assertThat(rest + accepted.get()).isEqualTo(ATTEMPTS);
  }
}
