package dev.sluice.cli.top;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.cli.StillSource;
import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.EventFeed;
import dev.sluice.cli.remote.ServerAddress;
import dev.sluice.cli.remote.ToolFailure;
import dev.sluice.node.Node;
import dev.sluice.node.config.ConfigSource;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole of it: keys go in, screens come out. */
@Timeout(60)
class TopLoopTest {
  private static final Duration PERIOD = Duration.ofMillis(100);

  @TempDir Path data;
  private final FakeTty tty = new FakeTty();

  private CompletableFuture<String> follow(Server server) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        TopLoop.run(tty, server, PERIOD);
        return "over";
      } catch (ToolFailure | InterruptedException failure) {
        throw new IllegalStateException(failure);
      }
    });
  }

  private void shows(String... texts) {
    await().atMost(20, SECONDS).untilAsserted(() -> assertThat(tty.shown()).contains(texts));
  }

  @Test
  void followsANodeAndEndsAViewer() throws Exception {
    var env =
        Map.of(
            "SLUICE_DATA", data.toString(),
            "SLUICE_HTTP_LISTEN", "127.0.0.1:0",
            "SLUICE_RTMP_LISTEN", "127.0.0.1:0");
    try (Node node = Node.start(ConfigSource.load(null, env), new Node.Options("1.2.3", false));
        HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + node.httpPort());
      try (var api = new Api(new ServerAddress(uri, node.access().token().reveal(), ""))) {
        CompletableFuture<String> following = follow(new ApiServer(api));
        shows("sluice 1.2.3", "No streams.");
        StillSource source = StillSource.publish(node, "live/a");
        source.pictures(50, 1_000);
        shows(" live/a", "h264", "1 live");
        var request = HttpRequest.newBuilder(uri.resolve("/live/a.flv")).build();
        try (InputStream flv =
            http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
          flv.readNBytes(13);
          shows("Viewers 1  flv 1");
          tty.resize(120, 30);
          shows("BY FORM", "flv:1");
          tty.press(Key.Name.ENTER);
          shows("SESSION", "127.0.0.1", "Java-http", "playing");
          tty.type("k");
          shows("End session ");
          tty.type("n");
          shows("nobody is ended");
          tty.type("ky");
          shows("has been told to end", "Nobody watches live/a.");
          assertThat(flv.readAllBytes()).as("the connection ends").isNotNull();
        }
        tty.type("v/zzz");
        shows("Filter: zzz_", "No stream has that.");
        tty.press(Key.Name.ESCAPE);
        tty.type("?");
        shows("KEYS");
        tty.type("xq");
        following.get(10, SECONDS);
      }
    }
  }

  /** A server whose answers a test gives, one for each question. */
  private static final class Scripted implements Server {
    private final LinkedBlockingQueue<List<Object>> answers = new LinkedBlockingQueue<>();

    void says(Object answer) {
      answers.add(List.of(answer));
    }

    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public Snapshot snapshot(@Nullable String audience) throws ToolFailure {
      return (Snapshot) answer();
    }

    @Override
    public Look look(List<String> streams, @Nullable String audience, List<String> viewers) {
      throw new AssertionError("it is not listened to");
    }

    @Override
    public EventFeed listen(@Nullable String after) throws ToolFailure {
      throw new ToolFailure(ToolFailure.NO_SERVER, "it says nothing", "");
    }

    @Override
    public String kick(String id) throws ToolFailure {
      return (String) answer();
    }

    private Object answer() throws ToolFailure {
      try {
        Object answer = answers.take().getFirst();
        if (answer instanceof ToolFailure failure) {
          throw failure;
        }
        return answer;
      } catch (InterruptedException over) {
        throw new IllegalStateException(over);
      }
    }
  }

  private static Snapshot at(long seconds, String stream) {
    return Models.snapshot(
        seconds, List.of(Models.stream(stream, "live", seconds, 1_000, Map.of("flv", 1L))), null);
  }

  @Test
  void aServerThatIsAwayIsToldAndKeysGoOn() throws Exception {
    var server = new Scripted();
    server.says(at(1, "live/a"));
    CompletableFuture<String> following = follow(server);
    shows("live/a");
    server.says(new ToolFailure(ToolFailure.NO_SERVER, "no server is running at x", "next"));
    shows("no server is running at x", "live/a"); // what was known stays
    tty.type("?"); // while it is being asked again
    shows("KEYS");
    tty.type("?");
    shows("STREAM");
    server.says(new ToolFailure(ToolFailure.NO_SERVER, "no server is running at x", "next"));
    shows("no server is running at x");
    server.says(at(3, "live/b"));
    await()
        .atMost(20, SECONDS)
        .untilAsserted(
            () -> assertThat(tty.shown()).contains("live/b").doesNotContain("no server", "live/a"));
    tty.press(Key.Name.STOP);
    following.get(10, SECONDS);
  }

  @Test
  void aServerThatNeverAnsweredIsAFailure() {
    var server = new Scripted();
    server.says(new ToolFailure(ToolFailure.NO_SERVER, "no server", "next"));
    ToolFailure failure =
        catchThrowableOfType(ToolFailure.class, () -> TopLoop.run(tty, server, PERIOD));
    assertThat(failure.exitCode()).isEqualTo(ToolFailure.NO_SERVER);
    assertThat(tty.shown()).isEmpty();
  }
}
