package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.FreePorts;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Several sources of one stream, with real encoders and servers: viewers stay whatever befalls
 * them.
 *
 * <p>{@code -Dsources.seconds=600} has the three publishers die and freeze, and the playlist play,
 * for so long; {@code -Dseed=N} chooses how.
 */
@Needs("ffmpeg")
class SourcesTest {
  private static final String[] KEYS = {
    "key-of-the-first", "key-of-the-second", "key-of-the-third"
  };
  private static final int SOURCE_TIMEOUT_MS = 2_000;

  /** Of the clips; ffmpeg sends what it has read at once, so a key frame may be this much late. */
  private static final int KEY_FRAME_MS = 2_000;

  /** What a machine with two processors adds, which runs all of this at once. */
  private static final int SLACK_MS = 1_500;

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int SECONDS = Integer.getInteger("sources.seconds", 12);

  private static final String CONFIG =
      """
      pull: {allow: [127.0.0.0/8], retryFirst: 200ms, retryMost: 1s}
      streams:
        live/two:
          sourceTimeout: 2s
          takeBackAfter: 3s
          sources:
            - {input: publish, key: key-of-the-first}
            - {input: publish, key: key-of-the-second}
        live/three:
          sourceTimeout: 2s
          takeBackAfter: 3s
          reconnectGrace: 1m
          sources:
            - {input: publish, key: key-of-the-first}
            - {input: publish, key: key-of-the-second}
            - {input: publish, key: key-of-the-third}
        live/test:
          onDemand: true
          sources: ["test:"]
      """;

  @RegisterExtension
  static final ServerUnderTest SERVER = new ServerUnderTest().withConfig(() -> CONFIG);

  @RegisterExtension final Children children = new Children();
  @TempDir Path folder;

  // ---- publishers

  private Children.Child publish(Path clip, String url) {
    return children.start(
        ("ffmpeg -v warning -re -stream_loop -1 -i " + clip + " -c copy -f flv " + url).split(" "));
  }

  private Children.Child publish(Path clip, String stream, int source) {
    return publish(clip, SERVER.rtmp(stream) + "?key=" + KEYS[source]);
  }

  private static JsonNode source(ServerUnderTest server, String stream, int source)
      throws IOException, InterruptedException {
    String body = server.get("/sluice/v1/streams/" + stream).body();
    return new JsonMapper().readTree(body).path("sources").path(source);
  }

  private static void awaitActive(String stream, int source) {
    Await.until(
        "source " + source + " of " + stream + " to be active",
        SOON,
        () -> source(SERVER, stream, source).path("active").asBoolean());
  }

  private static void awaitState(ServerUnderTest server, String stream, String state) {
    Await.until(
        stream + " to be " + state,
        SOON,
        () -> source(server, stream, 0).path("state").asString().equals(state));
  }

  // ---- viewers

  /** Viewers of one stream: our own client and ffmpeg over RTMP, ffmpeg over HTTP-FLV. */
  private final class Viewers implements AutoCloseable {
    private final RtmpWitness own;
    private final List<Witness> all;

    Viewers(ServerUnderTest server, String stream) {
      own = new RtmpWitness("own RTMP", server.rtmp(stream));
      all =
          List.of(
              own,
              new FfmpegWitness("ffmpeg RTMP", children, server.rtmp(stream)),
              new FfmpegWitness("ffmpeg HTTP-FLV", children, server.http("/" + stream + ".flv")));
      for (Witness witness : all) {
        Await.until("a picture for " + witness, SOON, () -> witness.lastPicture() != null);
      }
    }

    void assertAllThere() {
      for (Witness witness : all) {
        assertThat(witness.ended()).as(witness.describe()).isFalse();
      }
    }

    void awaitPicturesFrom(long fromNs) {
      for (Witness witness : all) {
        Await.until(
            "a picture for " + witness, SOON, () -> witness.firstPictureFrom(fromNs) != null);
      }
    }

    /** The longest time that our own client had no picture, in arrival. */
    long longestGapMs() {
      List<Packet> pictures = own.packets().stream().filter(Packet::video).toList();
      long longestNs = 0;
      for (int i = 1; i < pictures.size(); i++) {
        longestNs =
            Math.max(longestNs, pictures.get(i).arrivedNs() - pictures.get(i - 1).arrivedNs());
      }
      return longestNs / 1_000_000;
    }

    /** What holds for each of them, whatever the sources did. */
    void judge(@Nullable Continuity judge) {
      assertAllThere();
      for (Witness witness : all) {
        Continuity.assertTimesGrow(witness.toString(), witness.packets());
        assertThat(witness.complaints()).as("%s", witness).doesNotContainIgnoringCase("monoton");
        if (judge != null) {
          assertThat(judge.assertInStep(witness.toString(), witness.packets())).isNotEmpty();
        }
      }
    }

