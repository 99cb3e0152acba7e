package dev.sluice.interop;

import dev.sluice.interop.Onlookers.Onlooker;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * ffmpeg, GStreamer and VLC watch one stream at once, in the forms that each of them knows, and see
 * every picture of it in time. {@code -Dplayers.seconds=600} has them watch for ten minutes.
 */
@Needs({"ffmpeg", "gst-rtmp", "vlc"})
class PlayersAtOnceTest {
  private static final int SECONDS = Integer.getInteger("players.seconds", 5);

  /** A picture has to be so late to be a stall; beside other tests the machine may be busy. */
  private static final long STALL_MS = SECONDS < 60 ? 2_000 : 500;

  /** Segments that players find when they begin. */
  private static final int SEGMENTS = 4;

  private static final Duration BOUND = Duration.ofSeconds(40);

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest()
          .withConfig(() ->
              """
              streams:
                live/clock:
                  sources: ["test:"]
              """);

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  @Test
  void eachSeesEveryPictureInTime() {
    Onlookers onlookers = new Onlookers(children, folder);
    String parts = SERVER.http("/live/clock/index.m3u8");
    String streams = SERVER.http("/live/clock.m3u8");
    String dash = SERVER.http("/live/clock/index.mpd");
    // a player whose buffer is not full yet has not begun to play as it will
    Await.until("segments", BOUND, () -> segments(streams) >= SEGMENTS);
    List<Onlooker> all =
        List.of(
            onlookers.ffmpeg("HLS of CMAF", parts),
            onlookers.ffmpeg("HLS of TS", streams),
            onlookers.ffmpeg("DASH", dash),
            onlookers.gstreamer("HLS of CMAF", parts),
            onlookers.gstreamerOfTransportStreams("HLS of TS", streams),
            onlookers.vlc("HLS of CMAF", parts));
    all.forEach(PlayersAtOnceTest::awaitFirst);
    Duration before = processorTime();
    all.forEach(PlayersAtOnceTest::awaitLast);
    long nowMs = System.currentTimeMillis();
    Map<Onlooker, Showing> showings = new LinkedHashMap<>();
    all.forEach(each -> showings.put(each, each.showing(nowMs, STALL_MS)));
    Duration spent = processorTime().minus(before);
    showings.forEach((who, what) -> System.out.printf("%s: %s%n", who, what));
    System.out.printf("the server's processor time: %d ms%n", spent.toMillis());
    try {
      showings.forEach((who, what) -> what.assertPlayed(who.toString(), SECONDS));
    } finally {
      all.forEach(Onlooker::stop);
    }
  }

  private static long segments(String playlist) throws IOException, InterruptedException {
    String path = playlist.substring(SERVER.http("").length()) + "?session=0";
    HttpResponse<String> answer = SERVER.get(path);
    return answer.statusCode() == 200
        ? answer.body().lines().filter(line -> line.startsWith("#EXTINF:")).count()
        : 0;
  }

  private static void awaitFirst(Onlooker onlooker) {
    await(onlooker + " showing something", BOUND, onlooker, 0);
  }

  private static void awaitLast(Onlooker onlooker) {
    await(SECONDS + " s of " + onlooker, BOUND.plusSeconds(SECONDS), onlooker, SECONDS);
  }

  /** Waits until so many seconds have gone by since its first picture. */
  private static void await(String what, Duration bound, Onlooker onlooker, int seconds) {
    try {
      Await.until(what, bound, () -> hasShownFor(onlooker, seconds));
    } catch (RuntimeException late) {
      throw new AssertionError(onlooker.child().describe("late"), late);
    }
  }

  private static boolean hasShownFor(Onlooker onlooker, int seconds) {
    if (!onlooker.child().isAlive()) {
      throw new AssertionError(onlooker.child().describe("ended"));
    }
    OptionalLong beganMs = onlooker.screen().beganMs();
    return beganMs.isPresent()
        && System.currentTimeMillis() - beganMs.getAsLong()
            >= onlooker.settleMs() + seconds * 1_000L;
  }

  private static Duration processorTime() {
    return SERVER.process().info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
