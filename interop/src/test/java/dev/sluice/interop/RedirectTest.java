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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Real players of RTMP stay when they are given another stream. */
@Needs({"ffmpeg", "gst-rtmp", "rtmpdump"})
class RedirectTest {
  private static final Duration BOUND = Duration.ofSeconds(40);

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest().with("SLUICE_FACES_NGINX_CONTROL", "true");

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  private final Map<Path, Watchers.Watcher> watchers = new LinkedHashMap<>();

  @Test
  void playersGoOnWithAnotherStream() throws Exception {
    Path clip = Clip.kinds(4).getFirst().make(folder);
    Publishers publishers = new Publishers(children);
    publishers.ffmpegForever(clip, SERVER.publish("live/one"));
    publishers.ffmpegForever(clip, SERVER.publish("live/two"));
    SERVER.awaitLive("live/one");
    SERVER.awaitLive("live/two");
    for (Watchers.Way way : new Watchers(children).ways()) {
      if (way.name().startsWith("RTMP")) {
        Path file = folder.resolve(way.name().replaceAll("[^A-Za-z]+", "-") + ".flv");
        watchers.put(file, way.start().apply(new Watchers.Target(SERVER, "live/one"), file));
      }
    }
    everybodyGetsMore();
    assertThat(redirect("one", "two")).isEqualTo("3");
    everybodyGetsMore();
    assertThat(redirect("one", "two")).as("all are at the other one").isEqualTo("0");
    assertThat(redirect("two", "one")).isEqualTo("3");
    everybodyGetsMore();
    assertThat(watchers.values()).noneMatch(Watchers.Watcher::ended);
    watchers.values().forEach(Watchers.Watcher::stop);
    Frames sent = Frames.of(clip);
    for (Path file : watchers.keySet()) {
      Frames seen = Frames.of(file);
      assertThat(seen.video()).as("%s", file.getFileName()).hasSizeGreaterThan(100);
      seen.assertTimesAscend();
      seen.assertPartsOf(sent);
    }
  }

  private static String redirect(String from, String to) throws IOException, InterruptedException {
    return SERVER
        .post("/control/redirect/subscriber?app=live&name=" + from + "&newname=" + to)
        .body();
  }

  /** Waits until each recording has grown by about two seconds of the clip. */
  private void everybodyGetsMore() {
    Map<Path, Long> before = new LinkedHashMap<>();
    watchers.keySet().forEach(file -> before.put(file, size(file)));
    Await.until(
        "all players to get more",
        BOUND,
        () ->
            watchers.keySet().stream()
                .allMatch(file -> size(file) > before.getOrDefault(file, 0L) + 80_000));
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException gone) {
      return 0;
    }
  }
}
