package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Children;
import dev.sluice.testkit.Ffmpeg8;
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

  /** FLV carries VP9, but what plays FLV in browsers does not know it. */
  @Test
  @Needs("ffmpeg8")
  void whatOneEngineCannotPlayComesByAnother() {
    Path clip = folder.resolve("vp9.mkv");
    children.run(
        BOUND,
        (Ffmpeg8.ffmpeg()
                + " -v error -f lavfi -i testsrc2=size=320x180:rate=25 -t 4 -g 25"
                + " -pix_fmt yuv420p -c:v libvpx-vp9 -deadline realtime -cpu-used 8 "
                + clip)
            .split(" "));
    children.start(
        (Ffmpeg8.ffmpeg()
                + " -v error -re -stream_loop -1 -i "
                + clip
                + " -c copy -f flv "
                + SERVER.publish("live/vp9"))
            .split(" "));
    SERVER.awaitLive("live/vp9");
    Browser browser = new Browser(children, folder);
    browser.open(SERVER.http("/player/live/vp9?stats=1"));
    plays(browser);
    assertThat(browser.evaluate("document.querySelector('.stats').innerText").asString())
        .contains("HLS")
        .contains("vp09");

    // a viewer may insist, and is told
    browser.evaluate("document.querySelector('.settings-button').click()");
    browser.await("the settings", BOUND, "document.querySelector('.settings select')");
    assertThat(choose(browser, "http-flv")).isEqualTo("Automatic (HLS) > HTTP-FLV");
    browser.await(
        "the advice",
        BOUND,
        "document.querySelector('[role=status]').textContent.includes('cannot play')");
    assertThat(choose(browser, "")).isEqualTo("HTTP-FLV > Automatic (HTTP-FLV)");
    browser.await(
        "the picture coming back", BOUND, "document.querySelector('video').currentTime > 1");
  }

  @Test
  @Needs("ffmpeg8")
  void aViewerChoosesAmongPicturesAndSounds() {
    children.start(
        (Ffmpeg8.ffmpeg()
                + " -v error -re -f lavfi -i testsrc2=size=320x180:rate=25"
                + " -re -f lavfi -i testsrc2=size=160x90:rate=25"
                + " -re -f lavfi -i sine=frequency=330:sample_rate=48000"
                + " -re -f lavfi -i sine=frequency=660:sample_rate=48000"
                + " -map 0 -map 1 -map 2 -map 3 -c:v libx264 -preset ultrafast -g 25"
                + " -pix_fmt yuv420p -b:v:0 400k -b:v:1 100k -c:a aac"
                + " -flvflags no_duration_filesize -f flv "
                + SERVER.publish("live/several"))
            .split(" "));
    SERVER.awaitLive("live/several");
    Browser browser = new Browser(children, folder);
    browser.open(SERVER.http("/player/live/several?engine=hls"));
    browser.await("the picture", BOUND, "document.querySelector('video')?.currentTime > 1");
    browser.evaluate("document.querySelector('.settings-button').click()");
    browser.await(
        "three menus", BOUND, "document.querySelectorAll('.settings select').length === 3");
    assertThat(options(browser, 1)).startsWith("Automatic").endsWith("|180p|90p");
    assertThat(options(browser, 2)).isEqualTo("Track 1|Track 2");

    for (int height : new int[] {90, 180, 90}) {
      select(browser, 1, height + "p");
      browser.await(
          height + "p", BOUND, "document.querySelector('video').videoHeight === " + height);
    }
    select(browser, 2, "Track 2");
    double before = browser.evaluate("document.querySelector('video').currentTime").asDouble();
    browser.await(
        "the picture going on with the other sound",
        BOUND,
        "document.querySelector('video').currentTime > " + (before + 3));
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('.settings select')]"
                        + ".map((menu) => menu.selectedOptions[0].textContent).join()")
                .asString())
        .isEqualTo("HLS,90p,Track 2");
  }

  private static String options(Browser browser, int menu) {
    return browser
        .evaluate(
            "[...document.querySelectorAll('.settings select')["
                + menu
                + "].options].map((option) => option.textContent).join('|')")
        .asString();
  }

  private static void select(Browser browser, int menu, String label) {
    browser.evaluate(
        """
        (() => {
          const menu = document.querySelectorAll('.settings select')[%d];
          menu.value = [...menu.options].find((option) => option.textContent === '%s').value;
          menu.dispatchEvent(new Event('change', { bubbles: true }));
        })()
        """
            .formatted(menu, label));
  }

  /** Makes a choice in the first menu; returns what stood there, and what does. */
  private static String choose(Browser browser, String key) {
    return browser
        .evaluate(
            """
            (async () => {
              const menu = document.querySelector('.settings select');
              const text = () => menu.selectedOptions[0].textContent;
              const before = text();
              menu.value = '%s';
              menu.dispatchEvent(new Event('change', { bubbles: true }));
              await new Promise((turn) => setTimeout(turn));
              return before + ' > ' + text();
            })()
            """
                .formatted(key))
        .asString();
  }

  private static void plays(Browser browser) {
    browser.await(
        "a picture of the right size",
        BOUND,
        "document.querySelector('video') && document.querySelector('video').videoWidth === 320");
    browser.await("the picture moving", BOUND, "document.querySelector('video').currentTime > 2");
  }
}
