package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** HLS: others' players get what was published, and stay through whatever happens. */
@Needs("ffmpeg")
class HlsTest {
  private static final int SECONDS = 8;
  private static final int LEAST_PICTURES = SECONDS * 25 / 2;
  private static final Duration BOUND = Duration.ofSeconds(40);

  /** Pictures at the end of a file that was cut off while it was written. */
  private static final int CUT_PICTURES = 5;

  /** How late a viewer of low-latency HLS may be. */
  private static final double MOST_S = 3;

  private static final String PLAYS =
      "document.querySelector('[data-phase]')?.dataset.phase === 'playing'";

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest().with("SLUICE_DEFAULTS_RECONNECT_GRACE", "2s");

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  @Test
  @Needs("gst-rtmp")
  void othersGetAllThatWasPublished() {
    Clip clip = new Clip("hls", "25", 48_000, 2, SECONDS);
    Path original = clip.make(folder);
    Children.Child encoder = new Publishers(children).ffmpeg(original, SERVER.publish("live/hls"));
    SERVER.awaitLive("live/hls");
    Path pictures = folder.resolve("gst.h264");
    try (FfmpegWitness parts =
            FfmpegWitness.ofEndless(
                "HLS of parts", children, SERVER.http("/live/hls/index.m3u8"), "");
        FfmpegWitness streams =
            FfmpegWitness.ofEndless(
                "HLS of TS", children, SERVER.http("/live/hls.m3u8"), Frames.PLAIN)) {
      Children.Child gstreamer = gstreamer(SERVER.http("/live/hls.m3u8"), pictures);

      assertThat(encoder.waitFor(BOUND)).as(encoder.describe("ended")).isZero();
      Frames sent = clip.exact(Frames.of(original));
      Frames plain = clip.exact(Frames.plain(original));
      awaitLastSecond(parts, sent);
      awaitLastSecond(streams, plain);
      Await.until("GStreamer to have much", BOUND, () -> size(pictures) > size(original) / 2);
      assertNoComplaint(parts);
      assertNoComplaint(streams);
      parts.close();
      streams.close();
      gstreamer.kill();
      Frames.of(parts).assertRunOf(sent, LEAST_PICTURES);
      Frames.of(streams).assertRunOf(plain, LEAST_PICTURES);
      assertRun(Frames.pictures(pictures), Frames.seen(original));
    }
  }

  /**
   * Waits until a viewer has come to the last second. The very end is not to be had from one that
   * waits for more: it holds back what it cannot put into an order yet.
   */
  private static void awaitLastSecond(Witness witness, Frames sent) {
    List<Frames.Frame> last = sent.video().subList((SECONDS - 1) * 25, SECONDS * 25);
    Set<String> hashes = last.stream().map(Frames.Frame::hash).collect(Collectors.toSet());
    try {
      Await.until(
          "the last second of " + witness,
          BOUND,
          () -> {
            List<Frames.Frame> seen = Frames.of(witness).video();
            return !seen.isEmpty() && hashes.contains(seen.getLast().hash());
          });
    } catch (RuntimeException late) {
      throw new AssertionError(witness.describe(), late);
    }
  }

  /** With each playlist that it loads anew, ffmpeg reads a track's header again and says so. */
  private static void assertNoComplaint(Witness witness) {
    assertThat(
            witness
                .complaints()
                .lines()
                .filter(line -> !line.endsWith("Found duplicated MOOV Atom. Skipped it")))
        .as("complaints of ffmpeg about %s", witness)
        .isEmpty();
  }

  private Children.Child gstreamer(String url, Path pictures) {
    return children.start(
        ("gst-launch-1.0 -q souphttpsrc location="
                + url
                + " ! hlsdemux ! tsdemux name=in in. ! queue ! h264parse"
                + " ! video/x-h264,stream-format=byte-stream,alignment=au"
                + " ! filesink buffer-mode=unbuffered sync=false location="
                + pictures
                + " in. ! queue ! aacparse ! fakesink sync=false")
            .split(" "));
  }

