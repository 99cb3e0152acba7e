package dev.sluice.cli.top;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.ToolFailure;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A screen that follows what a server says has happened. */
@Timeout(60)
class TopEventsTest {
  /** So long that nothing comes by asking. */
  private static final Duration NEVER = Duration.ofMinutes(10);

  private static final Duration OFTEN = Duration.ofMillis(50);

  private final FakeTty tty = new FakeTty();

  private CompletableFuture<Void> follow(Api api, Duration period) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            TopLoop.run(tty, new ApiServer(api), period);
          } catch (ToolFailure | InterruptedException failure) {
            throw new IllegalStateException(failure);
          }
        },
        Thread::startVirtualThread);
  }

  private void shows(String... texts) {
    await().atMost(20, SECONDS).untilAsserted(() -> assertThat(tty.shown()).contains(texts));
  }

  private void end(CompletableFuture<Void> following) throws Exception {
    tty.press(Key.Name.STOP);
    following.get(10, SECONDS);
  }

  @Test
  void aNodesStreamsAndViewersComeAndGoWithoutBeingAskedFor(@TempDir Path data) throws Exception {
    try (AskedNode node = AskedNode.start(data)) {
      CompletableFuture<Void> following = follow(node.api(), NEVER);
      shows("No streams.");
      node.publish("live/a");
      shows(" live/a", "h264", "1 live");
      try (InputStream flv = node.watch("/live/a.flv")) {
        shows("Viewers 1  flv 1");
      }
      shows("Viewers 0");
      end(following);
    }
  }

  @Test
  void onlyWhatIsSeenIsAskedForWhileItIsListenedTo() throws Exception {
    try (var server = new FakeServer()) {
      for (int i = 0; i < 60; i++) {
        server.has("live/%02d".formatted(i));
      }
      CompletableFuture<Void> following = follow(server.api(), OFTEN);
      await().atMost(20, SECONDS).until(() -> server.asked("/sluice/v1/streams?name=").size() > 20);
      List<String> named = server.asked("/sluice/v1/streams?name=");
      assertThat(named).allMatch(path -> path.split("name=", -1).length - 1 <= 15);
      assertThat(server.asked("/sluice/v1/streams$")).as("first, and when it hears").hasSize(2);
      server.has("live/new");
      server.says("stream-began", "live/new");
      shows("Streams 61");
      tty.type("/live/new");
      shows("live/new");
      server.hasNoMore("live/new");
      server.says("stream-ended", "live/new");
      shows("Streams 60", "No stream has that.");
      assertThat(server.asked("/sluice/v1/streams$")).hasSize(2);
      end(following);
    }
  }

  @Test
  void itPollsWhileItIsCutOffAndGoesOnWhereItWas() throws Exception {
    try (var server = new FakeServer()) {
      server.has("live/a");
      CompletableFuture<Void> following = follow(server.api(), OFTEN);
      server.awaitListener();
      server.says("publish", "live/a");
      await().atMost(20, SECONDS).until(() -> server.asked("/sluice/v1/streams?name=").size() > 2);
      server.refusesListeners(true);
      server.cut();
      int before = server.asked("/sluice/v1/streams$").size();
      await()
          .atMost(20, SECONDS)
          .until(() -> server.asked("/sluice/v1/streams$").size() > before + 5);
      server.has("live/b");
      shows("live/b"); // polled
      server.refusesListeners(false);
      server.awaitListener();
      assertThat(server.lastEventId()).isEqualTo("1");
      server.has("live/c");
      server.says("stream-began", "live/c");
      shows("live/c");
      server.says("gap", "");
      int whole = server.asked("/sluice/v1/streams$").size();
      await().atMost(20, SECONDS).until(() -> server.asked("/sluice/v1/streams$").size() > whole);
      end(following);
    }
  }
}
