package dev.sluice.node;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.summarizingLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import dev.sluice.node.TestViewer.Door;
import dev.sluice.node.TestViewer.Form;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.node.config.LiveConfig;
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
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes get the same stream, with the times of its source; the configuration of one of them is
 * read again and again, with changes at random that are right and wrong. Viewers of the stream, for
 * which nothing changes, have to get the same bytes from both, by whatever form. {@code
 * -Dreloads=1000 -Dviewers=300} for long.
 */
@Timeout(900)
class NodeReloadTest {
  private static final int RELOADS = Integer.getInteger("reloads", 30);

  /** Of the node that is reloaded; the other one has one of each form. */
  private static final int VIEWERS = Integer.getInteger("viewers", 2 * Form.values().length);

  /** Frames that are sent after each reload, at least. */
  private static final int FRAMES = 5;

  /** Segments at the end that somebody may not have fetched yet, and at the beginning, too. */
  private static final int SEGMENTS_AT_ENDS = 3;

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final StreamName STILL = StreamName.parse("live/still");

  private static final String FIXED =
      """
      defaults: {time: source, latency: 0, segmentPeriod: 1s}
      """;

  @TempDir Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final RandomGenerator random = new SplittableRandom(Long.getLong("seed", 5));
  private Node changed;
  private Node unchanged;

  private final FrameSources sources = new FrameSources();

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
    sources.end();
    changed.close();
    unchanged.close();
    http.close();
  }

  private boolean isHealthy(Node node) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/healthz".formatted(node.httpPort())))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
  }

  /** Has so many watch, by all forms in turn, before there is anything to see. */
  private List<TestViewer> watch(Node node, int count) {
    var door = new Door(http, node, new ReentrantReadWriteLock().readLock());
    List<TestViewer> viewers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Form form = Form.values()[i % Form.values().length];
      viewers.add(TestViewer.start(form, door, STILL.toString(), ""));
    }
    await().atMost(SOON).until(() -> viewers(node) == count);
    return viewers;
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

  /** Has some more frames be sent. */
  private void goOn() {
    int wanted = sources.frames() + FRAMES;
    await().pollInterval(Duration.ofMillis(5)).atMost(SOON).until(() -> sources.frames() >= wanted);
  }

  @Test
  void viewersOfWhatIsTheSameNoticeNothing() throws Exception {
    List<TestViewer> viewers = watch(changed, VIEWERS);
    List<TestViewer> others = watch(unchanged, Form.values().length);
    long utcMs = System.currentTimeMillis();
    sources.start(
        List.of(new FrameSource(changed, STILL, utcMs), new FrameSource(unchanged, STILL, utcMs)));
    int taken = 0;
    int refused = 0;
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
      goOn();
      assertThat(isHealthy(changed)).isTrue();
      assertNobodyHasEnded(viewers);
    }
    assertThat(taken).isGreaterThan(RELOADS / 3);
    assertThat(refused).isPositive();

    long untilNs = System.nanoTime() + SOON.toNanos();
    int wanted = wholeSegments() - SEGMENTS_AT_ENDS;
    while (!(haveSegments(viewers, wanted) && haveSegments(others, wanted))) {
      assertThat(System.nanoTime()).as("time at which all have all").isLessThan(untilNs);
      goOn();
      assertNobodyHasEnded(viewers);
    }
    sources.end();
    end(viewers);
    end(others);
    for (TestViewer viewer : viewers) {
      assertSame(viewer, others.get(viewer.form().ordinal()));
    }
    System.out.printf(
        "%d reloads taken, %d refused; %d frames to %s%n",
        taken, refused, sources.frames(), sums(viewers));
  }

  private int wholeSegments() {
    return sources.frames() / FrameSource.FRAMES_OF_GOP;
  }

  private static void assertNobodyHasEnded(List<TestViewer> viewers) {
    for (TestViewer viewer : viewers) {
      if (viewer.isOver()) {
        fail("the end of %s: %s", viewer, viewer.end().join());
      }
    }
  }

  private static boolean haveSegments(List<TestViewer> viewers, int wanted) {
    return viewers.stream()
        .filter(FetchingViewer.class::isInstance)
        .map(FetchingViewer.class::cast)
        .allMatch(viewer ->
            !viewer.segments().isEmpty()
                && viewer.segments().values().stream().allMatch(all -> all.size() >= wanted));
  }

  /** Who fetches goes, the others are told that it is over. */
  private void end(List<TestViewer> viewers) {
    Node node = viewers.getFirst().door().node();
    viewers.stream().filter(viewer -> viewer.form().fetches()).forEach(TestViewer::leave);
    node.hub().end(STILL, Reason.KICKED);
    for (TestViewer viewer : viewers) {
      viewer.end().orTimeout(SOON.toSeconds(), SECONDS).join();
    }
  }

  /** The same bytes, and the same end. */
  private void assertSame(TestViewer viewer, TestViewer other) {
    assertThat(viewer.end().join().how()).as("%s", viewer).isEqualTo(other.end().join().how());
    if (viewer instanceof ConnectedViewer one && other instanceof ConnectedViewer two) {
      assertThat(one.bytes()).as("bytes of %s", one).isGreaterThan(sources.frames() * 9L);
      assertThat(one.digest()).as("digest of %s", one).isEqualTo(two.digest());
    } else if (viewer instanceof FetchingViewer one && other instanceof FetchingViewer two) {
      assertThat(one.segments().keySet()).as("%s", one).isEqualTo(two.segments().keySet());
      if (one.form() == Form.LL_HLS) {
        assertThat(one.parts()).as("parts of %s", one).isGreaterThan(wholeSegments());
      }
      one.segments()
          .forEach((track, mine) -> {
            NavigableMap<Long, String> theirs = requireNonNull(two.segments().get(track));
            long from = Math.max(mine.firstKey(), theirs.firstKey());
            long to = Math.min(mine.lastKey(), theirs.lastKey());
            assertThat(mine.subMap(from, true, to, true))
                .as("segments of %s, track %s", one, track)
                .isEqualTo(theirs.subMap(from, true, to, true))
                .hasSizeGreaterThan(wholeSegments() - 2 * SEGMENTS_AT_ENDS);
          });
    }
  }

  /** How many viewers there are of each form, and what they have got. */
  private static String sums(List<TestViewer> viewers) {
    return viewers.stream()
        .collect(groupingBy(TestViewer::form, TreeMap::new, summarizingLong(TestViewer::bytes)))
        .entrySet()
        .stream()
        .map(each ->
            "%d by %s (%d bytes)"
                .formatted(each.getValue().getCount(), each.getKey(), each.getValue().getSum()))
        .collect(joining(", "));
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
}
