package dev.sluice.cli.top;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.cli.remote.EventFeed;
import dev.sluice.cli.remote.ToolFailure;
import java.io.InputStream;
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
    try (AskedNode node = AskedNode.start(data)) {
      CompletableFuture<String> following = follow(new ApiServer(node.api()));
      shows("sluice 1.2.3", "No streams.");
      node.publish("live/a");
      shows(" live/a", "h264", "1 live");
      try (InputStream flv = node.watch("/live/a.flv")) {
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
