package dev.sluice.interop;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import dev.sluice.wire.dash.Mpd;
import dev.sluice.wire.dash.Period;
import dev.sluice.wire.dash.Representation;
import dev.sluice.wire.dash.SegmentTemplate;
import dev.sluice.wire.dash.SegmentTimeline;
import dev.sluice.wire.dash.UrlTemplate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * DASH: others' players get what was published, close to now, and go on when the encoder does.
 * {@code -Ddash.seconds=600} has browsers watch for so long.
 */
@Needs("ffmpeg")
class DashTest {
  private static final int SECONDS = 10;
  private static final int WATCH_SECONDS = Integer.getInteger("dash.seconds", 5);
  private static final Duration BOUND = Duration.ofSeconds(40);

  /** How late a viewer may be. */
  private static final double MOST_S = 3;

  /** The description, for somebody who is not counted. */
  private static final String MPD = "index.mpd?session=0";

  private static final JsonMapper JSON = new JsonMapper();

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest().with("SLUICE_DEFAULTS_RECONNECT_GRACE", "10s");

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  @Test
  void ffmpegGetsAllThatWasPublished() {
    Path original = new Clip("dash", "25", 48_000, 2, SECONDS).make(folder);
    Children.Child encoder = new Publishers(children).ffmpeg(original, SERVER.publish("live/dash"));
    SERVER.awaitLive("live/dash");
    try (FfmpegWitness witness =
        FfmpegWitness.ofEndless("DASH", children, SERVER.http("/live/dash/index.mpd"), "")) {
      assertThat(encoder.waitFor(BOUND)).as(encoder.describe("ended")).isZero();
      Frames sent = Frames.of(original);
      try {
        Await.until(
            "most of what was sent",
            BOUND,
            () -> Frames.of(witness).video().size() >= SECONDS * 25 / 2);
      } catch (RuntimeException late) {
        throw new AssertionError(witness.describe(), late);
      }
      witness.close();
      Frames.of(witness).assertRunOf(sent, SECONDS * 25 / 2);
    }
  }

  @Test
  void ffprobeFindsWhatThereIs() {
    Path clip = Clip.kinds(4).getFirst().make(folder);
    new Publishers(children).ffmpegForever(clip, SERVER.publish("live/probe"));
    SERVER.awaitLive("live/probe");
    Children.Child probe =
        children.start(
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "stream=codec_name,width,height,sample_rate",
            "-of",
            "json",
            SERVER.http("/live/probe/index.mpd"));
    assertThat(probe.waitFor(BOUND)).as(probe.describe("ended")).isZero();
    JsonNode streams = JSON.readTree(probe.output()).path("streams");
    assertThat(streams.findValuesAsString("codec_name")).containsExactlyInAnyOrder("h264", "aac");
    assertThat(streams.findValuesAsString("width")).containsExactly("320");
  }

  /** Watches for some time, while nothing happens and while the encoder is away for 5 s. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "dashjs, 6",
    "shaka, 6",
  })
  @Needs({"chromium", "node"})
  void aBrowserPlaysCloseToNow(String player, double behindAHoleS) {
    String stream = "live/" + player;
    Path clip = Clip.kinds(4).getFirst().make(folder);
    Publishers publishers = new Publishers(children);
    Children.Child encoder = publishers.ffmpegForever(clip, SERVER.publish(stream));
    SERVER.awaitLive(stream);
    try (PlayerPages pages = new PlayerPages(children)) {
      Browser browser = new Browser(children, folder);
      browser.open(pages.page(player, SERVER.http("/" + stream + "/index.mpd")));
      plays(browser, "the page", 3);

      JsonNode calm = watch(browser, WATCH_SECONDS);
      assertThat(calm.path("stalls")).as("%s", calm).isEmpty();
      assertThat(calm.path("worstS").asDouble()).as("%s", calm).isLessThan(MOST_S);
      assertThat(calm.path("errors")).as("%s", calm).isEmpty();
      assertThat(calm.path("width").asInt()).as("%s", calm).isEqualTo(320);
      assertThat(calm.path("audioBytes").asInt()).as("%s", calm).isPositive();

      encoder.kill();
      Await.until("the encoder to be missed", BOUND, () -> stalls(browser));
      double awayMs = browser.evaluate("Date.now()").asDouble();
      browser.await("5 s", BOUND, "Date.now() > " + (awayMs + 5_000));
      publishers.ffmpegForever(clip, SERVER.publish(stream));
      plays(browser, "the encoder that came back", 5);
      JsonNode again = watch(browser, WATCH_SECONDS);
      assertThat(again.path("stalls")).as("%s", again).isEmpty();
      assertThat(again.path("latencyS").asDouble()).as("%s", again).isLessThan(behindAHoleS);
    }
  }

  private static boolean stalls(Browser browser) {
    return browser
        .evaluate(
            "new Promise(done => { const video = document.querySelector('video'); "
                + "const at = video.currentTime; "
                + "setTimeout(() => done(video.currentTime === at), 1000); })")
        .asBoolean();
  }

  /** Waits until so many seconds were played, counted from now. */
  private static void plays(Browser browser, String what, int seconds) {
    browser.await(what + ": the page", BOUND, "typeof watched === 'object'");
    browser.evaluate("watched.anew()");
    try {
      browser.await(what + " playing", BOUND, "watched.playedS > " + seconds);
    } catch (RuntimeException late) {
      throw new AssertionError(what + ": " + browser.evaluate("watched.report()"), late);
    }
  }

