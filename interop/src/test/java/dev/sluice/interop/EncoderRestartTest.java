package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An encoder that goes away and comes back costs no viewer, however it goes. */
@Needs({"ffmpeg", "gst-rtmp", "rtmpdump"})
class EncoderRestartTest {
  private static final Duration BOUND = Duration.ofSeconds(40);
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final int TIMES = 3;

  @RegisterExtension static final ServerUnderTest SERVER = new ServerUnderTest();

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  private final Map<Path, Watchers.Watcher> watchers = new LinkedHashMap<>();

  @Test
  void killedAndStartedAgain() {
    Path clip = Clip.kinds(4).getFirst().make(folder);
    Publishers publishers = new Publishers(children);
    Children.Child encoder = publishers.ffmpegForever(clip, SERVER.publish("live/killed"));
    watch("live/killed");
    for (int i = 0; i < TIMES; i++) {
      encoder.kill();
      encoder = publishers.ffmpegForever(clip, SERVER.publish("live/killed"));
      everybodyGetsMore();
    }
    everybodyStayed(clip);
  }

  @Test
  void stoppedForAWhile() {
    Path clip = Clip.kinds(4).getFirst().make(folder);
    Children.Child encoder =
        new Publishers(children).ffmpegForever(clip, SERVER.publish("live/stopped"));
    watch("live/stopped");
    for (int i = 0; i < TIMES; i++) {
      encoder.signal("STOP");
      nobodyGetsMore();
      encoder.signal("CONT");
      everybodyGetsMore();
    }
    everybodyStayed(clip);
  }

  @Test
  @Needs("netns")
  void lostWithoutAWordAndReplaced() {
    Path clip = Clip.kinds(4).getFirst().make(folder);
    Publishers publishers = new Publishers(children);
    try (Island first = new Island(children, 1);
        Island second = new Island(children, 2)) {
      publishers.ffmpegForever(clip, address(first), first.command());
      watch("live/lost");
      first.sink();
      nobodyGetsMore();
      // Refused until the first one has been silent for long enough: encoders try again.
      Await.until(
          "the second encoder being accepted",
          BOUND,
          () -> {
            Children.Child encoder =
                publishers.ffmpegForever(clip, address(second), second.command());
            Await.until(
                "the encoder being taken or refused",
                BOUND,
                () -> !encoder.isAlive() || somebodyGetsMore());
            return encoder.isAlive();
          });
      everybodyGetsMore();
      everybodyStayed(clip);
    }
  }

  private static String address(Island island) {
    return "rtmp://"
        + island.hostAddress()
        + ":"
        + SERVER.rtmpPort()
        + "/live/lost?token="
        + SERVER.token();
  }

  /** Viewers of all kinds, each of which has got something. */
  private void watch(String stream) {
    SERVER.awaitLive(stream);
    for (Watchers.Way way : new Watchers(children).ways()) {
      Path file = folder.resolve(way.name().replaceAll("[^A-Za-z]+", "-") + ".flv");
      watchers.put(file, way.start().apply(new Watchers.Target(SERVER, stream), file));
    }
    everybodyGetsMore();
  }

  private void everybodyStayed(Path clip) {
    assertThat(watchers.values()).noneMatch(Watchers.Watcher::ended);
    watchers.values().forEach(Watchers.Watcher::stop);
    Frames sent = Frames.of(clip);
    for (Path file : watchers.keySet()) {
      Frames seen = Frames.of(file);
      assertThat(seen.video()).as("%s", file.getFileName()).hasSizeGreaterThan(50);
      seen.assertTimesAscend();
      seen.assertPartsOf(sent);
    }
  }

  /** Waits until each recording has grown by about two seconds of the clip. */
  private void everybodyGetsMore() {
    Map<Path, Long> before = sizes();
    Await.until(
        "all viewers to get more",
        BOUND,
        () ->
            watchers.keySet().stream()
                .allMatch(file -> size(file) > before.getOrDefault(file, 0L) + 80_000));
  }

  private boolean somebodyGetsMore() {
    Map<Path, Long> before = sizes();
    try {
      Await.until("more", QUIET, () -> !sizes().equals(before));
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  /** Waits until no recording grows any more. */
  private void nobodyGetsMore() {
    Await.until("the viewers to get nothing", BOUND, () -> !somebodyGetsMore());
  }

  private Map<Path, Long> sizes() {
    Map<Path, Long> sizes = new LinkedHashMap<>();
    watchers.keySet().forEach(file -> sizes.put(file, size(file)));
    return sizes;
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
