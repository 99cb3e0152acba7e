package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is judged of a player's pictures: each fault that it may have is found. */
class ShowingTest {
  private static final long START_MS = 1_795_660_000_000L;

  /** How old pictures are when they come. */
  private static final long AGE_MS = 2_000;

  private static final long STALL_MS = 500;
  private static final int SECONDS = 4;
  private static final int PICTURES = SECONDS * 25;

  private final List<Screen.Picture> shown = new ArrayList<>();

  @BeforeEach
  void playsWithoutFault() {
    for (int i = 0; i < PICTURES; i++) {
      shown.add(picture(i, 0));
    }
  }

  private static Screen.Picture picture(int number, long lateMs) {
    long utcMs = START_MS + number * Showing.FRAME_MS;
    return new Screen.Picture(utcMs + AGE_MS + lateMs, OptionalLong.of(utcMs));
  }

  private Showing sum() {
    return Showing.of(shown, shown.getLast().atMs(), STALL_MS);
  }

  private void assertFound(String fault) {
    assertThatThrownBy(() -> sum().assertPlayed("somebody", SECONDS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("somebody: " + fault);
  }

  @Test
  void oneAfterTheOtherIsPlaying() {
    sum().assertPlayed("somebody", SECONDS);
    assertThat(sum().glassMs(50)).isEqualTo(AGE_MS);
    assertThat(sum().latestMs()).isZero();
    assertThatThrownBy(() -> sum().assertPlayed("somebody", SECONDS + 1))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void whatIsReadAheadIsInTime() {
    for (int i = 10; i < 60; i++) {
      shown.set(i, picture(i, -10 * Showing.FRAME_MS));
    }
    sum().assertPlayed("somebody", SECONDS);
  }

  @Test
  void aPictureShownTwiceIsOne() {
    shown.add(50, shown.get(49));
    sum().assertPlayed("somebody", SECONDS);
    assertThat(sum().pictures()).isEqualTo(PICTURES);
  }

  @Test
  void timesAreRounded() {
    for (int i = 0; i < PICTURES; i++) {
      Screen.Picture exact = shown.get(i);
      long utcMs = exact.utcMs().getAsLong() + i % 2;
      shown.set(i, new Screen.Picture(exact.atMs(), OptionalLong.of(utcMs)));
    }
    assertThat(sum().missing()).isZero();
  }

  @Test
  void aMissingPictureIsFound() {
    shown.add(picture(PICTURES, 0));
    shown.remove(70);
    assertThat(sum().missing()).isEqualTo(1);
    assertFound("missing");
  }

  @Test
  void aPictureThatIsNotReadIsFound() {
    shown.add(50, new Screen.Picture(shown.get(50).atMs(), OptionalLong.empty()));
    assertThat(sum().unread()).isEqualTo(1);
    assertFound("unread");
  }

  @Test
  void aStepBackIsFound() {
    shown.add(50, picture(20, 30 * Showing.FRAME_MS));
    assertThat(sum().back()).isEqualTo(1);
    assertFound("back");
  }

  @Test
  void aStallIsFoundFromItsBoundOn() {
    for (int i = 50; i < PICTURES; i++) {
      shown.set(i, picture(i, STALL_MS));
    }
    sum().assertPlayed("somebody", SECONDS);
    for (int i = 50; i < PICTURES; i++) {
      shown.set(i, picture(i, STALL_MS + 1));
    }
    assertThat(sum().stalls()).isEqualTo(1);
    assertThat(sum().latestMs()).isEqualTo(STALL_MS + 1);
    assertFound("stalls");
  }

  @Test
  void aStallThatWasMadeUpForIsFound() {
    shown.set(50, picture(50, STALL_MS + 1));
    shown.set(80, picture(80, STALL_MS + 1));
    assertThat(sum().stalls()).isEqualTo(2);
  }

  @Test
  void onePictureThatStandsToTheEndIsFound() {
    long dueMs = shown.getLast().atMs() + Showing.FRAME_MS;
    assertThat(Showing.of(shown, dueMs + STALL_MS, STALL_MS).stalls()).isZero();
    assertThat(Showing.of(shown, dueMs + STALL_MS + 1, STALL_MS).stalls()).isEqualTo(1);
  }

  @Test
  void nothingIsNotPlaying() {
    shown.clear();
    Showing none = Showing.of(shown, START_MS, STALL_MS);
    assertThat(none).hasToString("nothing");
    assertThatThrownBy(() -> none.assertPlayed("somebody", 1)).isInstanceOf(AssertionError.class);
  }
}