    @Override
    public void close() {
      all.forEach(Witness::close);
    }
  }

  // ---- what happens

  @Test
  void viewersStayWhileOneOfTwoPublishersIsKilledFreezesAndReturns() throws Exception {
    Path clip = Clip.kinds(10).getFirst().make(folder);
    String stream = "live/two";
    Children.Child first = publish(clip, stream, 0);
    awaitActive(stream, 0);
    publish(clip, stream, 1);
    try (Viewers viewers = new Viewers(SERVER, stream)) {
      Await.until(
          "the standby to be good",
          SOON,
          () -> source(SERVER, stream, 1).path("state").asString().equals("good"));
      first.kill();
      awaitActive(stream, 1);
      viewers.awaitPicturesFrom(System.nanoTime());

      first = publish(clip, stream, 0);
      awaitActive(stream, 0);
      first.signal("STOP");
      awaitActive(stream, 1);
      viewers.awaitPicturesFrom(System.nanoTime());
      first.signal("CONT");
      awaitActive(stream, 0);

      String sources = "/sluice/v1/streams/" + stream + "/sources/";
      assertThat(SERVER.post(sources + "1/activate").statusCode()).isEqualTo(200);
      awaitActive(stream, 1);
      assertThat(SERVER.post(sources + "automatic").statusCode()).isEqualTo(200);
      awaitActive(stream, 0);
      viewers.awaitPicturesFrom(System.nanoTime());
      viewers.judge(new Continuity(Frames.of(clip)));
      assertThat(viewers.own.headers()).as("nothing was configured anew").isEqualTo(2);
      System.out.println("longest gap " + viewers.longestGapMs() + " ms");
      assertThat(viewers.longestGapMs())
          .isLessThanOrEqualTo(SOURCE_TIMEOUT_MS + KEY_FRAME_MS + SLACK_MS);
    }
  }

  /** Three publishers; up to two at a time are killed or frozen, and come back. */
  @Test
  void viewersStayWhileThreePublishersDieAndFreezeAtRandom() throws Exception {
    long seed = Long.getLong("seed", 1);
    RandomGenerator random = new SplittableRandom(seed);
    Path clip = Clip.kinds(10).getFirst().make(folder);
    String stream = "live/three";
    Children.Child[] encoders = new Children.Child[3];
    for (int i = 0; i < 3; i++) {
      encoders[i] = publish(clip, stream, i);
    }
    awaitActive(stream, 0);
    int kills = 0;
    int freezes = 0;
    try (Viewers viewers = new Viewers(SERVER, stream)) {
      long untilNs = System.nanoTime() + SECONDS * 1_000_000_000L;
      int round = 0;
      while (System.nanoTime() - untilNs < 0) {
        int sick = round++ % 3; // the third one of each round is well all the time
        Children.Child encoder = encoders[sick];
        long sickNs = System.nanoTime() + random.nextInt(3_000, 9_000) * 1_000_000L;
        boolean kill = random.nextBoolean();
        if (kill) {
          encoder.kill();
          kills++;
        } else {
          encoder.signal("STOP");
          freezes++;
        }
        Await.until(
            "time to pass",
            SOON,
            () -> {
              viewers.assertAllThere();
              return System.nanoTime() - sickNs >= 0;
            });
        if (kill) {
          encoders[sick] = publish(clip, stream, sick);
        } else {
          encoder.signal("CONT");
          if (!encoder.isAlive()) { // the server had given it up
            encoders[sick] = publish(clip, stream, sick);
          }
        }
        long restNs = System.nanoTime() + random.nextInt(500, 5_000) * 1_000_000L;
        Await.until("time to pass", SOON, () -> System.nanoTime() - restNs >= 0);
      }
      viewers.awaitPicturesFrom(System.nanoTime());
      long switches = SERVER.log().lines().filter(line -> isSwitch(line, stream)).count();
      System.out.printf(
          "seed %d: %d s, %d kills, %d freezes, %d switches, longest gap %d ms, %d packets%n",
          seed, SECONDS, kills, freezes, switches, viewers.longestGapMs(), viewers.own.count());
      viewers.judge(new Continuity(Frames.of(clip)));
      assertThat(viewers.own.headers()).as("nothing was configured anew").isEqualTo(2);
      assertThat(switches).as("switches").isLessThanOrEqualTo(2L * (kills + freezes) + 2);
      assertThat(viewers.longestGapMs())
          .isLessThanOrEqualTo(SOURCE_TIMEOUT_MS + KEY_FRAME_MS + SLACK_MS);
    }
  }

