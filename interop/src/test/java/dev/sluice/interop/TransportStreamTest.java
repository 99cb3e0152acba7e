package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A transport stream over HTTP: what was published is seen, and others' demuxers say nothing. */
@Needs({"ffmpeg", "gst-rtmp"})
class TransportStreamTest {
  private static final int SECONDS = 6;
  private static final int LEAST_PICTURES = SECONDS * 24 / 2;
  private static final Duration BOUND = Duration.ofSeconds(60);

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest().with("SLUICE_DEFAULTS_RECONNECT_GRACE", "2s");

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  static List<Clip> clips() {
    return Clip.kinds(SECONDS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("clips")
  void picturesAndSoundArePlayedAsTheyWerePublished(Clip clip) {
    Path original = clip.make(folder);
    String stream = "live/ts-" + clip.name().replaceAll("[^A-Za-z0-9]+", "-");
    Children.Child encoder = new Publishers(children).ffmpeg(original, SERVER.publish(stream));
    SERVER.awaitLive(stream);
    var target = new Watchers.Target(SERVER, stream);
    Path recording = folder.resolve("seen.ts");
    Watchers.Watcher recorder = new Watchers(children).http(target, ".ts", recording);
    Path remuxed = folder.resolve("ffmpeg.nut");
    Children.Child ffmpeg =
        children.start(
            ("ffmpeg -v warning -copyts -i "
                    + SERVER.http("/" + stream + ".ts")
                    + " -map 0 -c copy -f nut "
                    + remuxed)
                .split(" "));
    Path pictures = folder.resolve("gst.h264");
    Children.Child gstreamer = gstreamer(stream, pictures);

    assertThat(encoder.waitFor(BOUND)).as(encoder.describe("ended")).isZero();
    assertThat(ffmpeg.waitFor(BOUND)).as(ffmpeg.describe("ended")).isZero();
    assertThat(gstreamer.waitFor(BOUND)).as(gstreamer.describe("ended")).isZero();
    Await.until("the recorder told of the end", BOUND, recorder::ended);
    recorder.stop();

    Frames sent = clip.exact(Frames.seen(original));
    assertThat(sent.video()).hasSizeGreaterThan(LEAST_PICTURES);
    Frames.seen(recording).assertEndOf(sent, LEAST_PICTURES);
    Frames.seen(remuxed).assertEndOf(sent, LEAST_PICTURES);
    assertPictures(pictures, sent);
    assertThat(ffmpeg.output()).as("complaints of ffmpeg").doesNotContainIgnoringCase("corrupt");
    assertThat(gstreamer.output()).as("complaints of GStreamer").doesNotContain("WARN");
    assertProgram(recording);
  }

  /** Through tsparse and tsdemux, which warn of broken counters, sections and times. */
  private Children.Child gstreamer(String stream, Path pictures) {
    return children.start(
        Map.of(
            "GST_DEBUG", "tsparse:3,tsdemux:3,mpegtsbase:3,mpegtspacketizer:3",
            "GST_DEBUG_NO_COLOR", "1"),
        List.of(
            ("gst-launch-1.0 -q souphttpsrc location="
                    + SERVER.http("/" + stream + ".ts")
                    + " ! tsparse ! tsdemux name=in in. ! queue ! h264parse"
                    + " ! video/x-h264,stream-format=byte-stream,alignment=au ! filesink location="
                    + pictures
                    + " in. ! queue ! aacparse ! fakesink")
                .split(" ")));
  }

  /** The raw pictures that GStreamer found are the last ones that were sent, all of them. */
  private static void assertPictures(Path raw, Frames sent) {
    List<String> seen = Frames.pictures(raw);
    List<String> all = sent.video().stream().map(Frames.Frame::hash).toList();
    assertThat(seen).hasSizeGreaterThanOrEqualTo(LEAST_PICTURES);
    assertThat(seen).isEqualTo(all.subList(all.size() - seen.size(), all.size()));
  }

  private void assertProgram(Path recording) {
    String probed =
        children.run(
            BOUND,
            ("ffprobe -v error -of csv=p=0 -show_entries"
                    + " program=nb_streams,pcr_pid:stream=codec_name,id "
                    + recording)
                .split(" "));
    // one program of two tracks, whose clock is with the pictures
    assertThat(probed.lines()).startsWith("2,256,h264,0x100", "aac,0x101");
    String complaints =
        children.run(BOUND, "ffmpeg", "-v", "error", "-i", recording.toString(), "-f", "null", "-");
    assertThat(complaints).isBlank();
  }

  /** HEAD says what GET would, and a name that nobody publishes is told apart. */
  @Test
  void headTellsWhetherThereIsAStream() throws IOException, InterruptedException {
    String stream = "live/ts-head";
    Children.Child encoder = new Publishers(children).gstreamer(SERVER.publish(stream));
    SERVER.awaitLive(stream);
    HttpResponse<Void> there = head("/" + stream + ".ts");
    assertThat(there.statusCode()).isEqualTo(200);
    assertThat(there.headers().firstValue("content-type")).contains("video/mp2t");
    assertThat(head("/live/ts-nobody.ts").statusCode()).isEqualTo(404);
    encoder.stop(BOUND);
  }

  private HttpResponse<Void> head(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(SERVER.http(path))).HEAD().build(),
            HttpResponse.BodyHandlers.discarding());
  }
}
