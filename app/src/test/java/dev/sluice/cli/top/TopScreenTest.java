package dev.sluice.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.top.View.Mode;
import dev.sluice.testkit.Golden;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Screens as text that a reviewer can look at. */
class TopScreenTest {
  private static final View VIEWERS = in(new Mode.Viewers("live/one", "k3f9-1b"));

  private static View in(Mode mode) {
    return new View(Column.VIEWERS, true, "", null, mode, "");
  }

  static Stream<Arguments> screens() {
    View far = new View(Column.NAME, false, "", "live/57", new Mode.Streams(), "");
    View filtered = new View(Column.OUT, true, "SLOW", null, new Mode.Streams(), "");
    View nothing = new View(Column.OUT, true, "zzz", null, new Mode.Typing(""), "");
    return Stream.of(
        Arguments.of("streams-80x24", Models.few(), View.START, 80, 24),
        Arguments.of("streams-140x20", Models.few(), View.START, 140, 20),
        Arguments.of("first-look-110x14", Models.first(), View.START, 110, 14),
        Arguments.of("none-80x24", Models.none(), View.START, 80, 24),
        Arguments.of("many-80x16", Models.many(), far, 80, 16),
        Arguments.of("filtered-80x16", Models.few(), filtered, 80, 16),
        Arguments.of("typing-80x16", Models.few(), nothing, 80, 16),
        Arguments.of("message-80x16", Models.few(), View.START.saying("session x ends"), 80, 16),
        Arguments.of("viewers-80x24", Models.watched(), VIEWERS, 80, 24),
        Arguments.of("viewers-140x14", Models.watched(), VIEWERS, 140, 14),
        Arguments.of("viewers-asked-80x14", Models.few(), VIEWERS, 80, 14),
        Arguments.of(
            "kick-80x14",
            Models.watched(),
            in(new Mode.Asking("live/one", "k3f9-1b", "hls 2001:db8::1")),
            80,
            14),
        Arguments.of("help-80x24", Models.few(), in(new Mode.Help()), 80, 24));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("screens")
  void looks(String name, TopModel model, View view, int width, int height) throws IOException {
    Grid grid = TopScreen.screen(model, view, width, height);
    assertThat(grid.plain().lines()).hasSize(height).allMatch(line -> line.length() <= width);
    Golden.check("top/" + name + ".txt", grid.plain());
  }

  @Test
  void coloursAreOrdersOfATerminalAndWithoutThemNoneIsAColour() throws IOException {
    Grid grid = TopScreen.screen(Models.few(), View.START, 80, 14);
    Golden.check("top/colours.txt", grid.ansi(true).replace("\033", "ESC").replace("\r", ""));
    String mono = grid.ansi(false);
    assertThat(mono.replaceAll("\033\\[[HJK]|\033\\[(?:[017]|1;7)m|\r", "")).doesNotContain("\033");
    assertThat(mono).contains("\033[7m"); // the marked row is still to be seen
    assertThat(
            mono.replaceAll("\033\\[[0-9;]*[A-Za-z]", "")
                .replace("\r", "")
                .lines()
                .map(String::stripTrailing))
        .containsExactlyElementsOf(grid.plain().lines().toList());
  }

  @Test
  void whatOthersSayIsNoOrderToTheTerminal() {
    Grid grid = TopScreen.screen(Models.watched(), VIEWERS, 200, 24);
    assertThat(grid.plain()).contains("VLC/3.0.20 ?[2J?").contains("(X11) ?gnp");
    assertThat(grid.plain().replace("\n", "").chars()).allMatch(c -> c >= ' ' && c < 0x7F);
  }

  @Test
  void anySizeIsFilledAndNoneFails() {
    List<View> views =
        List.of(
            View.START, VIEWERS, in(new Mode.Help()), in(new Mode.Asking("live/one", "x", "y")));
    for (int width = 0; width <= 160; width += 7) {
      for (int height = 0; height <= 40; height += 3) {
        for (View view : views) {
          for (TopModel model :
              List.of(Models.few(), Models.none(), Models.many(), Models.watched())) {
            Grid grid = TopScreen.screen(model, view, width, height);
            assertThat(grid.width()).isEqualTo(width);
            assertThat(grid.plain().lines()).hasSize(height);
          }
        }
      }
    }
  }

  @Test
  void theMarkedStreamIsAlwaysSeen() {
    TopModel many = Models.many();
    for (int i = 0; i < 100; i++) {
      String name = "live/%02d".formatted(i);
      var view = new View(Column.NAME, false, "", name, new Mode.Streams(), "");
      assertThat(TopScreen.screen(many, view, 80, 14).plain()).contains(name);
    }
  }

  @Test
  void ratesAreOfTheSameStreamOnly() {
    List<StreamFigures> before = List.of(Models.stream("a", "live", 10, 100, java.util.Map.of()));
    List<StreamFigures> less = List.of(Models.stream("a", "live", 9, 100, java.util.Map.of()));
    TopModel counted =
        TopModel.of("s", Models.snapshot(10, less, null), Models.snapshot(11, before, null));
    assertThat(counted.rows().getFirst().fps()).isEqualTo(25);
    assertThat(counted.rows().getFirst().outBps()).isEqualTo(800);
    assertThat(counted.cpuPercent()).isEqualTo(48);
    TopModel back =
        TopModel.of("s", Models.snapshot(10, before, null), Models.snapshot(11, less, null));
    assertThat(back.rows().getFirst().fps()).isNaN(); // counters do not go back: it is another one
    assertThat(TopScreen.screen(back, View.START, 80, 12).plain()).contains(" a ");
  }

  @Test
  void asJsonNothingIsLeftOut() {
    assertThat(Models.first().json().encode())
        .contains(
            "\"cpuPercent\":null", "\"name\":\"live/two.slow\"", "\"skips\":12345", "\"fps\":null");
    assertThat(Models.few().json().getDouble("outBps")).isEqualTo((5_250_000 + 105_000_000) * 8.0);
  }
}
