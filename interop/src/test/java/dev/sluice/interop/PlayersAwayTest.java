package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Nobody delivers for a while, or the server itself is started anew: players of segments that have
 * come before go on by themselves, at the time of day that it is, and numbers never go back.
 *
 * <p>A build has dash.js watch while the server is started anew. {@code -Daway=full} has hls.js and
 * Shaka Player watch, too, and holes of 5 s and of a minute before that, by when the stream has
 * ended ({@code reconnectGrace}); {@code -Daway.players=SHAKA,PLAIN_SHAKA} chooses others.
 */
@Needs({"ffmpeg", "chromium", "node"})
class PlayersAwayTest {
  private static final boolean FULL = "full".equals(System.getProperty("away"));
  private static final String STREAM = "live/away";
  private static final Duration BOUND = Duration.ofSeconds(60);

  /** Played after each return, without a stall. */
  private static final int SECONDS = FULL ? 15 : 2;

  @RegisterExtension static final ServerUnderTest SERVER = new ServerUnderTest();

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  private enum Player {
    /** Of the page that comes with the server. */
    HLSJS("", 3),
    /** With what keeps it going, as the documentation has it. */
    DASHJS("dashjs", 6),
    SHAKA("shaka", 6),
    /** As it comes. */
    PLAIN_SHAKA("shaka", 6);

    private static final String SINCE_INGEST =
        "parseFloat([...document.querySelectorAll('.stats dt')]"
            + ".find(row => row.textContent === 'Since ingest')?.nextElementSibling.textContent)";

    private final String page;

    /** How late a picture may be after a return, in seconds. */
    private final double mostS;

    Player(String page, double mostS) {
      this.page = page;
      this.mostS = mostS;
    }

    String page(PlayerPages pages) {
      String mpd = SERVER.http("/" + STREAM + "/index.mpd");
      return switch (this) {
        case HLSJS -> SERVER.http("/player/" + STREAM + "?engine=hls&stats=1");
        case DASHJS, SHAKA -> pages.keptGoing(page, mpd);
        case PLAIN_SHAKA -> pages.page(page, mpd);
      };
    }

    /** How old the picture is that is shown, by the date that is told with it, in seconds. */
    String age() {
      return this == HLSJS
          ? SINCE_INGEST
          : "(Date.now() / 1000 - document.querySelector('video').currentTime)";
    }

    static List<Player> chosen() {
      String names = System.getProperty("away.players", FULL ? "HLSJS,DASHJS,SHAKA" : "DASHJS");
      return Arrays.stream(names.split(",")).map(Player::valueOf).toList();
    }
  }

  /** A browser with one of them. */
  private record Watching(Player player, Browser browser) {
    /** Whether pictures are played that were taken after {@code fromMs}. */
    boolean plays(long fromMs) {
      return browser
          .evaluate(
              "watched.playedS > 1 && Date.now() - 1000 * %s > %d".formatted(player.age(), fromMs))
          .asBoolean(false);
    }

    void anew() {
      browser.evaluate("watched.anew()");
    }

    JsonNode report() {
      return browser.evaluate(
          "({...watched.report(), age: %s, text: document.body.innerText.slice(0, 500)})"
              .formatted(player.age()));
    }
  }

  @Test
  void playersGoOnByThemselves() throws IOException, InterruptedException {
    Children.Child encoder = publish();
    var record = new HlsRecord(SERVER, STREAM, false);
    var softly = new SoftAssertions();
    try (PlayerPages pages = new PlayerPages(children)) {
      List<Watching> all = open(pages);
      judge("at first", all, System.currentTimeMillis(), softly);
      record.glance("v0", "a1");
      for (int away : FULL ? new int[] {5, 60} : new int[0]) {
        encoder.kill();
        watchFor(Duration.ofSeconds(away), record);
        long fromMs = System.currentTimeMillis();
        encoder = publish();
        judge("after " + away + " s", all, fromMs, softly);
        record.glance("v0", "a1");
      }
      long before = record.newest("v0");
      SERVER.restart();
      encoder.kill();
      long fromMs = System.currentTimeMillis();
      encoder = publish();
      judge("after a restart", all, fromMs, softly);
      record.glance("v0", "a1");
      assertThat(record.newest("v0")).isGreaterThan(before);
      encoder.kill();
    }
    softly.assertAll();
  }

  private Children.Child publish() {
    List<String> command = Cadence.ALIGNED.encoder();
    command.addAll(List.of("-f", "flv", SERVER.publish(STREAM)));
    Children.Child encoder = children.start(Map.of(), command);
    SERVER.awaitLive(STREAM);
    return encoder;
  }

  private List<Watching> open(PlayerPages pages) throws IOException {
    List<Watching> all = new ArrayList<>();
    for (Player player : Player.chosen()) {
      Browser browser = new Browser(children, Files.createDirectory(folder.resolve(player.name())));
      browser.open(player.page(pages));
      browser.await("a picture", BOUND, "document.querySelector('video')?.currentTime > 0");
      if (player == Player.HLSJS) {
        browser.evaluate(Files.readString(PlayerPages.folder(children).resolve("pages/watch.js")));
      }
      all.add(new Watching(player, browser));
    }
    return all;
  }

  /** Lets {@code time} pass, which is what the test is about. */
  private static void watchFor(Duration time, HlsRecord record) throws InterruptedException {
    long sinceNs = System.nanoTime();
    Await.until(
        time + " to pass",
        time.plusSeconds(30),
        () -> System.nanoTime() - sinceNs >= time.toNanos());
    record.glance("v0", "a1");
  }

  /** Each plays again, and then without a stall, at the time that it is. */
  private static void judge(String when, List<Watching> all, long fromMs, SoftAssertions softly) {
    all.forEach(Watching::anew);
    Map<Watching, Long> back = new LinkedHashMap<>();
    try {
      Await.until("all to play", BOUND, () -> haveComeBack(all, fromMs, back));
    } catch (RuntimeException late) {
      for (Watching each : all) {
        if (!back.containsKey(each)) {
          softly.fail("%s: %s stands: %s".formatted(when, each.player, each.report()), late);
        }
      }
    }
    back.keySet().forEach(Watching::anew);
    back.forEach((each, afterMs) -> {
      each.browser.await(
          SECONDS + " s", Duration.ofSeconds(2L * SECONDS + 20), "watched.playedS >= " + SECONDS);
      JsonNode seen = each.report();
      System.out.printf("%s: %s after %d ms: %s%n", when, each.player, afterMs, seen);
      softly.assertThat(seen.path("stalls")).as("%s: %s %s", when, each.player, seen).isEmpty();
      softly
          .assertThat(seen.path("age").asDouble())
          .as("%s: age at %s %s", when, each.player, seen)
          .isBetween(0.0, each.player.mostS);
    });
  }

  private static boolean haveComeBack(List<Watching> all, long fromMs, Map<Watching, Long> back) {
    for (Watching each : all) {
      if (!back.containsKey(each) && each.plays(fromMs)) {
        back.put(each, System.currentTimeMillis() - fromMs);
      }
    }
    return back.size() == all.size();
  }
}
