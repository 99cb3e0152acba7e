package dev.sluice.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.top.View.Effect;
import dev.sluice.cli.top.View.Mode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of keys. */
class ViewTest {
  private static final int PAGE = 10;

  /** Presses keys, written as characters or names in brackets. */
  private static View.Step press(View view, TopModel model, String keys) {
    var step = new View.Step(view, new Effect.None());
    for (Key key : keys(keys)) {
      step = step.view().press(key, model, PAGE);
    }
    return step;
  }

  private static List<Key> keys(String text) {
    List<Key> keys = new ArrayList<>();
    for (int at = 0; at < text.length(); at++) {
      int end = text.indexOf(')', at);
      if (text.charAt(at) == '(' && end > 0) {
        keys.add(Key.of(Key.Name.valueOf(text.substring(at + 1, end))));
        at = end;
      } else {
        keys.add(Key.character(text.charAt(at)));
      }
    }
    return keys;
  }

  private static String order(View view, TopModel model) {
    return String.join(
        " ",
        view.rows(model).stream()
            .map(row -> row.stream().name().replaceAll("live/|[.-].*", ""))
            .toList());
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource({
    "N, NAME, false, away nobody one two",
    "NN, NAME, true, two one nobody away",
    "Nr, NAME, true, two one nobody away",
    "P, PUBLISHER, false, away nobody one two",
    "C, CODECS, false, away nobody one two",
    "Z, SIZE, true, one two away nobody",
    "F, FPS, true, one two away nobody",
    "I, IN, true, one two away nobody",
    "V, VIEWERS, false, away nobody one two", // it was so already: the other way round
    "VV, VIEWERS, true, two one nobody away",
    "O, OUT, true, two one away nobody",
    "A, AGE, true, one two away nobody",
    "S, SKIPS, true, two away nobody one",
    ">, OUT, true, two one away nobody", // what only wide screens have is left out
    "(RIGHT)(RIGHT)(RIGHT), SKIPS, true, two away nobody one",
    ">>>>, NAME, false, away nobody one two",
    "<, IN, true, one two away nobody",
    "(LEFT)(LEFT), FPS, true, one two away nobody"
  })
  void sorts(String keys, Column column, boolean descending, String order) {
    View view = press(View.START, Models.few(), keys).view();
    assertThat(view.sort()).isEqualTo(column);
    assertThat(view.descending()).isEqualTo(descending);
    assertThat(order(view, Models.few())).isEqualTo(order);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "(HOME), 99",
    "(DOWN), 98",
    "(DOWN)(DOWN)(UP), 98",
    "(UP), 99",
    "(PAGE_DOWN), 89",
    "(PAGE_DOWN)(PAGE_DOWN)(PAGE_UP), 89",
    "(PAGE_UP), 99",
    "(END), 00",
    "(END)(DOWN), 00",
    "(END)(PAGE_DOWN), 00",
    "(DOWN)N, 98" // the mark stays on the stream when the order changes
  })
  void moves(String keys, String marked) {
    View view = press(View.START, Models.many(), keys).view();
    assertThat(view.selected()).isEqualTo("live/" + marked);
    assertThat(view.rows(Models.many()).get(view.marked(view.rows(Models.many()))).stream().name())
        .isEqualTo("live/" + marked);
  }

  @Test
  void thereIsNothingToMarkWhereNothingIs() {
    View view = press(View.START, Models.none(), "(DOWN)(END)(UP)(ENTER)v").view();
    assertThat(view.selected()).isNull();
    assertThat(view.mode()).isEqualTo(new Mode.Streams());
  }