  /** What GStreamer has written up to now are pictures one behind the other, none left out. */
  private static void assertRun(List<String> seen, Frames shown) {
    List<String> all = shown.video().stream().map(Frames.Frame::hash).toList();
    List<String> complete = seen.subList(0, Math.max(0, seen.size() - CUT_PICTURES));
    assertThat(complete).hasSizeGreaterThan(SECONDS * 25 / 4);
    assertThat(Collections.indexOfSubList(all, complete))
        .as("where GStreamer's %d pictures begin", complete.size())
        .isNotNegative();
  }

  @Test
  @Needs("chromium")
  void thePageStaysThroughAll() throws IOException, InterruptedException {
    Path clip = Clip.kinds(4).getFirst().make(folder);
    var publishers = new Publishers(children);
    var numbers = new Numbers("/live/page/index.v0.m3u8?session=0");
    Children.Child encoder = publishers.ffmpegForever(clip, SERVER.publish("live/page"));
    SERVER.awaitLive("live/page");
    Browser browser = new Browser(children, folder);
    browser.open(SERVER.http("/player/live/page?engine=hls&stats=1"));
    goesOn(browser, "the page", 0);
    assertThat(browser.evaluate("document.querySelector('video').videoWidth").asInt())
        .isEqualTo(320);
    assertThat(browser.evaluate("document.querySelector('.stats').innerText").asString())
        .contains("HLS")
        .contains("avc1");
    numbers.look();

    encoder.kill();
    encoder = publishers.ffmpegForever(clip, SERVER.publish("live/page"));
    goesOn(browser, "the encoder that came back within the grace", now(browser));
    numbers.look();

    encoder.kill();
    Await.until("the stream's end", BOUND, () -> !SERVER.isLive("live/page"));
    encoder = publishers.ffmpegForever(clip, SERVER.publish("live/page"));
    goesOn(browser, "the stream that had ended", now(browser));
    numbers.look();

    long before = numbers.last();
    SERVER.restart();
    encoder.kill();
    publishers.ffmpegForever(clip, SERVER.publish("live/page"));
    goesOn(browser, "the server that was started anew", now(browser));
    numbers.look();
    assertThat(numbers.last()).isGreaterThan(before);
  }

  private static double now(Browser browser) {
    return browser.evaluate("Date.now()").asDouble();
  }

  /** Waits for two seconds of pictures that were taken after {@code fromMs}, close to now. */
  private static void goesOn(Browser browser, String what, double fromMs) {
    String ago = row("Since ingest");
    String taken = "Date.now() - 1000 * " + ago + " > " + (fromMs + 2_000);
    try {
      browser.await(
          what + " playing",
          BOUND,
          String.join(
              " && ",
              PLAYS,
              taken,
              ago + " < " + MOST_S,
              row("Behind live") + " < " + MOST_S,
              "document.querySelector('video').currentTime > 2"));
    } catch (RuntimeException late) {
      throw new AssertionError(browser.evaluate("document.body.innerText").asString(), late);
    }
  }

  /** A figure of the page's own statistics. */
  private static String row(String name) {
    return "parseFloat([...document.querySelectorAll('.stats dt')].find(row => row.textContent === '"
        + name
        + "')?.nextElementSibling.textContent ?? '')";
  }

  /** Numbers of segments as a playlist tells them: each stands for one segment, and they grow. */
  private static final class Numbers {
    private final String path;
    private final TreeMap<Long, String> names = new TreeMap<>();
    private long first;

    Numbers(String path) {
      this.path = path;
    }

    void look() throws IOException, InterruptedException {
      String text = SERVER.get(path).body();
      MediaPlaylist playlist = MediaPlaylist.read(text);
      assertThat(playlist.mediaSequence()).as(text).isGreaterThanOrEqualTo(first);
      first = playlist.mediaSequence();
      long number = first;
      for (Segment segment : playlist.segments()) {
        String known = names.putIfAbsent(number, segment.uri());
        assertThat(segment.uri())
            .as("segment %d", number)
            .isEqualTo(known == null ? segment.uri() : known);
        number++;
      }
      assertThat(number - 1).as(text).isEqualTo(last());
      List<Long> starts = names.values().stream().map(Numbers::start).toList();
      assertThat(starts).as("starts of segments").isSorted().doesNotHaveDuplicates();
    }

    long last() {
      return names.lastKey();
    }

    /** The time that is in a segment's name. */
    private static long start(String uri) {
      return Long.parseLong(uri.replaceAll("^v0-(\\d+)\\.m4s$", "$1"));
    }
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