  private static boolean isSwitch(String line, String stream) {
    return line.contains("source-switched") && line.contains("stream=" + stream + " ");
  }

  /** The number of a frame stands in its strip: each one is there, in its order. */
  @Test
  void everyFrameOfTheTestPictureComesAndTellsItsNumber() throws Exception {
    Path raw = folder.resolve("strip.gray");
    children.run(
        Duration.ofMinutes(1),
        ("ffmpeg -v error -i "
                + SERVER.rtmp("live/test")
                + " -frames:v 80 -vf crop=640:16:0:336 -pix_fmt gray -f rawvideo "
                + raw)
            .split(" "));
    byte[] strips = Files.readAllBytes(raw);
    assertThat(strips).hasSize(80 * 640 * 16);
    long last = -1;
    for (int frame = 0; frame < 80; frame++) {
      long number = number(strips, frame * 640 * 16 + 8 * 640);
      if (last >= 0) {
        assertThat(number).as("frame %d", frame).isEqualTo(last + 1);
      }
      last = number;
    }
  }

  /** Squares of 16 × 16: white, black, then 31 bits in Gray code. */
  private static long number(byte[] strips, int row) {
    assertThat(isWhite(strips, row, 0)).isTrue();
    assertThat(isWhite(strips, row, 1)).isFalse();
    long number = 0;
    for (int bit = 0; bit < 31; bit++) {
      number = number << 1 | ((number & 1) ^ (isWhite(strips, row, 2 + bit) ? 1 : 0));
    }
    return number;
  }

  private static boolean isWhite(byte[] strips, int row, int square) {
    return (strips[row + square * 16 + 8] & 0xFF) > 128;
  }

  @Test
  void fetchesFromAnotherServerOfOursAndAgainAfterItsStreamHadEnded() throws Exception {
    Path clip = Clip.kinds(5).get(1).make(folder);
    ServerUnderTest origin = new ServerUnderTest().with("SLUICE_DEFAULTS_RECONNECT_GRACE", "500ms");
    origin.start();
    try {
      Children.Child encoder = publish(clip, origin.publish("live/made"));
      fetches(
          origin.rtmp("live/made"),
          edge -> {
            encoder.kill();
            awaitState(edge, "live/copy", "absent");
            publish(clip, origin.publish("live/made"));
            awaitState(edge, "live/copy", "good");
          });
    } finally {
      origin.stop();
    }
  }

  @Test
  @Needs("nginx-rtmp")
  void fetchesFromNginxAndAgainAfterItWasAway() throws Exception {
    Path clip = Clip.kinds(5).getFirst().make(folder);
    int port = FreePorts.next();
    Children.Child nginx = startNginx(port);
    String url = "rtmp://127.0.0.1:" + port + "/live/made";
    publish(clip, url);
    fetches(
        url,
        edge -> {
          nginx.kill();
          awaitState(edge, "live/copy", "absent");
          startNginx(port);
          publish(clip, url);
          awaitState(edge, "live/copy", "good");
        });
  }

  /** Something that is done while it is watched. */
  private interface Doing {
    void at(ServerUnderTest edge) throws Exception;
  }

  private void fetches(String url, Doing doing) throws Exception {
    ServerUnderTest edge =
        new ServerUnderTest()
            .withConfig(() ->
                """
                pull: {allow: [127.0.0.0/8], retryFirst: 200ms, retryMost: 1s}
                streams:
                  live/copy:
                    sources: ["%s"]
                """
                    .formatted(url));
    edge.start();
    try {
      awaitState(edge, "live/copy", "good");
      try (Viewers viewers = new Viewers(edge, "live/copy")) {
        doing.at(edge);
        viewers.awaitPicturesFrom(System.nanoTime());
        viewers.judge(null);
        assertThat(viewers.own.headers())
            .as("nothing was configured anew%n%s", edge.log())
            .isEqualTo(2);
      }
    } finally {
      edge.stop();
    }
  }

  private Children.Child startNginx(int port) throws IOException {
    Path home = Files.createTempDirectory(folder, "nginx-");
    Path file = home.resolve("nginx.conf");
    Files.writeString(
        file,
        """
        load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
        daemon off;
        master_process off;
        user %s;
        pid %s/nginx.pid;
        error_log %s/error.log error;
        events {}
        rtmp {
          access_log off;
          server {
            listen 127.0.0.1:%d;
            application live { live on; }
          }
        }
        """
            .formatted(System.getProperty("user.name"), home, home, port));
    Children.Child nginx =
        children.start("/usr/sbin/nginx", "-p", home.toString(), "-c", file.toString());
    Await.until("nginx to listen", SOON, () -> listens(port));
    return nginx;
  }

