package dev.sluice.interop.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.stream.Publisher;
import dev.sluice.bench.wire.RtmpUrl;
import dev.sluice.interop.ServerUnderTest;
import dev.sluice.interop.storm.StormViewer.Silence;
import dev.sluice.testkit.Await;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Attempts to play and to publish over real connections as fast as the server answers, by those who
 * may and those who may not: there are never more viewers and streams than the limits allow, as
 * those who try count it and as the API tells it, and whoever watches goes on watching. The rate is
 * printed; {@code -Dattempts=600000} for long.
 */
@Timeout(900)
class AttemptsTest {
  private static final int ATTEMPTS = Integer.getInteger("attempts", 20_000);
  private static final String STREAM = "live/watched";
  private static final long MAX_SILENCE_NS = 1_000_000_000;

  /** Viewers who stay, two of each way. */
  private static final List<StormViewer.Way> WAYS =
      List.of(
          StormViewer.Way.RTMP,
          StormViewer.Way.HTTP_FLV,
          StormViewer.Way.WEBSOCKET_FLV,
          StormViewer.Way.RTMP,
          StormViewer.Way.HTTP_FLV,
          StormViewer.Way.WEBSOCKET_FLV);

  /** Places that are left to those who try. */
  private static final int PLACES = 3;

  private static final int VIEWERS = 9;
  private static final String FULL = "full stream by RTMP: ";
  private static final int STREAMS = 4;

  private final ServerUnderTest server =
      new ServerUnderTest()
          .withJvm("-XX:TieredStopAtLevel=4")
          .withJvm("-Dio.netty.leakDetection.samplingInterval=128")
          .withConfig(() ->
              """
              defaults: {reconnectGrace: 1s}
              limits: {viewersPerStream: 9, streams: 4}
              access:
                trustLoopback: false
                rules:
                  - streams: closed/*
                    actions: play
                    needs: token
              """);

  /** What the API tells of viewers of the stream, and of streams, at most. */
  private static final class Told {
    private volatile boolean stopped;
    private long viewers;
    private long streams;
    private int looks;

    void look(ServerUnderTest server) {
      try {
        while (!stopped) {
          JsonNode all = JsonMapper.shared().readTree(server.get("/sluice/v1/streams").body());
          JsonNode list = all.path("streams");
          streams = Math.max(streams, list.size());
          for (JsonNode stream : list) {
            if (stream.path("name").asString().equals(STREAM)) {
              viewers = Math.max(viewers, stream.path("viewers").asLong());
            }
          }
          looks++;
        }
      } catch (Exception failed) {
        throw new IllegalStateException("the API does not tell", failed);
      }
    }
  }

  @Test
  void limitsHoldAndWhoWatchesGoesOnWatching() throws Exception {
    server.start();
    try {
      Prey prey =
          new Prey(
              server.httpPort(),
              0,
              server.rtmpPort(),
              0,
              STREAM,
              server.token(),
              Duration.ZERO,
              Duration.ZERO);
      standsFirm(prey);
    } finally {
      server.stop();
    }
  }

  private void standsFirm(Prey prey) throws Exception {
    RtmpUrl url =
        RtmpUrl.of("rtmp", "127.0.0.1", prey.rtmpPort(), STREAM + "?token=" + prey.token());
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), prey.rtmpPort());
    List<StormViewer> watching = new ArrayList<>();
    try (Publisher publisher = Publisher.start(address, url, 1);
        Starvation starvation = Starvation.watch(server.process().pid())) {
      for (StormViewer.Way way : WAYS) {
        watching.add(StormViewer.start(way, prey, publisher.ledger()));
      }
      Await.until("pictures", () -> watching.stream().allMatch(StormViewer::begun));
      var told = new Told();
      CompletableFuture<Void> looking = CompletableFuture.runAsync(() -> told.look(server));
      var attempts = new Attempts(prey, ATTEMPTS);
      long beganNs = System.nanoTime();
      attempts.run();
      double seconds = (System.nanoTime() - beganNs) / 1e9;
      told.stopped = true;
      looking.join();
      publisher.check();
      Silence worst =
          watching.stream()
              .flatMap(viewer -> viewer.silences().stream())
              .max(Comparator.comparingLong(silence -> ownNs(silence, starvation)))
              .orElseThrow();
      System.out.printf(
          "%d attempts in %.1f s, %.0f a second: %s; at most %d of %d places taken, %d streams"
              + " published; the API told of %d viewers and %d streams at most, %d times;"
              + " longest silence %d ms, of the server's making %d ms%n",
          attempts.answered(),
          seconds,
          attempts.answered() / seconds,
          attempts.seen(),
          attempts.viewers.most(),
          PLACES,
          attempts.publishers.most(),
          told.viewers,
          told.streams,
          told.looks,
          worst.lengthNs() / 1_000_000,
          ownNs(worst, starvation) / 1_000_000);
      assertLimitsHeld(attempts, told);
      for (StormViewer viewer : watching) {
        viewer.close();
        assertThat(viewer.ended()).as("%s was cut", viewer).isNull();
        assertThat(viewer.result().flawless())
            .as("%s: %s", viewer, viewer.result().firstFault())
            .isTrue();
      }
      assertThat(ownNs(worst, starvation))
          .as("silence of %d ns, without what the machine withheld", worst.lengthNs())
          .isLessThan(MAX_SILENCE_NS);
    } finally {
      for (StormViewer viewer : watching) {
        viewer.close();
      }
    }
  }

  private static long ownNs(Silence silence, Starvation starvation) {
    return silence.lengthNs() - starvation.withheldNs(silence.fromNs(), silence.toNs());
  }

  private static void assertLimitsHeld(Attempts attempts, Told told) {
    assertThat(attempts.seen().keySet())
        .contains(
            "wrong token: 403",
            "full stream: 200",
            "full stream: 503",
            FULL + "NetConnection.Connect.Rejected the stream has too many viewers",
            "publish: in",
            "publish: NetConnection.Connect.Rejected the server has too many streams",
            "publish with a wrong token: NetStream.Publish.Denied the token is not the right one")
        .hasSize(attempts.seen().containsKey(FULL + "in") ? 8 : 7);
    // reached, and never passed
    assertThat(attempts.viewers.most()).isEqualTo(PLACES);
    assertThat(attempts.publishers.most()).isEqualTo(STREAMS - 1);
    assertThat(told.looks).isPositive();
    assertThat(told.viewers).isBetween((long) WAYS.size(), (long) VIEWERS);
    assertThat(told.streams).isBetween(1L, (long) STREAMS);
  }
}
