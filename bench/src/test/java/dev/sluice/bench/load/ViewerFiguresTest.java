package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.Viewer.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewerFiguresTest {
  private static final long MS = 1_000_000;
  private static final long BEGIN = 10_000 * MS;
  private static final long END = 12_000 * MS;

  private final List<Viewer> viewers = new ArrayList<>();

  private Viewer viewer(State state) {
    var viewer = new Viewer(viewers.size(), null, null, 1000 * MS);
    viewer.firstPictureNs = 1000 * MS + (viewers.size() + 1) * MS;
    viewer.onBytes(1_000_000, 1500 * MS);
    viewer.beginWindow(BEGIN);
    viewer.end(state, state == State.CUT ? "gone" : "");
    viewers.add(viewer);
    return viewer;
  }

  private ViewerFigures figures() {
    return ViewerFigures.of(viewers, BEGIN, END);
  }

  @Test
  void bytesBeforeTheWindowDoNotCount() {
    for (int i = 1; i <= 3; i++) {
      viewer(State.PLAYING).onBytes(i * 250_000L, BEGIN + 100 * MS);
    }
    ViewerFigures figures = figures();
    assertThat(figures.bytesMin()).isEqualTo(250_000);
    assertThat(figures.bytesMedian()).isEqualTo(500_000);
    assertThat(figures.bytesMax()).isEqualTo(750_000);
    assertThat(figures.gigabytes()).isEqualTo(0.0015);
    assertThat(figures.windowSeconds()).isEqualTo(2);
    assertThat(figures.megabitsPerSecond()).isEqualTo(6);
    assertThat(figures.firstPictureMsP50()).isEqualTo(2);
    assertThat(figures.firstPictureMsP99()).isEqualTo(3);
  }

  @Test
  void silenceLastsToTheEndOfTheWindowAndBeginsWithIt() {
    viewer(State.PLAYING).onBytes(1, BEGIN + 1500 * MS); // silent for 1500 ms, then 500
    Viewer other = viewer(State.PLAYING);
    other.onBytes(1, BEGIN + 300 * MS);
    other.onBytes(1, BEGIN + 1000 * MS); // then 1000 to the end
    viewer(State.PLAYING); // nothing in the whole window
    ViewerFigures figures = figures();
    assertThat(figures.longestSilenceMs()).isEqualTo(2000);
    assertThat(figures.silentOverOneSecond()).isEqualTo(2);
  }

  @Test
  void whoLeftOrStalledWasNotToPlay() {
    viewer(State.PLAYING);
    viewer(State.LEFT);
    viewer(State.STALLED);
    assertThat(figures().flawless()).isTrue();
    assertThat(figures().asked()).isEqualTo(1);
  }

  @Test
  void whoWasLostIsTold() {
    viewer(State.PLAYING);
    viewer(State.REFUSED);
    viewer(State.CUT);
    viewer(State.JOINING);
    ViewerFigures figures = figures();
    assertThat(figures.flawless()).isFalse();
    assertThat(figures.asked()).isEqualTo(4);
    assertThat(figures.playing()).isEqualTo(1);
    assertThat(figures.cut()).isEqualTo(1);
    assertThat(figures.refused()).isEqualTo(1);
    assertThat(figures.firstReason()).isEqualTo("viewer 1: ");
  }

  @Test
  void nobodyHasNoFigures() {
    ViewerFigures figures = figures();
    assertThat(figures.bytesMax()).isZero();
    assertThat(figures.longestSilenceMs()).isZero();
    assertThat(figures.videoDelay().samples()).isZero();
  }
}
