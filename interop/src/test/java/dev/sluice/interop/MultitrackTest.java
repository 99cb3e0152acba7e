package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.interop.CodecPair.Audio;
import dev.sluice.interop.CodecPair.Video;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Ffmpeg8;
import dev.sluice.testkit.Needs;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two pictures and two sounds in one stream, published by ffmpeg 8 as multitrack of Enhanced RTMP:
 * who asks for all tracks gets all, others the first of each kind, and a transport stream has them
 * side by side.
 */
@Needs("ffmpeg8")
class MultitrackTest {
  private static final Duration BOUND = Duration.ofSeconds(40);
  private static final String STREAM = "multitrack/all";
  private static final String FOUR_CCS = "av01,avc1,hvc1,vp09,mp4a,Opus,fLaC,.mp3,ac-3,ec-3";
  private static final List<Video> PICTURES = List.of(Video.H264, Video.H265);
  private static final List<Audio> SOUNDS = List.of(Audio.AAC, Audio.OPUS);

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest().with("SLUICE_DEFAULTS_RECONNECT_GRACE", "100ms");

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  @Test
  void allTracksAreSeenByWhoAsksForThem() throws Exception {
    EncodedClips clips = EncodedClips.make(folder, PICTURES, SOUNDS);
    Children.Child rtmp = player(SERVER.rtmp(STREAM) + "?dialect=multitrack");
    Children.Child first = player(SERVER.rtmp(STREAM));
    CompletableFuture<HttpResponse<Path>> flv = get(".flv?dialect=multitrack", "all.flv");
    CompletableFuture<HttpResponse<Path>> firstFlv = get(".flv", "first.flv");
    CompletableFuture<HttpResponse<Path>> ts = get(".ts", "all.ts");
    Awaitility.await("all viewers")
        .atMost(BOUND)
        .until(() -> SERVER.get("/sluice/v1/streams/" + STREAM).body().contains("\"viewers\":5,"));

    clips.publishTogether(PICTURES, SOUNDS, SERVER.publish(STREAM), children);
    assertThat(rtmp.waitFor(BOUND)).as(rtmp.describe("ended")).isZero();
    assertThat(first.waitFor(BOUND)).as(first.describe("ended")).isZero();
    CompletableFuture.allOf(flv, firstFlv, ts).get(BOUND.toSeconds(), TimeUnit.SECONDS);

    HashedStreams one = clips.sent(new CodecPair(Video.H264, Audio.AAC), false);
    HashedStreams other = clips.sent(new CodecPair(Video.H265, Audio.OPUS), false);
    HashedStreams all = one.and(other);
    HashedStreams.ofFfprobe(rtmp.output().lines()).assertIs(all);
    HashedStreams.ofFfprobe(first.output().lines()).assertIs(one);
    probe(flv.join().body()).assertIs(all);
    probe(firstFlv.join().body()).assertIs(one);
    PlainFlv.read(Files.readAllBytes(flv.join().body())).assertIs(all);
    transportStream(clips, ts.join().body());
  }

  private void transportStream(EncodedClips clips, Path recording) {
    HashedStreams sent =
        clips
            .sent(new CodecPair(Video.H264, Audio.AAC), true)
            .and(clips.sent(new CodecPair(Video.H265, Audio.OPUS), true));
    probe(recording).assertLike(sent);
    List<String> filters = new ArrayList<>();
    for (int i = 0; i < PICTURES.size(); i++) {
      filters.addAll(List.of("-bsf:v:" + i, PICTURES.get(i).filters(false).get(1)));
    }
    filters.addAll(List.of("-bsf:a:0", Audio.AAC.filters().get(1)));
    EncodedClips.hashed(children, recording.toString(), filters).assertIs(sent);
  }

  private Children.Child player(String url) {
    List<String> command = new ArrayList<>(List.of(Ffmpeg8.ffprobe(), "-v", "fatal"));
    command.addAll(HashedStreams.ffprobe());
    command.addAll(List.of("-rtmp_enhanced_codecs", FOUR_CCS, url));
    return children.start(Map.of(), command);
  }

  private CompletableFuture<HttpResponse<Path>> get(String suffix, String name) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(SERVER.http("/" + STREAM + suffix))).build();
    return HttpClient.newHttpClient()
        .sendAsync(request, HttpResponse.BodyHandlers.ofFile(folder.resolve(name)));
  }

  private HashedStreams probe(Path recording) {
    List<String> command = new ArrayList<>(List.of(Ffmpeg8.ffprobe(), "-v", "fatal"));
    command.addAll(HashedStreams.ffprobe());
    command.add(recording.toString());
    return HashedStreams.ofFfprobe(children.run(BOUND, command.toArray(String[]::new)).lines());
  }
}