  private static boolean listens(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Each clip in each container, and a few odd ones. */
  private List<Path> files() {
    List<Clip> clips =
        List.of(
            new Clip("a", "25", 48_000, 2, 1),
            new Clip("b", "30000/1001", 44_100, 0, 1),
            new Clip("c", "30000/1001", 48_000, 3, 2),
            new Clip("d", "50", 48_000, 0, 1));
    List<Path> files = new ArrayList<>();
    for (Clip clip : clips) {
      Path flv = clip.make(folder);
      files.add(flv);
      files.add(remuxed(flv, "plain.mp4", ""));
      files.add(remuxed(flv, "plain.ts", ""));
      files.add(remuxed(flv, "plain.mkv", ""));
      files.add(
          remuxed(
              flv,
              "fragments.mp4",
              "-movflags frag_keyframe+empty_moov+default_base_moof+delay_moov"));
    }
    // its time stamps of 33 bits start again at 0 in the middle
    files.add(remuxed(files.getFirst(), "wraps.ts", "-output_ts_offset 95443"));
    files.add(remuxed(files.get(5), "mute.mp4", "-an"));
    return files;
  }

  private Path remuxed(Path clip, String name, String options) {
    String base = clip.getFileName().toString().replace(".flv", "");
    Path file = folder.resolve(base + "-" + name);
    children.run(
        Duration.ofMinutes(1),
        ("ffmpeg -v error -y -i " + clip + " -c copy " + options + " " + file).split(" +"));
    return file;
  }

  /** In {@code -Dsources.seconds} it comes round as often as that allows. */
  @Test
  void aPlaylistOfFilesLoopsWithoutAFaultOfTime() throws Exception {
    List<Path> files = files();
    Path list = folder.resolve("list.txt");
    Files.write(list, files.stream().map(file -> file.getFileName().toString()).toList());
    ServerUnderTest server =
        new ServerUnderTest()
            .withConfig(() ->
                """
                streams:
                  live/list:
                    sources: ["playlist:%s"]
                """
                    .formatted(list));
    server.start();
    try {
      awaitState(server, "live/list", "good");
      int seconds = Math.max(25, SECONDS);
      try (Viewers viewers = new Viewers(server, "live/list")) {
        long untilNs = System.nanoTime() + seconds * 1_000_000_000L;
        Await.until(
            "the files to be played",
            Duration.ofSeconds(seconds + 30L),
            () -> {
              viewers.assertAllThere();
              return System.nanoTime() - untilNs >= 0;
            });
        viewers.judge(null);
        List<Packet> packets = viewers.own.packets();
        assertPace(packets);
        assertPicturesFollow(packets);
        // where a file has no sound there is none
        assertThat(server.log().lines().filter(line -> line.contains("repaired ")))
            .allMatch(line -> line.contains("aac had a gap of"));
        System.out.printf("%d s, %d packets of %d files%n", seconds, packets.size(), files.size());
      }
    } finally {
      server.stop();
    }
  }

  /** The least time from DTS to arrival is the same at the end as it was in the beginning. */
  private static void assertPace(List<Packet> packets) {
    int third = packets.size() / 3;
    double early = leastLatenessMs(packets.subList(0, third));
    double late = leastLatenessMs(packets.subList(packets.size() - third, packets.size()));
    assertThat(late - early).as("ms that it has become late").isBetween(-60.0, 60.0);
  }

  private static double leastLatenessMs(List<Packet> packets) {
    return packets.stream()
        .mapToDouble(packet -> packet.arrivedNs() / 1e6 - packet.dtsMs())
        .min()
        .orElseThrow();
  }

  /** Only between two files may pictures be further apart than in one. */
  private static void assertPicturesFollow(List<Packet> packets) {
    List<Packet> pictures = packets.stream().filter(Packet::video).toList();
    double playedMs = pictures.getLast().dtsMs() - pictures.getFirst().dtsMs();
    int holes = 0;
    for (int i = 1; i < pictures.size(); i++) {
      double stepMs = pictures.get(i).dtsMs() - pictures.get(i - 1).dtsMs();
      assertThat(stepMs).as("from picture %d to the next", i - 1).isLessThan(150);
      holes += stepMs > 41.5 ? 1 : 0;
    }
    assertThat(pictures.size()).isGreaterThan((int) (playedMs / 1_000 * 25));
    assertThat(holes).as("ends of files").isLessThanOrEqualTo((int) (playedMs / 1_000) + 1);
  }
}
