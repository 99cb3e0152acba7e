package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Looks, ten times a second, at what the video of a page shows of the test picture: what time it
 * tells, and whether it moves.
 */
final class GlassWatch {
  private static final Duration BOUND = Duration.ofSeconds(40);

  /** Looks in a second. */
  private static final int LOOKS = 10;

  /** A picture has to stand this long to be a stall, ms. */
  private static final int STALL_MS = 500;

  /** By so much the delay may grow, from the first third to the last, ms. */
  private static final double DRIFT_MS = 300;

  /** From so many seconds on nothing is owed to a machine that does something else as well. */
  private static final int LONG_SECONDS = 60;

  /** Of so many hundredths of the looks it is judged how old pictures are, in a short watch. */
  private static final int USUAL = 90;

  /**
   * A video stands when its time is the same at one look after the other; how long is counted from
   * look to look, so that a page that was kept from looking is not taken for one that stands.
   */
  private static final String WATCH =
      """
      (() => {
        const canvas = Object.assign(document.createElement('canvas'),
          { width: COPY_WIDTH, height: COPY_HEIGHT });
        const context = canvas.getContext('2d', { willReadFrequently: true });
        const seen = { unread: 0, away: 0, waits: 0, stalls: [], longestMs: 0, looks: [] };
        const settled = () => seen.looks.length > SETTLE;
        let watched = null;
        let timeS = NaN;
        let atMs = 0;
        let standsMs = 0;
        const stand = (video) => {
          const nowMs = performance.now();
          if (video.currentTime !== timeS || !settled()) {
            standsMs = 0;
          } else {
            const before = standsMs;
            standsMs += nowMs - atMs;
            if (before <= STALL_MS && standsMs > STALL_MS) seen.stalls.push(Date.now());
            seen.longestMs = Math.max(seen.longestMs, standsMs);
          }
          timeS = video.currentTime;
          atMs = nowMs;
        };
        setInterval(() => {
          const video = document.querySelector('video');
          if (video === null) return;
          if (video !== watched) {
            watched = video;
            video.addEventListener('waiting', () => { seen.waits += settled() ? 1 : 0; });
          }
          stand(video);
          const phase = document.querySelector('[data-phase]')?.dataset.phase ?? 'playing';
          if (phase !== 'playing') {
            seen.away += settled() ? 1 : 0;
            return;
          }
          const utcMs = clockOf(video, context);
          if (utcMs !== null) seen.looks.push([Date.now(), utcMs]);
          else seen.unread += settled() ? 1 : 0;
        }, 1000 / LOOKS);
        window.seen = seen;
      })()
      """;

  private final Browser browser;
  private final String name;
  private final int settleSeconds;

  /**
   * Begins to look.
   *
   * @param settleSeconds of which nothing is judged, from the first picture on
   */
  GlassWatch(Browser browser, String name, int settleSeconds) throws IOException {
    this.browser = browser;
    this.name = name;
    this.settleSeconds = settleSeconds;
    browser.await("the page", BOUND, "document.querySelector('video')");
    browser.evaluate(
        Files.readString(Path.of("..", "console", "web", "shared", "clock-strip.js"))
            .replaceAll("(?m)^export ", ""));
    browser.evaluate(
        WATCH
            .replace("SETTLE", Integer.toString(settleSeconds * LOOKS))
            .replace("STALL_MS", Integer.toString(STALL_MS))
            .replace("LOOKS", Integer.toString(LOOKS)));
  }

  /** What was seen in so many seconds after it had settled. */
  Seen forSeconds(int seconds) {
    int settled = settleSeconds * LOOKS;
    try {
      Await.until(
          "the picture of " + name + " telling its time for " + seconds + " s",
          BOUND.plusSeconds(settleSeconds + seconds),
          () -> hasLooked(settled + seconds * LOOKS));
    } catch (RuntimeException late) {
      throw new AssertionError(
          browser.evaluate("({ ...seen, looks: seen.looks.length })").toString(), late);
    }
    JsonNode seen = browser.evaluate("seen");
    List<Look> all = new ArrayList<>();
    seen.path("looks")
        .forEach(look -> all.add(new Look(look.path(0).asLong(), look.path(1).asLong())));
    return new Seen(
        name,
        seconds,
        List.copyOf(all.subList(settled, all.size())),
        seen.path("unread").asInt(),
        seen.path("away").asInt(),
        seen.path("waits").asInt(),
        seen.path("stalls").valueStream().map(JsonNode::asLong).toList(),
        seen.path("longestMs").asLong());
  }

