package dev.sluice.interop;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.mpegts.TsDemuxer;
import dev.sluice.mux.mpegts.TsMuxer;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.hls.DateRange;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.Segment;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** ID3 and splice information in HLS and DASH, and encryption, as others see them. */
@Needs("ffmpeg")
class HlsDataTest {
  private static final int SECONDS = 8;
  private static final Duration BOUND = Duration.ofSeconds(40);

  /** An ID3v2.4 tag with a text of its own kind, TXXX: {@code sluice} is {@code tick}. */
  private static final Bytes TAG =
      Bytes.ofHex("49443304000000000016545858580000000c000003736c75696365007469636b");

  /** A splice_insert that leaves the network 4 s later for 5 s. */
  private static final Bytes OUT =
      Bytes.ofHex(
          "FC3025000000000000FFFFF01405000000077FEFFE00057E40FE0006DDD0000100000000EC9BC40B");

  @TempDir static Path folder;

  @RegisterExtension
  static final ServerUnderTest SERVER =
      new ServerUnderTest()
          .withConfig(() ->
              """
              streams:
                live/data:
                  sources:
                    - {input: "file:%s"}
                live/secret:
                  encryptSegments: true
              """
                  .formatted(
                      withData(new Clip("data", "25", 48_000, 2, SECONDS).make(temporary()))));

  @RegisterExtension final Children children = new Children();

