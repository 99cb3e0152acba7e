package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.interop.CodecPair.Video;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Ffmpeg8;
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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * One pair of codecs, published once and watched in all forms at the same time. All viewers are
 * there before the publisher, so all of what is sent is theirs, from the first access unit on.
 */
final class CodecRun {
  private static final Duration BOUND = Duration.ofSeconds(40);
  private static final Duration LOOK = Duration.ofMillis(40);
  private static final int REFUSED = 406;

  /** FourCCs that ffmpeg as a player can announce. */
  private static final String FOUR_CCS = "av01,avc1,hvc1,vp09,mp4a,Opus,fLaC,.mp3,ac-3,ec-3";

  private static final Executor WAITING = task -> Thread.ofVirtual().start(task);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** A form in which streams are watched. */
  enum Form {
    RTMP("RTMP"),
    HTTP_FLV("HTTP-FLV"),
    WEB_SOCKET_FLV("WebSocket-FLV"),
    LEGACY_FLV("FLV for old players"),
    HTTP_TS("HTTP-TS");

    final String title;

    Form(String title) {
      this.title = title;
    }
  }

  private final CodecPair pair;
  private final EncodedClips clips;
  private final ServerUnderTest server;
  private final Path folder;
  private final Children children;
  private final Map<Form, String> verdicts = new EnumMap<>(Form.class);

  /** Recordings go to {@code folder}. */
  CodecRun(
      CodecPair pair, EncodedClips clips, ServerUnderTest server, Path folder, Children children) {
    this.pair = pair;
    this.clips = clips;
    this.server = server;
    this.folder = folder;
    this.children = children;
  }