  @ParameterizedTest(name = "{0}: \"{1}\", {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "/slow(ENTER)            | slow | two",
        "/SLOW(ENTER)            | SLOW | two",
        "/rtmp                   | rtmp | two one",
        "/192.0.2                | 192.0.2 | two one",
        "/slow(ESCAPE)           | ''   | two one nobody away",
        "/slow(ENTER)/x(ESCAPE)  | slow | two",
        "/slow(ENTER)(ESCAPE)    | ''   | two one nobody away",
        "/slo(BACKSPACE)w        | slw  | ''",
        "/s(BACKSPACE)(BACKSPACE)| ''   | two one nobody away",
        "/q?N                    | q?N  | ''" // keys are characters there
      })
  void filters(String keys, String filter, String order) {
    View view = press(View.START, Models.few(), keys).view();
    assertThat(view.filter()).isEqualTo(filter);
    assertThat(order(view, Models.few())).isEqualTo(order);
  }

  @Test
  void aFilterIsAsLongAsOneCanReadAndAscii() {
    View view = press(View.START, Models.few(), "/" + "a".repeat(View.MAX_FILTER + 5) + "é").view();
    assertThat(view.filter()).isEqualTo("a".repeat(View.MAX_FILTER));
    assertThat(press(View.START, Models.few(), "/é").view().filter()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"?", "h"})
  void helpsUntilAnyKey(String key) {
    View help = press(View.START, Models.few(), key).view();
    assertThat(help.mode()).isEqualTo(new Mode.Help());
    assertThat(press(help, Models.few(), "q").view().mode()).isEqualTo(new Mode.Streams());
    assertThat(press(help, Models.few(), "q").effect()).isEqualTo(new Effect.None());
  }

  @Test
  void showsViewersAndGoesBack() {
    TopModel model = Models.watched();
    for (String open : List.of("/live/one(ENTER)v", "/live/one(ENTER)(ENTER)")) {
      View viewers = press(View.START, model, open).view();
      assertThat(viewers.mode()).isEqualTo(new Mode.Viewers("live/one", null));
      assertThat(viewers.audience()).isEqualTo("live/one");
      for (String back : List.of("(ESCAPE)", "(LEFT)", "(BACKSPACE)", "(ENTER)", "v")) {
        View streams = press(viewers, model, back).view();
        assertThat(streams.mode()).isEqualTo(new Mode.Streams());
        assertThat(streams.selected()).isEqualTo("live/one");
        assertThat(streams.audience()).isNull();
      }
    }
  }

  @Test
  void aViewerIsEndedAfterAQuestionOnly() {
    TopModel model = Models.watched();
    View second = press(View.START, model, "/live/one(ENTER)v(DOWN)").view();
    View.Step asked = press(second, model, "k");
    assertThat(asked.effect()).isEqualTo(new Effect.None());
    assertThat(asked.view().mode())
        .isEqualTo(new Mode.Asking("live/one", "k3f9-1b", "hls 2001:db8::1:2:3:4:5"));
    assertThat(asked.view().audience()).isEqualTo("live/one");
    for (String yes : List.of("y", "Y")) {
      View.Step step = press(asked.view(), model, yes);
      assertThat(step.effect()).isEqualTo(new Effect.Kick("k3f9-1b"));
      assertThat(step.view().mode()).isEqualTo(new Mode.Viewers("live/one", "k3f9-1b"));
    }
    for (String no : List.of("n", "q", "(ENTER)", "(ESCAPE)", "(OTHER)", "k")) {
      View.Step step = press(asked.view(), model, no);
      assertThat(step.effect()).as(no).isEqualTo(new Effect.None());
      assertThat(step.view().message()).isEqualTo("nobody is ended");
    }
  }

  @Test
  void nobodyIsAskedAboutWhereNobodyWatches() {
    View viewers = press(View.START, Models.few(), "v").view();
    assertThat(press(viewers, Models.few(), "k").view().mode()).isInstanceOf(Mode.Viewers.class);
    assertThat(press(viewers, Models.few(), "(DOWN)(END)k").effect()).isEqualTo(new Effect.None());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"q", "(STOP)", "vq", "v(STOP)", "?(STOP)", "/x(STOP)"})
  void quits(String keys) {
    assertThat(press(View.START, Models.few(), keys).effect()).isEqualTo(new Effect.Quit());
  }

  @Test
  void aMessageGoesWithTheNextKeyAndTheScreenIsDrawnAnewOnDemand() {
    View told = View.START.saying("something");
    assertThat(press(told, Models.few(), "(OTHER)").view().message()).isEmpty();
    assertThat(press(told, Models.few(), "(REDRAW)"))
        .isEqualTo(new View.Step(told, new Effect.Redraw()));
  }

  @Test
  void eachColumnHasAKeyThatNoOtherThingHas() {
    for (Column column : Column.values()) {
      assertThat(Column.of(column.key())).isIn(column, Column.VIEWERS);
      assertThat("qh?/<>rvky".indexOf(column.key())).isNegative();
    }
  }
}
