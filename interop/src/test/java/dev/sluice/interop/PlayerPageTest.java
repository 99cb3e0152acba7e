package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Children;
import dev.sluice.testkit.Needs;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The page that comes with the server plays what is published. */
@Needs({"ffmpeg", "chromium"})
class PlayerPageTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  @RegisterExtension static final ServerUnderTest SERVER = new ServerUnderTest();

  @RegisterExtension final Children children = new Children();

  @TempDir Path folder;

  @Test
  void aPublishedStreamMovesInThePage() {
    Path clip = Clip.kinds(4).getFirst().make(folder);
    Children.Child encoder =
        new Publishers(children).ffmpegForever(clip, SERVER.publish("live/page"));
    SERVER.awaitLive("live/page");
    Browser browser = new Browser(children, folder);
    browser.open(SERVER.http("/player/live/page"));
    plays(browser);

    // The encoder dies and comes back: the page goes on.
    encoder.kill();
    new Publishers(children).ffmpegForever(clip, SERVER.publish("live/page"));
    double before = browser.evaluate("document.querySelector('video').currentTime").asDouble();
    browser.await(
        "the picture going on after the encoder came back",
        BOUND,
        "document.querySelector('video').currentTime > " + (before + 4));
    assertThat(browser.evaluate("document.querySelector('video').videoWidth").asInt())
        .isEqualTo(320);
  }

  private static void plays(Browser browser) {
    browser.await(
        "a picture of the right size",
        BOUND,
        "document.querySelector('video') && document.querySelector('video').videoWidth === 320");
    browser.await("the picture moving", BOUND, "document.querySelector('video').currentTime > 2");
  }
}
