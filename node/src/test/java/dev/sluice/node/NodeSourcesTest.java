package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.LiveStream;
import dev.sluice.hub.SourceReport;
import dev.sluice.hub.source.Level;
import dev.sluice.media.StreamName;
import dev.sluice.node.config.ConfigSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes with configured sources: one makes a stream, the other fetches it. */
@Timeout(120)
class NodeSourcesTest {
  private static final Path CLIP =
      Path.of("..", "core", "src", "test", "resources", "flv", "h264_25_aac_48000.flv");
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final List<Node> nodes = new ArrayList<>();

  private Node start(String name, int rtmpPort, String config) throws Exception {
    Path file = Files.writeString(folder.resolve(name + ".yaml"), config);
    var env =
        Map.of(
            "SLUICE_DATA",
            folder.resolve(name).toString(),
            "SLUICE_HTTP_LISTEN",
            "127.0.0.1:0",
            "SLUICE_RTMP_LISTEN",
            "127.0.0.1:" + rtmpPort);
    Node node = Node.start(ConfigSource.load(file, env), new Node.Options("test", false));
    nodes.add(node);
    return node;
  }

  @AfterEach
  void stop() {
    nodes.forEach(Node::close);
  }

  private static LiveStream.@Nullable Report report(Node node, String name) {
    LiveStream stream = node.hub().stream(StreamName.parse(name));
    if (stream == null) {
      return null;
    }
    var answer = new CompletableFuture<LiveStream.Report>();
    stream.loop().execute(() -> answer.complete(stream.report()));
    return answer.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
  }

  private static boolean delivers(Node node, String name) {
    LiveStream.Report is = report(node, name);
    return is != null && is.state() == LiveStream.State.LIVE && is.videoFrames() > 10;
  }

  private static SourceReport source(Node node, String name, int seat) {
    LiveStream.Report is = report(node, name);
    if (is == null) {
      throw new AssertionError("no stream " + name);
    }
    return is.sources().get(seat);
  }

  private static String copyOf(int port, String more) {
    return """
    pull: {allow: [127.0.0.0/8], retryFirst: 100ms, retryMost: 500ms}
    streams:
      live/copy:
        sources: ["rtmp://127.0.0.1:%d/live/made"]
    %s
    """
        .formatted(port, more);
  }

  private static final String MADE =
      """
      streams:
        live/made:
          sources: ["test:"]
      """;

  @Test
  void fetchesFromAnotherNodeAndAgainAfterItWasAway() throws Exception {
    Node first = start("first", 0, MADE);
    int port = java.util.Objects.requireNonNull(first.rtmpPort());
    Node second = start("second", 0, copyOf(port, ""));
    await().atMost(SOON).until(() -> delivers(second, "live/copy"));
    assertThat(source(second, "live/copy", 0).note()).isEqualTo("fetching");
    LiveStream.Report made = report(first, "live/made");
    LiveStream.Report copy = report(second, "live/copy");
    assertThat(copy).isNotNull();
    assertThat(made).isNotNull();
    assertThat(copy.configuration().tracks()).isEqualTo(made.configuration().tracks());
    nodes.remove(first);
    first.close();
    await().atMost(SOON).until(() -> source(second, "live/copy", 0).level() == Level.ABSENT);
    await()
        .atMost(SOON)
        .until(() -> String.valueOf(source(second, "live/copy", 0).note()).contains("next try in"));
    start("third", port, MADE);
    await().atMost(SOON).until(() -> source(second, "live/copy", 0).level() == Level.GOOD);
    LiveStream.Report again = report(second, "live/copy");
    assertThat(again).isNotNull();
    assertThat(again.incarnationMs()).isEqualTo(copy.incarnationMs());
    assertThat(again.configuration().revision()).isEqualTo(copy.configuration().revision());
  }

  @Test
  void doesNotFetchFromThisHostUnlessThatIsAllowed() throws Exception {
    Node node = start("node", 0, copyOf(1, "").replace("127.0.0.0/8", "10.0.0.0/8"));
    await().atMost(SOON).until(() -> noteOf(node).contains("next try"));
    assertThat(noteOf(node))
        .startsWith(
            "cannot connect: 127.0.0.1 is a loopback address, which pull.allow does not allow");
  }

  private static String noteOf(Node node) {
    LiveStream.Report is = report(node, "live/copy");
    return is == null ? "" : String.valueOf(is.sources().getFirst().note());
  }

  @Test
  void playsAFileInARoundAndABackupWhereNobodyPublishes() throws Exception {
    Path clip = folder.resolve("clip.flv");
    Files.copy(CLIP, clip);
    Path list = Files.writeString(folder.resolve("list.txt"), "clip.flv\n");
    Node node =
        start(
            "node",
            0,
            """
            streams:
              live/file:
                sources: ["file:%s"]
              live/list:
                sources: ["playlist:%s"]
              live/bridged:
                sources: [publish]
                backup: %s
                sourceTimeout: 300ms
            """
                .formatted(clip, list, clip));
    for (String name : List.of("live/file", "live/list", "live/bridged")) {
      await().atMost(SOON).until(() -> delivers(node, name));
    }
    assertThat(source(node, "live/bridged", 1).active()).isTrue();
    assertThat(source(node, "live/list", 0).note()).isEqualTo("plays 0: clip.flv");
    LiveStream stream = node.hub().stream(StreamName.parse("live/list"));
    assertThat(stream).isNotNull();
    long frames = java.util.Objects.requireNonNull(report(node, "live/list")).videoFrames();
    var cut = new CompletableFuture<Boolean>();
    stream.loop().execute(() -> cut.complete(stream.cutSource(0, 0)));
    assertThat(cut.join()).isTrue();
    await()
        .atMost(SOON)
        .until(() -> {
          LiveStream.Report is = report(node, "live/list");
          return is != null && is.videoFrames() > frames + 100; // past the end of the clip
        });
  }
}
