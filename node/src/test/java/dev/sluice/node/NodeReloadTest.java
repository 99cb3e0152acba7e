package dev.sluice.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.Client;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SourceHandler;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.wire.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes get the same stream, with the times of its source; the configuration of one of them is
 * read again and again, with changes at random that are right and wrong. Viewers of the stream, for
 * which nothing changes, have to get the same bytes from both. {@code -Dreloads=1000} for long.
 */
@Timeout(600)
class NodeReloadTest {
  private static final int RELOADS = Integer.getInteger("reloads", 30);
  private static final int FRAME_MS = 40;

  /** Frames that are sent after each reload. */
  private static final int FRAMES = 5;

  private static final int FRAMES_OF_GOP = 25;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final StreamName STILL = StreamName.parse("live/still");
  private static final List<String> FORMS = List.of("flv", "ts", "aac");
  private static final Track VIDEO =
      new Track(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          "h264",
          Timescale.VIDEO,
          Bytes.ofHex(
              "01f4000affe1001767f4000a919b28c4d808800000030080000019078912cb01000668ef8f192190"
                  + "fff8f800"));
  private static final Track AUDIO =
      new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(48_000), Bytes.ofHex("1190"));

  private static final Pattern URI_OF = Pattern.compile("^#EXT-X-(?:MEDIA|MAP):.*URI=\"([^\"]+)\"");

  private static final String FIXED =
      """
      defaults: {time: source, latency: 0, segmentPeriod: 1s}
      """;

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final RandomGenerator random = new SplittableRandom(Long.getLong("seed", 5));
  private Node changed;
  private Node unchanged;

  /** What one node shows to its viewers. */
  private final Map<String, CompletableFuture<byte[]>> ofChanged = new LinkedHashMap<>();

  private final Map<String, CompletableFuture<byte[]>> ofUnchanged = new LinkedHashMap<>();

  @BeforeEach
  void start() throws Exception {
    changed = start("changed");
    unchanged = start("unchanged");
  }

  private Path file(String name) {
    return folder.resolve(name + ".yaml");
  }

  private Node start(String name) throws Exception {
    Files.writeString(file(name), FIXED);
    var env =
        Map.of(
            "SLUICE_DATA",
            folder.resolve(name).toString(),
            "SLUICE_HTTP_LISTEN",
            "127.0.0.1:0",
            "SLUICE_RTMP_LISTEN",
            "127.0.0.1:0");
    return Node.start(ConfigSource.load(file(name), env), new Node.Options("test", false));
  }

  @AfterEach
  void stop() {
    changed.close();
    unchanged.close();
    http.close();
  }

  private HttpResponse<byte[]> get(Node node, String path) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + node.httpPort()).resolve(path);
    HttpResponse<byte[]> answer =
        http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofByteArray());
    return answer.statusCode() == 302
        ? get(node, answer.headers().firstValue("Location").orElseThrow())
        : answer;
  }

  /** Reads what a form gives until it ends. */
  private void watch(Node node, Map<String, CompletableFuture<byte[]>> to) {
    for (String form : FORMS) {
      URI address = URI.create("http://127.0.0.1:" + node.httpPort() + "/live/still." + form);
      var bytes = new CompletableFuture<byte[]>();
      to.put(form, bytes);
      Thread.ofVirtual()
          .start(() -> {
            try (InputStream in =
                http.send(
                        HttpRequest.newBuilder(address).build(),
                        HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
              bytes.complete(in.readAllBytes());
            } catch (IOException | InterruptedException failed) {
              bytes.completeExceptionally(failed);
            }
          });
    }
    await().atMost(SOON).until(() -> viewers(node) == FORMS.size());
  }

  private static int viewers(Node node) {
    LiveStream stream = node.hub().stream(STILL);
    if (stream == null) {
      return 0;
    }
    var answer = new CompletableFuture<Integer>();
    stream.loop().execute(() -> answer.complete(stream.report().viewerCount()));
    return answer.orTimeout(10, SECONDS).join();
  }

  /** A publisher of a node, with times that are the source's own. */
  private static final class Feeder implements SourceHandler {
    private final Loop loop;
    private final long utcMs;
    private final CompletableFuture<Publication> accepted = new CompletableFuture<>();

    Feeder(Node node, StreamName name, long utcMs) {
      this.utcMs = utcMs;
      this.loop = node.loops().all().getFirst();
      var client = new Client("S", "test", "127.0.0.1", 1, node.access().token().reveal(), "");
      loop.execute(() -> node.hub().publish(name, client, SourceClock.RTMP_ATC, loop, this));
      Publication publication = accepted.orTimeout(10, SECONDS).join();
      loop.execute(() -> {
        publication.announce(VIDEO);
        publication.announce(AUDIO);
        publication.flush();
      });
    }

    @Override
    public void accepted(Publication publication) {
      accepted.complete(publication);
    }

    @Override
    public void ended(Reason reason) {
      accepted.completeExceptionally(new IllegalStateException(reason.label()));
    }

    @Override
    public void reading(boolean wanted) {}

    /** A bit of sound and a picture, which closes a block: none waits for a timer. */
    void frame(int number) {
      Publication publication = accepted.join();
      loop.execute(() -> {
        boolean key = number % FRAMES_OF_GOP == 0;
        Bytes slice =
            Bytes.ofHex((key ? "00000006658800" : "00000006419A00") + "%06x".formatted(number));
        long ms = (utcMs + (long) number * FRAME_MS) & 0xFFFF_FFFFL; // as RTMP has it
        Bytes sound = Bytes.ofHex("211004608C1C%06x".formatted(number));
        publication.offer(new SourceUnit(AUDIO, ms, 0, true, sound.buffer()));
        publication.offer(new SourceUnit(VIDEO, ms, 0, key, slice.buffer()));
        publication.flush();
      });
    }
  }

  @Test
  void viewersOfWhatIsTheSameNoticeNothing() throws Exception {
    watch(changed, ofChanged);
    watch(unchanged, ofUnchanged);
    long utcMs = System.currentTimeMillis();
    var feeders = List.of(new Feeder(changed, STILL, utcMs), new Feeder(unchanged, STILL, utcMs));
    int taken = 0;
    int refused = 0;
    int frames = 0;
    long startNs = System.nanoTime();
    for (int reload = 0; reload < RELOADS; reload++) {
      boolean valid = random.nextInt(3) > 0;
      Files.writeString(file("changed"), FIXED + (valid ? right() : wrong()));
      switch (changed.reload("test")) {
        case LiveConfig.Applied applied -> {
          taken++;
          assertThat(valid).as("is right: %s", applied).isTrue();
          assertThat(applied.streams()).as("%s", applied).doesNotContain(STILL);
        }
        case LiveConfig.Refused refusal -> {
          refused++;
          assertThat(valid).as("is wrong: %s", refusal).isFalse();
        }
      }
      for (int i = 0; i < FRAMES; i++, frames++) {
        int number = frames;
        feeders.forEach(feeder -> feeder.frame(number));
      }
      long dueNs = startNs + (long) frames * FRAME_MS * 1_000_000; // as from an encoder
      await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(SOON)
          .until(() -> System.nanoTime() - dueNs >= 0);
      assertThat(get(changed, "/healthz").statusCode()).isEqualTo(200);
    }
    assertThat(taken).isGreaterThan(RELOADS / 3);
    assertThat(refused).isPositive();

    await() // the last one ends when nothing has come for a while
        .atMost(SOON)
        .untilAsserted(() -> {
          Map<String, Bytes> segments = segments(changed);
          assertThat(segments).hasSizeGreaterThan(8);
          assertThat(segments(unchanged)).isEqualTo(segments);
        });

    changed.hub().end(STILL, Reason.KICKED);
    unchanged.hub().end(STILL, Reason.KICKED);
    for (String form : FORMS) {
      byte[] bytes = of(ofChanged, form);
      assertThat(bytes.length).as(form).isGreaterThan(frames * 9);
      assertThat(Bytes.of(bytes)).as(form).isEqualTo(Bytes.of(of(ofUnchanged, form)));
    }
  }

  private static byte[] of(Map<String, CompletableFuture<byte[]>> all, String form) {
    return Objects.requireNonNull(all.get(form)).orTimeout(20, SECONDS).join();
  }

  /** A configuration that is right, and leaves the still stream as it is. */
  private String right() {
    var out = new StringBuilder();
    out.append("listed: ").append(random.nextBoolean()).append('\n');
    out.append("eventLoops: ").append(random.nextInt(4)).append('\n');
    out.append("rtmp: {chunkSize: ").append(random.nextInt(128, 65_536)).append("}\n");
    out.append("pull: {allow: [10.0.0.").append(random.nextInt(256)).append("]}\n");
    out.append("access:\n  users: [bob:password-").append(random.nextInt(100)).append("]\n");
    out.append("  rules:\n    - {streams: live/other, needs: ");
    out.append(random.nextBoolean() ? "user" : "nobody").append("}\n");
    out.append("streams:\n");
    out.append("  other/**: {latency: ").append(random.nextInt(350)).append("ms}\n");
    out.append("  live/t*: {onDemand: on, join: ").append(random.nextBoolean() ? "gop" : "live");
    out.append("}\n");
    out.append("  live/turned:\n    latency: ").append(random.nextInt(350)).append("ms\n");
    out.append("    onDemand: ").append(random.nextBoolean()).append('\n');
    out.append("    sources: [").append(random.nextBoolean() ? "\"test:\"" : "publish");
    out.append(random.nextBoolean() ? ", rtmp://192.0.2.1/live/x]\n" : "]\n");
    if (random.nextBoolean()) {
      out.append("  live/made").append(random.nextInt(3)).append(": {sources: [\"test:\"]}\n");
    }
    return out.toString();
  }

  private String wrong() {
    return switch (random.nextInt(6)) {
      case 0 -> right() + "nonsense: 1\n";
      case 1 -> "streams: {live/still: {latency: 1h}}\n";
      case 2 -> "streams: {live/still: {join: live, sources: [nobody]}}\n";
      case 3 -> "access: {play: jwt}\n";
      case 4 -> "http: {port: 70000}\n" + right();
      default -> right() + "\t: [";
    };
  }

  /** What a playlist names: other playlists, and what has been made. */
  private static List<String> addresses(String playlist) {
    List<String> found = new ArrayList<>();
    for (String line : playlist.lines().toList()) {
      Matcher uri = URI_OF.matcher(line);
      if (!line.startsWith("#") && !line.isBlank()) {
        found.add(line);
      } else if (uri.find()) {
        found.add(uri.group(1));
      }
    }
    return found;
  }

  /** All segments and headers that playlists list, by name. */
  private Map<String, Bytes> segments(Node node) throws Exception {
    Map<String, Bytes> segments = new TreeMap<>();
    List<String> lists = new ArrayList<>(List.of("/live/still/index.m3u8"));
    Map<String, Boolean> seen = new HashMap<>();
    while (!lists.isEmpty()) {
      String list = lists.removeFirst();
      if (seen.put(list, true) != null) {
        continue;
      }
      HttpResponse<byte[]> answer = get(node, list);
      assertThat(answer.statusCode()).as(list).isEqualTo(200);
      String text = new String(answer.body(), StandardCharsets.UTF_8);
      for (String line : addresses(text)) {
        String path = answer.uri().resolve(line).getRawPath();
        if (path.endsWith(".m3u8")) {
          lists.add(path);
        } else {
          HttpResponse<byte[]> segment = get(node, path);
          assertThat(segment.statusCode()).as(path).isEqualTo(200);
          String name = path.replaceFirst("^/s/[^/]+", "");
          segments.put(name, Bytes.of(segment.body()));
        }
      }
    }
    return segments;
  }
}
