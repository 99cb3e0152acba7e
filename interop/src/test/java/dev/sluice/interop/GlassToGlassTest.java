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
import tools.jackson.databind.JsonNode;

/**
 * The test picture tells its time: by that it is seen how old a picture is on the glass, whatever
 * players say of themselves. {@code -Dglass.seconds=600} looks for ten minutes.
 */
class GlassToGlassTest {
  private static final int SECONDS = Integer.getInteger("glass.seconds", 10);
  private static final Duration BOUND = Duration.ofSeconds(40);

  /** A newcomer begins with the last key frame, and then catches up a little faster than time. */
  private static final int SETTLE_SECONDS = 5;

  /** Looks in a second. */
  private static final int LOOKS = 10;

  /** By so much the delay may grow, from the first third to the last, in milliseconds. */
  private static final double DRIFT_MS = 300;

  /** What one word for the delay may be away from another, in seconds. */
  private static final double ALIKE_S = 0.3;

  private static final int WIDTH = 640;
  private static final int HEIGHT = 352;
  private static final int FRAME_MS = 40;

  /** Looks at what the page shows, again and again. */
  private static final String WATCH =
      """
      (() => {
        const canvas = Object.assign(document.createElement('canvas'),
          { width: COPY_WIDTH, height: COPY_HEIGHT });
        const context = canvas.getContext('2d', { willReadFrequently: true });
        const seen = { unread: 0, away: 0, looks: [] };
        setInterval(() => {
          const phase = document.querySelector('[data-phase]')?.dataset.phase;
          if (phase !== 'playing') {
            seen.away += seen.looks.length > 0 ? 1 : 0;
            return;
          }
          const utcMs = clockOf(document.querySelector('video'), context);
          if (utcMs === null) seen.unread++;
          else seen.looks.push([Date.now(), utcMs]);
        }, 1000 / %d);
        window.seen = seen;
      })()
      """
          .formatted(LOOKS);

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

  private record Look(long atMs, long utcMs) {
    double lateMs() {
      return atMs - utcMs;
    }
  }

  @ParameterizedTest(name = "by {0} it is less than {1} ms old")
  @CsvSource({"http-flv, 1500", "ws-flv, 1500", "hls, 3000"}) // nine looks of ten
  @Needs("chromium")
  void thePictureInThePageIsYoungAndStaysSo(String engine, double mostMs) throws IOException {
    Browser browser = new Browser(children, folder);
    browser.open(SERVER.http("/player/live/clock?stats=1&engine=" + engine));
    browser.await("the page", BOUND, "document.querySelector('video')");
    browser.evaluate(
        Files.readString(Path.of("..", "console", "web", "shared", "clock-strip.js"))
            .replaceAll("(?m)^export ", ""));
    browser.evaluate(WATCH);
    browser.await(
        "the picture telling its time for " + SECONDS + " s",
        BOUND.plusSeconds(SETTLE_SECONDS + SECONDS),
        "seen.looks.length >= " + (SETTLE_SECONDS + SECONDS) * LOOKS);
    browser.await(
        "the page's own words",
        BOUND,
        "/Glass to glass\\s+[0-9]/.test(document.querySelector('.stats').innerText)");
    JsonNode seen = browser.evaluate("seen");
    String panel = browser.evaluate("document.querySelector('.stats').innerText").asString();

    List<Look> all = new ArrayList<>();
    seen.path("looks")
        .forEach(look -> all.add(new Look(look.path(0).asLong(), look.path(1).asLong())));
    List<Look> looks = all.subList(SETTLE_SECONDS * LOOKS, all.size());
    List<Look> first = looks.subList(0, looks.size() / 3);
    List<Look> last = looks.subList(looks.size() * 2 / 3, looks.size());
    double[] late = looks.stream().mapToDouble(Look::lateMs).sorted().toArray();
    double least = late[0];
    double most = late[late.length - 1];
    double usual = late[late.length * 9 / 10];
    String measured =
        "%s: glass to glass %.0f to %.0f ms, nine of ten below %.0f, medians of thirds %.0f and %.0f"
            .formatted(engine, least, most, usual, median(first), median(last));
    System.out.println(measured);

    assertThat(least).as(measured).isPositive();
    assertThat(usual).as(measured).isLessThan(mostMs);
    assertThat(median(last) - median(first)).as(measured).isLessThan(DRIFT_MS);
    assertThat(seen.path("unread").asInt()).as("not read").isLessThanOrEqualTo(looks.size() / 50);
    assertThat(seen.path("away").asInt())
        .as("looks while it did not play")
        .isLessThanOrEqualTo(looks.size() / 20);
    assertThat(looks.stream().map(Look::utcMs)).isSorted();
    assertThat(looks.stream().map(Look::utcMs).distinct().count())
        .as("pictures seen")
        .isGreaterThan(looks.size() * 3L / 4);

    // the page's own words, of a moment later
    double glass = figure(panel, "Glass to glass");
    assertThat(glass).as(panel).isBetween(least / 1_000 - ALIKE_S, most / 1_000 + ALIKE_S);
    if (engine.equals("hls")) { // the picture's programme date time is that which is in the picture
      assertThat(figure(panel, "Since ingest")).as(panel).isBetween(glass - 1, glass + 1);
    }
  }

  private static double median(List<Look> looks) {
    return looks.stream()
        .mapToDouble(Look::lateMs)
        .sorted()
        .skip(looks.size() / 2)
        .iterator()
        .next();
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
