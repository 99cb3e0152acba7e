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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Sound alone, over HTTP: published by RTMP, heard by ffmpeg and GStreamer. */
@Needs({"ffmpeg", "gst-rtmp"})
class SoundTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  /** Column of framehash: stream, DTS, PTS, duration, size, hash. */
  private static final int HASH = 5;

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest().with("SLUICE_DEFAULTS_RECONNECT_GRACE", "1s");

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    http.shutdownNow();
  }

  @Test
  void aacIsHeardAsItWasPublished() throws Exception {
    Path clip = clip("aac.flv", "-c:a aac -b:a 96k");
    Children.Child encoder = new Publishers(children).ffmpeg(clip, SERVER.publish("sound/aac"));
    SERVER.awaitLive("sound/aac");
    Path heard = folder.resolve("heard.aac");
    CompletableFuture<HttpResponse<Path>> recording = record("/sound/aac.aac", heard);
    Path seen = folder.resolve("seen.mka");
    Children.Child ffmpeg = ffmpeg("/sound/aac.aac", seen, "-bsf:a aac_adtstoasc -f matroska");
    HttpResponse<String> refused = SERVER.get("/sound/aac.mp3");
    assertThat(refused.statusCode()).isEqualTo(406);
    assertThat(refused.body()).contains("the audio is aac, and .mp3 carries mp3");

    assertThat(encoder.waitFor(BOUND)).as(encoder.describe("ended")).isZero();
    assertThat(recording.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(ffmpeg.waitFor(BOUND)).as(ffmpeg.describe("ended")).isZero();
    List<String> published = hashes(clip, "copy");
    assertEndOf(published, hashes(heard, "copy -bsf:a aac_adtstoasc"));
    assertEndOf(published, hashes(seen, "copy"));
    assertThat(probe(heard)).isEqualTo("aac,48000,2");
    decodes("filesrc location=" + heard + " ! aacparse ! avdec_aac ! fakesink");
  }

  @Test
  void mp3IsHeardAsItWasPublished() throws Exception {
    Path clip = clip("mp3.flv", "-c:a libmp3lame -b:a 96k -ar 44100");
    Children.Child encoder = new Publishers(children).ffmpeg(clip, SERVER.publish("sound/mp3"));
    SERVER.awaitLive("sound/mp3");
    Path heard = folder.resolve("heard.mp3");
    CompletableFuture<HttpResponse<Path>> recording = record("/sound/mp3.mp3", heard);
    Path seen = folder.resolve("seen.mka");
    Children.Child ffmpeg = ffmpeg("/sound/mp3.mp3", seen, "-f matroska");
    HttpResponse<String> refused = SERVER.get("/sound/mp3.aac");
    assertThat(refused.statusCode()).isEqualTo(406);
    assertThat(refused.body()).contains("the audio is mp3, and .aac carries aac");

    assertThat(encoder.waitFor(BOUND)).as(encoder.describe("ended")).isZero();
    assertThat(recording.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(ffmpeg.waitFor(BOUND)).as(ffmpeg.describe("ended")).isZero();
    List<String> published = hashes(clip, "copy");
    assertEndOf(published, hashes(heard, "copy"));
    assertEndOf(published, hashes(seen, "copy"));
    assertThat(probe(heard)).isEqualTo("mp3,44100,2");
    decodes("filesrc location=" + heard + " ! mpegaudioparse ! avdec_mp3 ! fakesink");
  }

  @Test
  void whatGstreamerPublishesIsHeard() throws Exception {
    Children.Child encoder = new Publishers(children).gstreamer(SERVER.publish("sound/gst"));
    SERVER.awaitLive("sound/gst");
    Path heard = folder.resolve("gst.aac");
    CompletableFuture<HttpResponse<Path>> recording = record("/sound/gst.aac", heard);
    Await.until("two seconds of sound", BOUND, () -> hashes(heard, "copy").size() > 100);
    encoder.stop(BOUND);
    assertThat(recording.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(probe(heard)).startsWith("aac,48000,");
    decodes("filesrc location=" + heard + " ! aacparse ! avdec_aac ! fakesink");
  }

  /** A clip of picture and sound, seven seconds. */
  private Path clip(String name, String audio) {
    Path file = folder.resolve(name);
    run(
        "ffmpeg -v error -f lavfi -i testsrc2=size=160x90:rate=25 -f lavfi"
            + " -i sine=frequency=440:beep_factor=4:sample_rate=48000 -t 7 -ac 2 "
            + audio
            + " -c:v libx264 -preset ultrafast -g 250 -f flv "
            + file);
    return file;
  }

  /** Writes the body as it is; done when the server ends it. */
  private CompletableFuture<HttpResponse<Path>> record(String path, Path file) {
    return http.sendAsync(
        HttpRequest.newBuilder(URI.create(SERVER.http(path))).build(),
        HttpResponse.BodyHandlers.ofFile(file));
  }

  private Children.Child ffmpeg(String path, Path file, String more) {
    return children.start(
        ("ffmpeg -v error -i " + SERVER.http(path) + " -c copy " + more + " " + file).split(" "));
  }

  /** A hash of each frame. */
  private List<String> hashes(Path file, String codec) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return run("ffmpeg -v fatal -i " + file + " -map 0:a -c " + codec + " -f framehash -hash md5 -")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(",")[HASH].strip()) // what follows is of side data
        .toList();
  }

  private String probe(Path file) {
    return run("ffprobe -v error -show_entries stream=codec_name,sample_rate,channels -of csv=p=0 "
            + file)
        .strip();
  }

  private void decodes(String pipeline) {
    run("gst-launch-1.0 -q " + pipeline);
  }

  private String run(String command) {
    return children.run(BOUND, command.split(" "));
  }

  /** All frames from some frame on, and not only the last few. */
  private static void assertEndOf(List<String> published, List<String> heard) {
    assertThat(heard).hasSizeGreaterThan(published.size() / 3);
    assertThat(heard).hasSizeLessThanOrEqualTo(published.size());
    assertThat(heard)
        .isEqualTo(published.subList(published.size() - heard.size(), published.size()));
  }
}