  /** Publishes, watches and judges. Returns what came out of each form, and who says so. */
  Map<Form, String> run() throws Exception {
    Children.Child rtmp = children.start(Map.of(), rtmpPlayer());
    int viewers = 1;
    Children.Child gstreamer = null;
    if (GstReader.reads(GstReader.Container.FLV, pair)) {
      String source = "rtmp2src location=" + server.rtmp(pair.stream());
      var live = new GstReader.Recording(GstReader.Container.FLV, source, pair);
      gstreamer = children.start(Map.of(), GstReader.command(live));
      viewers++;
    }
    CompletableFuture<HttpResponse<Path>> flv = get(".flv", "http.flv");
    CompletableFuture<HttpResponse<Path>> old = get(".flv?dialect=legacy", "old.flv");
    CompletableFuture<HttpResponse<Path>> ts = get(".ts", "http.ts");
    var target = new Watchers.Target(server, pair.stream());
    // is answered when the stream is there
    CompletableFuture<Watchers.Watcher> upgrade =
        CompletableFuture.supplyAsync(
            () -> new Watchers(children).webSocketFlv(target, file("ws.flv")), WAITING);
    awaitViewers(viewers + 4);

    clips.publish(pair, server, children);
    assertThat(rtmp.waitFor(BOUND)).as(rtmp.describe("ended")).isZero();
    CompletableFuture.allOf(flv, old, ts).get(BOUND.toSeconds(), TimeUnit.SECONDS);
    Watchers.Watcher webSocket = upgrade.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    Awaitility.await("the end of WebSocket-FLV")
        .atMost(BOUND)
        .pollInterval(LOOK)
        .until(webSocket::ended);
    webSocket.stop();

    Children.Child other = gstreamer;
    judge(Form.RTMP, () -> rtmp(rtmp, other));
    judge(Form.HTTP_FLV, () -> http(flv.join(), this::flv));
    judge(Form.WEB_SOCKET_FLV, () -> flv(file("ws.flv")));
    judge(Form.LEGACY_FLV, () -> http(old.join(), this::oldFlv));
    judge(Form.HTTP_TS, () -> http(ts.join(), this::ts));
    return verdicts;
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private List<String> rtmpPlayer() {
    if (!pair.isFfmpegs()) {
      String url = server.rtmp(pair.stream()) + "?dialect=fourcc";
      return List.of(
          ("gst-launch-1.0 -q rtmp2src location="
                  + url
                  + " ! filesink location="
                  + file("rtmp.flv"))
              .split(" "));
    }
    List<String> command = new ArrayList<>(List.of(Ffmpeg8.ffprobe(), "-v", "fatal"));
    command.addAll(HashedStreams.ffprobe());
    command.addAll(List.of("-rtmp_enhanced_codecs", FOUR_CCS, server.rtmp(pair.stream())));
    return command;
  }

  private CompletableFuture<HttpResponse<Path>> get(String suffix, String name) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.http("/" + pair.stream() + suffix))).build();
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofFile(file(name)));
  }

  private void awaitViewers(int count) {
    Awaitility.await(count + " viewers of " + pair)
        .atMost(BOUND)
        .pollInterval(LOOK)
        .until(() ->
            server
                .get("/sluice/v1/streams/" + pair.stream())
                .body()
                .contains("\"viewers\":" + count + ","));
  }

  // ---- what came out

  private void judge(Form form, Supplier<String> check) {
    try {
      verdicts.put(form, check.get());
    } catch (AssertionError wrong) {
      throw new AssertionError(form.title + ": " + wrong.getMessage(), wrong);
    }
  }

  /** What came over HTTP: the stream, or a refusal. */
  private String http(HttpResponse<Path> answer, Function<Path, String> judge) {
    Path body = answer.body();
    if (answer.statusCode() == REFUSED) {
      String why = new String(read(body), StandardCharsets.UTF_8);
      assertThat(why).as("the refusal").containsAnyOf(pair.video().label(), pair.audio().label());
      return "refused";
    }
    assertThat(answer.statusCode()).isEqualTo(200);
    return judge.apply(body);
  }

  private String rtmp(Children.Child player, Children.@Nullable Child gstreamer) {
    if (!pair.isFfmpegs()) {
      return flv(file("rtmp.flv"));
    }
    HashedStreams.ofFfprobe(player.output().lines()).assertIs(clips.sent(pair, false));
    return "yes (F" + (gstreamer == null ? "" : gstreamer(gstreamer, pair)) + ")";
  }

  private String flv(Path recording) {
    if (!pair.isFfmpegs()) {
      PlainFlv.read(read(recording)).assertIs(clips.sent(pair, false));
      return "yes (R)";
    }
    probe(recording).assertIs(clips.sent(pair, false));
    return "yes (F" + gstreamer(GstReader.Container.FLV, recording, pair) + ")";
  }

  private String oldFlv(Path recording) {
    if (pair.isOld()) {
      return flv(recording);
    }
    // known by its first frame only, and so were pictures before it
    HashedStreams seen = probe(recording);
    assertThat(seen.streams()).hasSize(1);
    assertThat(seen.of(true).getFirst().frames())
        .hasSizeLessThan(clips.sent(pair, false).of(true).getFirst().frames().size() / 2);
    return "refused";
  }

  private String ts(Path recording) {
    HashedStreams seen = probe(recording);
    boolean soundless = pair.isBoth() && seen.of(false).isEmpty();
    CodecPair carried = soundless ? pair.withoutSound() : pair;
    HashedStreams sent = clips.sent(carried, true);
    String judges;
    if (pair.video() == Video.AV1) {
      boolean silent = seen.of(false).isEmpty();
      HashedStreams pictures = PlainTs.av1(read(recording));
      (silent ? pictures : pictures.and(normalised(recording))).assertIs(sent);
      judges = silent ? "R" : "F, R";
    } else {
      seen.assertLike(sent);
      normalised(recording).assertIs(sent);
      judges = "F" + gstreamer(GstReader.Container.TS, recording, carried);
    }
    if (soundless) {
      assertThat(server.log())
          .containsPattern(
              "left-out .*stream=" + pair.stream() + " form=ts/av what=\"the audio is ");
    }
    return (soundless ? "picture only" : "yes") + " (" + judges + ")";
  }

  /** GStreamer reads a recording of {@code carried}, too, where it can. */
  private String gstreamer(GstReader.Container container, Path file, CodecPair carried) {
    if (!GstReader.reads(container, carried)) {
      return "";
    }
    var recording = GstReader.Recording.of(container, file, carried);
    return gstreamer(children.start(Map.of(), GstReader.command(recording)), carried);
  }

  private String gstreamer(Children.Child reader, CodecPair carried) {
    assertThat(reader.waitFor(BOUND)).as(reader.describe("ended")).isZero();
    GstReader.check(reader, carried, clips.sent(carried, false));
    return ", G";
  }

  private HashedStreams probe(Path recording) {
    List<String> command = new ArrayList<>(List.of(Ffmpeg8.ffprobe(), "-v", "fatal"));
    command.addAll(HashedStreams.ffprobe());
    command.add(recording.toString());
    return HashedStreams.ofFfprobe(children.run(BOUND, command.toArray(String[]::new)).lines());
  }

  /** What ffmpeg 8 finds in a transport stream, in the form that access units have elsewhere. */
  private HashedStreams normalised(Path recording) {
    List<String> filters = new ArrayList<>(pair.video().filters(false));
    filters.addAll(pair.audio().filters());
    return EncodedClips.hashed(children, recording.toString(), filters);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
