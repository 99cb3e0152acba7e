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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames out equal frames in, however they are published and watched. */
@Needs({"ffmpeg", "gst-rtmp", "rtmpdump"})
class PublishAndWatchTest {
  private static final int SECONDS = 6;
  private static final Duration BOUND = Duration.ofSeconds(30);

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest().with("SLUICE_DEFAULTS_RECONNECT_GRACE", "2s");

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  static List<Clip> clips() {
    return Clip.kinds(SECONDS);
  }

  /** Viewers come as soon as the stream is there, and get all from there on. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("clips")
  void framesOutEqualFramesIn(Clip clip) {
    Path original = clip.make(folder);
    String stream = "live/" + clip.name().replaceAll("[^A-Za-z0-9]+", "-");
    Children.Child encoder = new Publishers(children).ffmpeg(original, SERVER.publish(stream));
    SERVER.awaitLive(stream);
    Map<Watchers.Way, Watchers.Watcher> watchers = start(stream);

    assertThat(encoder.waitFor(BOUND)).as(encoder.describe("ended")).isZero();
    Await.until(
        "all viewers told of the end",
        BOUND,
        () -> watchers.values().stream().allMatch(Watchers.Watcher::ended));
    watchers.values().forEach(Watchers.Watcher::stop);

    Frames sent = clip.exact(Frames.of(original));
    assertThat(sent.video()).hasSizeGreaterThan(SECONDS * 24);
    watchers.forEach((way, _) -> {
      try {
        Frames.of(file(way)).assertEndOf(sent, SECONDS * 24 / 2);
      } catch (AssertionError e) {
        throw new AssertionError(way + ": " + e.getMessage(), e);
      }
    });
  }

  @Test
  void whatGstreamerPublishesIsSeenByAll() {
    String stream = "live/gst";
    Children.Child encoder = new Publishers(children).gstreamer(SERVER.publish(stream));
    SERVER.awaitLive(stream);
    Map<Watchers.Way, Watchers.Watcher> watchers = start(stream);
    Await.until(
        "all viewers to have something",
        BOUND,
        () -> watchers.keySet().stream().allMatch(way -> size(file(way)) > 100_000));
    encoder.stop(BOUND);
    watchers.values().forEach(Watchers.Watcher::stop);
    watchers.forEach((way, _) -> {
      Frames seen = Frames.of(file(way));
      assertThat(seen.video()).as(way.name()).hasSizeGreaterThan(25);
      assertThat(seen.audio()).as(way.name()).hasSizeGreaterThan(25);
      seen.assertTimesAscend();
      decodes(way);
    });
  }

  private Map<Watchers.Way, Watchers.Watcher> start(String stream) {
    Map<Watchers.Way, Watchers.Watcher> watchers = new LinkedHashMap<>();
    for (Watchers.Way way : new Watchers(children).ways()) {
      watchers.put(way, way.start().apply(new Watchers.Target(SERVER, stream), file(way)));
    }
    return watchers;
  }

  /** Decodes without a complaint of the decoders; what is said of rounded times does not count. */
  private void decodes(Watchers.Way way) {
    String complaints =
        children.run(BOUND, "ffmpeg", "-v", "error", "-i", file(way).toString(), "-f", "null", "-");
    assertThat(complaints.lines().filter(line -> line.matches("\\[(h264|aac) .*")))
        .as(way.name())
        .isEmpty();
  }

  private Path file(Watchers.Way way) {
    return folder.resolve(way.name().replaceAll("[^A-Za-z]+", "-") + ".flv");
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