  /** What the page saw in so many seconds. */
  private static JsonNode watch(Browser browser, int seconds) {
    browser.evaluate("watched.anew()");
    browser.await(
        seconds + " s",
        Duration.ofSeconds(2L * seconds + 20),
        "watched.latencies.length > 0 && watched.playedS >= " + seconds + " * 0.95");
    return browser.evaluate("watched.report()");
  }

  /** Somebody else's reader finds in header and segments what the description says of them. */
  @Test
  @Needs("node")
  void segmentsAreSound() throws IOException, InterruptedException {
    Path clip = Clip.kinds(4).getFirst().make(folder);
    new Publishers(children).ffmpegForever(clip, SERVER.publish("live/mp4"));
    SERVER.awaitLive("live/mp4");
    String base = SERVER.http("/live/mp4/");
    Await.until("four segments", BOUND, () -> isThere(base) && listed(base) >= 4);
    Mpd mpd = mpd(base);
    Path reader = PlayerPages.folder(children).resolve("mp4.mjs");
    for (Representation each : representations(mpd)) {
      SegmentTemplate template = requireNonNull(each.template());
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.write(get(base + url(each, requireNonNull(template.initialization()), 0)));
      long time = requireNonNull(template.timeline()).runs().getFirst().t();
      long end = time;
      List<SegmentTimeline.S> runs = template.timeline().runs();
      int whole = runs.stream().mapToInt(run -> (int) run.r() + 1).sum() - 1;
      assertThat(whole).as("segments that are whole").isGreaterThan(1);
      for (SegmentTimeline.S run : runs) {
        // the last one is being made: how long it becomes is a guess
        for (long i = 0; i <= run.r() && whole-- > 0; i++) {
          all.write(get(base + url(each, requireNonNull(template.media()), end)));
          end += run.d();
        }
      }
      Path file = Files.write(folder.resolve(each.id() + ".mp4"), all.toByteArray());
      Children.Child node = children.start("node", reader.toString(), file.toString());
      assertThat(node.waitFor(BOUND)).as(node.describe("read")).isZero();
      JsonNode found = JSON.readTree(node.output());
      assertThat(found.path("faults")).as("%s", found).isEmpty();
      assertThat(found.path("fragmented").asBoolean()).isTrue();
      JsonNode track = found.path("tracks").path(0);
      assertThat(track.path("codec").asString()).isEqualToIgnoringCase(each.media().codecs());
      assertThat(track.path("timescale").asLong()).isEqualTo(template.timescale());
      assertThat(track.path("startTicks").asLong()).as("%s", found).isEqualTo(time);
      assertThat(track.path("durationTicks").asLong()).as("%s", found).isEqualTo(end - time);
      assertThat(track.path("samples").asInt()).isGreaterThan(50);
    }
  }

  private static boolean isThere(String base) {
    try {
      return SERVER.get(base.substring(SERVER.http("").length()) + MPD).statusCode() == 200;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many segments of the first representation are listed. */
  private static long listed(String base) {
    try {
      SegmentTemplate template = requireNonNull(representations(mpd(base)).getFirst().template());
      return requireNonNull(template.timeline()).runs().stream()
          .mapToLong(run -> run.r() + 1)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Representation> representations(Mpd mpd) {
    Period last = mpd.periods().getLast();
    return last.adaptationSets().stream().flatMap(set -> set.representations().stream()).toList();
  }

  private static String url(Representation of, String template, long time) {
    return new UrlTemplate(of.id(), of.bandwidth(), 0, time).fill(template);
  }

  private static Mpd mpd(String base) throws IOException, InterruptedException {
    return Mpd.read(new String(get(base + MPD), StandardCharsets.UTF_8));
  }

  private static byte[] get(String url) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).as(url).isEqualTo(200);
      return answer.body();
    }
  }
}
