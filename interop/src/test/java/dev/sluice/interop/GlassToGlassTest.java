package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.restream.ClockStrip;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The test picture tells its time: by that it is seen how old a picture is on the glass, whatever
 * players say of themselves. {@code -Dglass.seconds=600} looks for ten minutes.
 */
class GlassToGlassTest {
  private static final int SECONDS = Integer.getInteger("glass.seconds", 4);
  private static final Duration BOUND = Duration.ofSeconds(40);

  /** A newcomer begins with the last key frame, and then catches up a little faster than time. */
  private static final int SETTLE_SECONDS = 5;

  /** What one word for the delay may be away from another, in seconds. */
  private static final double ALIKE_S = 0.3;

  private static final int WIDTH = 640;
  private static final int HEIGHT = 352;
  private static final int FRAME_MS = 40;

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

  @ParameterizedTest(name = "by {0} it is less than {1} ms old")
  @CsvSource({"http-flv, 1500", "ws-flv, 1500", "hls, 3000"})
  @Needs("chromium")
  void thePictureInThePageIsYoungAndStaysSo(String engine, double mostMs) throws IOException {
    Browser browser = new Browser(children, folder);
    browser.open(SERVER.http("/player/live/clock?stats=1&engine=" + engine));
    GlassWatch.Seen seen = watch(browser, engine);
    browser.await(
        "the page's own words",
        BOUND,
        "/Glass to glass\\s+[0-9]/.test(document.querySelector('.stats').innerText)");
    String panel = browser.evaluate("document.querySelector('.stats').innerText").asString();
    seen.assertYoung(mostMs);

    // the page's own words, of a moment later
    double glass = figure(panel, "Glass to glass");
    assertThat(glass)
        .as(panel)
        .isBetween(seen.lateMs(0) / 1_000 - ALIKE_S, seen.lateMs(100) / 1_000 + ALIKE_S);
    if (engine.equals("hls")) { // the picture's programme date time is that which is in the picture
      assertThat(figure(panel, "Since ingest")).as(panel).isBetween(glass - 1, glass + 1);
    }
  }

  /** The players of others as sites have them, with nothing said of latency but by the server. */
  @ParameterizedTest(name = "by {0} and {1} it is less than {2} ms old")
  @CsvSource({"dashjs, index.mpd, 3000", "shaka, index.mpd, 3000", "shaka, index.m3u8, 3000"})
  @Needs({"chromium", "node"})
  void thePictureInPlayersOfOthersIsYoungAndStaysSo(String player, String form, double mostMs)
      throws IOException {
    try (PlayerPages pages = new PlayerPages(children)) {
      Browser browser = new Browser(children, folder);
      browser.open(pages.page(player, SERVER.http("/live/clock/" + form)));
      watch(browser, player + ", " + form).assertYoung(mostMs);
      assertThat(browser.evaluate("watched.errors")).isEmpty();
    }
  }

  private GlassWatch.Seen watch(Browser browser, String name) throws IOException {
    Duration before = processorTime();
    GlassWatch watch = new GlassWatch(browser, name, SETTLE_SECONDS);
    GlassWatch.Seen seen = watch.forSeconds(SECONDS);
    System.out.println(seen);
    System.out.printf(
        "the server's processor time in %d s: %d ms%n",
        SETTLE_SECONDS + SECONDS, processorTime().minus(before).toMillis());
    return seen;
  }

  private static Duration processorTime() {
    return SERVER.process().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static double figure(String panel, String row) {
    return panel
        .lines()
        .dropWhile(line -> !line.equals(row))
        .skip(1)
        .filter(line -> !line.isBlank())
        .findFirst()
        .map(line -> Double.parseDouble(line.replaceAll(" s.*", "")))
        .orElseThrow(() -> new AssertionError(row + " is not in " + panel));
  }

  @Test
  @Needs("ffmpeg")
  void everyPictureTellsItsTime() throws IOException {
    Path raw = folder.resolve("clock.gray");
    long beforeMs = System.currentTimeMillis();
    decode("-i " + SERVER.http("/live/clock.flv"), "-frames:v 80", raw);
    long afterMs = System.currentTimeMillis();
    List<OptionalLong> times = read(raw, WIDTH, HEIGHT);
    assertThat(times).hasSize(80).allMatch(OptionalLong::isPresent);
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i).getAsLong() - times.get(i - 1).getAsLong())
          .as("picture %d", i)
          .isBetween(FRAME_MS - 1L, FRAME_MS + 1L);
    }
    // the first is the last key frame before, or the one that was kept with it
    assertThat(times.getFirst().getAsLong()).isBetween(beforeMs - 3_000, afterMs);
    assertThat(times.getLast().getAsLong()).isBetween(beforeMs, afterMs);
  }

  @ParameterizedTest(name = "{0} × {1} with {2} kbit/s")
  @CsvSource({"320, 176, 60", "256, 144, 40", "1280, 704, 150"})
  @Needs("ffmpeg")
  void theTimeSurvivesAnEncoder(int width, int height, int kilobits) throws IOException {
    Path encoded = folder.resolve("again.mkv");
    children.run(
        BOUND,
        ("ffmpeg -v error -y -i "
                + SERVER.http("/live/clock.flv?only=video")
                + " -frames:v 100 -vf scale="
                + width
                + ":"
                + height
                + " -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 50 -b:v "
                + (kilobits + "k -maxrate " + kilobits + "k -bufsize " + kilobits + "k ")
                + encoded)
            .split(" "));
    Path raw = folder.resolve("again.gray");
    decode("-i " + encoded, "", raw);
    List<OptionalLong> times = read(raw, width, height);
    long there = times.stream().filter(OptionalLong::isPresent).count();
    System.out.printf(
        "%d × %d, %d kbit/s: %d bytes, %d of %d pictures read%n",
        width, height, kilobits, Files.size(encoded), there, times.size());
    assertThat(there).isGreaterThanOrEqualTo(times.size() * 95L / 100);
    Long last = null;
    for (int i = 0; i < times.size(); i++) {
      if (times.get(i).isPresent()) { // and what is read is right
        long start = times.get(i).getAsLong() - (long) i * FRAME_MS;
        assertThat(start)
            .isBetween(last == null ? start : last - 2, last == null ? start : last + 2);
        last = start;
      }
    }
  }

  private void decode(String input, String options, Path raw) {
    children.run(
        BOUND,
        ("ffmpeg -v error -y " + input + " " + options + " -an -pix_fmt gray -f rawvideo " + raw)
            .replace("  ", " ")
            .split(" "));
  }

  private static List<OptionalLong> read(Path raw, int width, int height) throws IOException {
    byte[] luma = Files.readAllBytes(raw);
    int size = width * height;
    assertThat(luma.length % size).isZero();
    List<OptionalLong> times = new ArrayList<>();
    for (int offset = 0; offset < luma.length; offset += size) {
      times.add(ClockStrip.read(luma, offset, width, height));
    }
    return times;
  }
}
