package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The player page in Chromium, watched by {@code browser/play.mjs}. */
final class PlayedPage implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final Set<String> OF_THE_PICTURE = Set.of("playing", "stalled", "resumed");

  private final Children.Child child;

  /** Opens a page; {@link #close} ends it. */
  PlayedPage(Children children, String url) {
    child =
        children.start(
            "node",
            "browser/play.mjs",
            "--url",
            url,
            "--seconds",
            "86400",
            "--start-within",
            "120",
            "--expect-pause",
            "1",
            "--allow-sound");
  }

  /** Waits for the first movement of the picture. */
  void awaitPlaying() {
    child.waitForLine(START, line -> line.contains("\"event\":\"playing\""));
  }

  /** Waits until the page says that it is in {@code phase}, after having said so less often. */
  void awaitPhase(String phase, long times, Duration bound) {
    try {
      Await.until("the page to be " + phase, bound, () -> phases(phase) >= times);
    } catch (RuntimeException late) {
      throw new AssertionError(describe(), late);
    }
  }

  /** How often it has come to be in {@code phase}. */
  long phases(String phase) {
    return events().stream()
        .filter(event -> event.path("event").asString("").equals("phase"))
        .filter(event -> event.path("phase").asString("").equals(phase))
        .count();
  }

  /** Whether the picture stands, as seen from inside the page. */
  boolean stands() {
    List<String> seen =
        events().stream()
            .map(event -> event.path("event").asString(""))
            .filter(OF_THE_PICTURE::contains)
            .toList();
    return seen.isEmpty() || seen.getLast().equals("stalled");
  }

  private List<JsonNode> events() {
    return child
        .output()
        .lines()
        .filter(line -> line.startsWith("{\"event\""))
        .map(JSON::readTree)
        .toList();
  }

  boolean ended() {
    return !child.isAlive();
  }

  String describe() {
    return child.describe(ended() ? "has ended" : "runs");
  }

  /** Ends the watch; what the page's viewer saw. */
  JsonNode verdict() {
    child.signal("TERM");
    int status = child.waitFor(STOP);
    assertThat(status).as(child.describe("ended")).isIn(0, 1);
    return JSON.readTree(
        child.waitForLine(Duration.ofSeconds(1), line -> line.startsWith("{\"ok\"")));
  }

  @Override
  public void close() {
    child.kill();
  }
}