  private static Path temporary() {
    try {
      return Files.createDirectories(Files.createTempDirectory("sluice-clip-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The clip as a transport stream with a tag each second, and one splice. */
  private static Path withData(Path clip) {
    Path plain = clip.resolveSibling("plain.ts");
    Path file = clip.resolveSibling("data.ts");
    try (Children ffmpeg = new Children()) {
      ffmpeg.run(
          BOUND, ("ffmpeg -v error -y -i " + clip + " -c copy -f mpegts " + plain).split(" "));
      Files.write(file, withData(Files.readAllBytes(plain)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static byte[] withData(byte[] plain) {
    List<AccessUnit> units = new ArrayList<>();
    List<Track> tracks = new ArrayList<>();
    var allocator = new UnpooledByteBufAllocator(false, true);
    var output =
        new SourceOutput() {
          @Override
          public void track(Track track) {
            tracks.add(track);
          }

          @Override
          public void unit(SourceUnit unit) {
            Timescale of = unit.track().timescale();
            long dts = Timescale.VIDEO.convert(unit.dts(), of);
            long pts = Timescale.VIDEO.convert(unit.dts() + unit.compositionOffset(), of);
            units.add(new AccessUnit(unit.track(), dts, pts, unit.randomAccess(), unit.payload()));
          }

          @Override
          public void metadata(Bytes message) {}
        };
    try (var demuxer = new TsDemuxer(output, allocator)) {
      demuxer.feed(Unpooled.wrappedBuffer(plain));
      demuxer.end();
    }
    Track tags = Track.of(20, Track.Kind.DATA, Codec.ID3, Timescale.VIDEO, Bytes.EMPTY, "");
    Track splices = Track.of(21, Track.Kind.DATA, Codec.SCTE35, Timescale.VIDEO, Bytes.EMPTY, "");
    tracks.addAll(List.of(tags, splices));
    long first = units.stream().mapToLong(AccessUnit::dts90k).min().orElseThrow();
    for (int second = 0; second < SECONDS; second++) {
      units.add(data(tags, first + second * 90_000L + 9_000, TAG));
    }
    units.add(data(splices, first + 90_000, OUT));
    units.sort(Comparator.comparingLong(AccessUnit::dts90k));
    var muxer = new TsMuxer();
    muxer.configure(tracks);
    ByteBuf bytes = Unpooled.buffer(muxer.size(units));
    muxer.write(units, bytes);
    return Bytes.copyOf(bytes).toArray();
  }

  private static AccessUnit data(Track track, long at90k, Bytes payload) {
    return new AccessUnit(track, at90k, at90k, true, Unpooled.wrappedBuffer(payload.toArray()));
  }

  private static MediaPlaylist playlist(String path) throws IOException, InterruptedException {
    return MediaPlaylist.read(SERVER.get(path).body());
  }

  private static boolean hasSplice() throws IOException, InterruptedException {
    String text = SERVER.get("/live/data.m3u8?session=0").body();
    return text.contains("#EXT-X-DATERANGE") && MediaPlaylist.read(text).segments().size() > 4;
  }

  private static Set<DateRange> ranges(MediaPlaylist playlist) {
    return playlist.segments().stream()
        .flatMap(segment -> segment.dateRanges().stream())
        .collect(Collectors.toSet());
  }

  /** The streams of a transport stream's segments by ffprobe's names, and their packets. */
  @Test
  void ffprobeFindsTagsAndSplicesInTheSegments() throws IOException, InterruptedException {
    SERVER.awaitLive("live/data");
    SERVER.get("/live/data.m3u8?session=0"); // from now on there are some
    Await.until("segments with a splice", BOUND, HlsDataTest::hasSplice);
    Path joined = folder.resolve("joined.ts");
    try (HttpClient http = HttpClient.newHttpClient();
        var out = Files.newOutputStream(joined)) {
      for (Segment segment : playlist("/live/data.m3u8?session=0").segments()) {
        var request =
            HttpRequest.newBuilder(URI.create(SERVER.http("/live/" + segment.uri()))).build();
        out.write(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
      }
    }
    String streams = probe(joined, "-show_entries", "stream=codec_name");
    assertThat(streams.lines().map(line -> line.replaceAll(",.*", "")))
        .contains("h264", "aac", "timed_id3", "scte_35");
    // no sizes: ffmpeg 5 takes five bytes of a tag for the header of a metadata cell
    assertThat(probe(joined, "-show_entries", "packet=codec_type").lines())
        .filteredOn(line -> line.startsWith("data"))
        .hasSizeGreaterThan(4);

    for (String path : List.of("/live/data/index.v0.m3u8", "/live/data/index.a1.m3u8")) {
      Set<DateRange> ranges = ranges(playlist(path + "?session=0"));
      assertThat(ranges)
          .as(path)
          .isNotEmpty()
          .allSatisfy(range -> {
            assertThat(range.id()).startsWith("insert-00000007-");
            assertThat(range.plannedDurationNs()).isEqualTo(5_000_000_000L);
            assertThat(range.scte35Out()).isNotNull();
            var section = new SpliceInfoSection(requireNonNull(range.scte35Out()));
            assertThat(section.commandType()).isEqualTo(5);
          });
    }
  }

  private String probe(Path file, String... what) {
    List<String> command = new ArrayList<>(List.of("ffprobe", "-v", "error", "-of", "csv=p=0"));
    command.addAll(List.of(what));
    command.add(file.toString());
    return children.run(BOUND, command.toArray(String[]::new));
  }

  /** hls.js makes a cue of each tag that it finds, by whichever form, and of each range. */
  @Test
  @Needs("chromium")
  void hlsJsFindsTagsInBothForms() {
    SERVER.awaitLive("live/data");
    Browser browser = new Browser(children, folder);
    browser.open(SERVER.http("/player/live/data?engine=hls"));
    browser.await("tags in CMAF", BOUND, tags("document.querySelector('video')"));
    browser.await(
        "splices",
        BOUND,
        cues("document.querySelector('video')", "cue.value?.key === 'SCTE35-OUT'"));
    startAnother(browser, "/live/data.m3u8");
    browser.await("tags in transport streams", BOUND, tags("window.another"));
  }

  /** Another video element, played by the page's own hls.js. */
  private static void startAnother(Browser browser, String path) {
    browser.evaluate(
        """
        (async () => {
          const name = performance.getEntriesByType('resource').map((entry) => entry.name)
            .find((url) => /hls-engine/.test(url));
          const module = await import(name);
          const Engine = Object.values(module).find((value) => typeof value === 'function');
          const video = document.createElement('video');
          video.muted = true;
          document.body.append(video);
          window.another = video;
          const reports = new Proxy({}, {get: () => (...what) => { window.reported = what; }});
          new Engine('%s').start(video, reports);
          video.autoplay = true;
        })().catch((fault) => { window.reported = String(fault); })
        """
            .formatted(path));
  }

  /** dash.js passes over messages of schemes that the description does not declare. */
  @Test
  @Needs({"chromium", "node"})
  void dashJsRaisesTagsAndSplices() {
    SERVER.awaitLive("live/data");
    try (PlayerPages pages = new PlayerPages(children)) {
      Browser browser = new Browser(children, folder);
      browser.open(pages.page("dashjs", SERVER.http("/live/data/index.mpd")));
      browser.await("the page", BOUND, "typeof player === 'object'");
      browser.evaluate(
          """
          (() => {
            window.raised = {};
            for (const scheme of ['https://aomedia.org/emsg/ID3', 'urn:scte:scte35:2013:bin']) {
              player.on(scheme, ({event}) => {
                window.raised[scheme] = String.fromCharCode(...event.messageData);
              });
            }
          })()
          """);
      browser.await(
          "tags",
          BOUND,
          "window.raised['https://aomedia.org/emsg/ID3']?.endsWith('sluice\\0tick')");
      browser.await(
          "splices", BOUND, "window.raised['urn:scte:scte35:2013:bin']?.charCodeAt(0) === 0xFC");
    }
  }

  private static Set<String> hashes(Frames frames) {
    return frames.video().stream().map(Frames.Frame::hash).collect(Collectors.toSet());
  }

  private static String tags(String video) {
    return cues(video, "cue.value?.key === 'TXXX' && cue.value.data === 'tick'");
  }

  private static String cues(String video, String which) {
    return ("[...("
        + video
        + "?.textTracks ?? [])].some((track) =>"
        + " [...(track.cues ?? [])].some((cue) => "
        + which
        + "))");
  }

  @Test
  @Needs("chromium")
  void othersDecryptWhatIsEncrypted() {
    Path original = new Clip("secret", "25", 48_000, 2, SECONDS).make(folder);
    Children.Child encoder =
        new Publishers(children).ffmpegForever(original, SERVER.publish("live/secret"));
    SERVER.awaitLive("live/secret");
    try (FfmpegWitness ffmpeg =
        FfmpegWitness.ofEndless(
            "encrypted HLS", children, SERVER.http("/live/secret.m3u8"), Frames.PLAIN)) {
      Browser browser = new Browser(children, folder);
      browser.open(SERVER.http("/player/live/secret?engine=hls"));
      browser.await("the engine", BOUND, "document.querySelector('video')?.currentTime > 0");
      startAnother(browser, "/live/secret.m3u8");
      browser.await("pictures by hls.js", BOUND, "window.another?.currentTime > 2");
      Await.until(
          "pictures by ffmpeg", BOUND, () -> Frames.of(ffmpeg).video().size() > SECONDS * 25 / 2);
      assertThat(ffmpeg.complaints()).isEmpty();
      ffmpeg.close();
      assertThat(hashes(Frames.plain(original))).containsAll(hashes(Frames.of(ffmpeg)));
    }
    encoder.kill();
  }
}