  /** Asked at most twice a second: asking costs the page time. */
  private boolean hasLooked(int times) {
    return browser
        .evaluate(
            "new Promise((told) => setTimeout(() => told(seen.looks.length >= %d), 500))"
                .formatted(times))
        .asBoolean(false);
  }

  /** One look: when, and the time that was seen, ms since 1970. */
  record Look(long atMs, long utcMs) {
    double lateMs() {
      return atMs - utcMs;
    }
  }

  /**
   * What was seen.
   *
   * @param looks at which a time was read
   * @param unread looks at which none was
   * @param away looks while the page said that it did not play
   * @param waits how often the video said that it waits for data
   * @param stalls when it had stood for longer than {@link #STALL_MS}, ms since 1970
   * @param longestMs for how long it stood at most
   */
  record Seen(
      String name,
      int seconds,
      List<Look> looks,
      int unread,
      int away,
      int waits,
      List<Long> stalls,
      long longestMs) {

    /** The age that so many hundredths of what was seen had at most, ms. */
    double lateMs(int hundredths) {
      return hundredth(looks, hundredths);
    }

    private static double hundredth(List<Look> looks, int hundredths) {
      return looks.stream()
          .mapToDouble(Look::lateMs)
          .sorted()
          .skip((looks.size() - 1) * (long) hundredths / 100)
          .iterator()
          .next();
    }

    /** By how much it was older in the last third than in the first, ms. */
    private double driftMs() {
      List<Look> first = looks.subList(0, looks.size() / 3);
      List<Look> last = looks.subList(looks.size() * 2 / 3, looks.size());
      return hundredth(last, 50) - hundredth(first, 50);
    }

    /**
     * Checks that pictures were younger than {@code mostMs} and did not become older, and that they
     * moved all the time. In a long watch there is no exception; in a short one, beside other tests
     * on a busy machine, one look of ten.
     */
    void assertYoung(double mostMs) {
      boolean strict = seconds >= LONG_SECONDS;
      String all = toString();
      assertThat(lateMs(0)).as(all).isPositive();
      assertThat(lateMs(strict ? 100 : USUAL)).as(all).isLessThan(mostMs);
      assertThat(driftMs()).as(all).isLessThan(DRIFT_MS);
      assertThat(unread).as("unread, %s", all).isLessThanOrEqualTo(looks.size() / 50);
      assertThat(away).as("away, %s", all).isLessThanOrEqualTo(strict ? 0 : looks.size() / 20);
      assertThat(stalls).as("stalls, %s", all).hasSizeLessThanOrEqualTo(strict ? 0 : 1);
      assertThat(looks.stream().map(Look::utcMs)).isSorted();
      assertThat(looks.stream().map(Look::utcMs).distinct().count())
          .as("pictures seen")
          .isGreaterThan(looks.size() * 3L / 4);
    }

    @Override
    public String toString() {
      return ("%s: glass to glass %.0f to %.0f ms, p50 %.0f, p90 %.0f, p99 %.0f, drift %.0f;"
              + " in %d s %d stalls %s, %d waits, stood for %d ms at most;"
              + " %d looks, %d unread, %d away")
          .formatted(
              name,
              lateMs(0),
              lateMs(100),
              lateMs(50),
              lateMs(90),
              lateMs(99),
              driftMs(),
              seconds,
              stalls.size(),
              stalls.stream().map(Instant::ofEpochMilli).toList(),
              waits,
              longestMs,
              looks.size(),
              unread,
              away);
    }
  }
}
