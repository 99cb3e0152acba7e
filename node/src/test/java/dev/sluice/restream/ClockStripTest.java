package dev.sluice.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClockStripTest {
  private static final long LAST = (1L << ClockStrip.TIME_BITS) - 1;

  /** White and black of cells, one picture. */
  private static final class Picture {
    private final int width;
    private final int height;
    private final byte[] luma;

    Picture(int width, int height) {
      this.width = width;
      this.height = height;
      this.luma = new byte[width * height];
      Arrays.fill(luma, (byte) 128);
    }

    Picture draw(long utcMs, int white, int black) {
      for (int row = 0; row < ClockStrip.ROWS; row++) {
        for (int column = 0; column < ClockStrip.COLUMNS; column++) {
          fill(row, column, ClockStrip.isWhite(utcMs, row, column) ? white : black);
        }
      }
      return this;
    }

    Picture fill(int row, int column, int shade) {
      for (int y = row * height / 11; y < (row + 1) * height / 11; y++) {
        for (int x = column * width / 20; x < (column + 1) * width / 20; x++) {
          luma[y * width + x] = (byte) shade;
        }
      }
      return this;
    }

    /** The mean of two pictures, as where frame rates are changed. */
    Picture mix(Picture other) {
      for (int i = 0; i < luma.length; i++) {
        luma[i] = (byte) ((luma[i] & 0xFF) + (other.luma[i] & 0xFF) >> 1);
      }
      return this;
    }

    /** The upper part of this, the rest of another: half of it was drawn. */
    Picture over(Picture other, int fromRow) {
      int from = fromRow * height / 11 * width;
      System.arraycopy(other.luma, from, luma, from, luma.length - from);
      return this;
    }

    long read() {
      return ClockStrip.read(luma, 0, width, height).orElse(-1);
    }
  }

  /** The same cells stand in the test of the page's reader. */
  @Test
  void hasItsLayout() {
    StringBuilder cells = new StringBuilder();
    for (int row = 0; row < ClockStrip.ROWS; row++) {
      for (int column = 0; column < ClockStrip.COLUMNS; column++) {
        cells.append(ClockStrip.isWhite(1_795_660_000_123L, row, column) ? '#' : '.');
      }
      cells.append('\n');
    }
    assertThat(cells.toString())
        .isEqualTo(
            """
            #.....#.###..##...#.
            #####.####.###.####.
            ##.##...##....####..
            """);
  }

  @ParameterizedTest(name = "{0} × {1}, white {2}, black {3}")
  @CsvSource({
    "640, 352, 235, 16",
    "1920, 1056, 255, 0",
    "320, 180, 200, 60",
    "100, 55, 130, 66",
    "20, 11, 235, 16",
    "61, 35, 235, 16"
  })
  void isReadAtAnySize(int width, int height, int white, int black) {
    for (long utcMs : new long[] {0, 1, 39, 40, 1_795_660_000_123L, LAST - 1, LAST}) {
      assertThat(new Picture(width, height).draw(utcMs, white, black).read()).isEqualTo(utcMs);
    }
  }

  @RepeatedTest(200)
  void isReadAtAnyTimeAndNotWithAnyCellOfAnotherColour(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    long utcMs = random.nextLong(LAST + 1);
    assertThat(new Picture(80, 44).draw(utcMs, 235, 16).read()).isEqualTo(utcMs);
    int row = random.nextInt(ClockStrip.ROWS);
    int column = random.nextInt(ClockStrip.COLUMNS);
    int other = ClockStrip.isWhite(utcMs, row, column) ? 16 : 235;
    assertThat(new Picture(80, 44).draw(utcMs, 235, 16).fill(row, column, other).read())
        .as("%d with cell %d of row %d changed", utcMs, column, row)
        .isEqualTo(-1);
  }

  @ParameterizedTest(name = "a cell of {0} between 16 and 235")
  @CsvSource({"16, true", "70, true", "73, false", "125, false", "178, false", "181, true"})
  void aCellThatIsNeitherIsRefused(int shade, boolean clear) {
    Picture picture = new Picture(640, 352).draw(1_795_660_000_123L, 235, 16);
    boolean white = shade > 125;
    int column = white ? 6 : 1;
    assertThat(ClockStrip.isWhite(1_795_660_000_123L, 0, column)).isEqualTo(white);
    assertThat(picture.fill(0, column, shade).read()).isEqualTo(clear ? 1_795_660_000_123L : -1);
  }

  @ParameterizedTest(name = "white {0}, black {1}")
  @CsvSource({"128, 128", "159, 96", "16, 235", "0, 0"})
  void aStripWithoutContrastIsRefused(int white, int black) {
    assertThat(new Picture(640, 352).draw(1_795_660_000_123L, white, black).read()).isEqualTo(-1);
  }

  @ParameterizedTest(name = "all cells {0}")
  @ValueSource(ints = {0, 255})
  void whatIsNoStripIsRefused(int shade) {
    Picture picture = new Picture(640, 352);
    for (int row = 0; row < ClockStrip.ROWS; row++) {
      for (int column = 1; column < ClockStrip.COLUMNS - 1; column++) {
        picture.fill(row, column, shade);
      }
      picture.fill(row, 0, 255).fill(row, ClockStrip.COLUMNS - 1, 0);
    }
    assertThat(picture.read()).isEqualTo(-1);
  }

  @RepeatedTest(100)
  void aMixtureOfTwoPicturesIsNeverAThirdTime(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    long first = random.nextLong(1_700_000_000_000L, 1_900_000_000_000L);
    long second = first + 40;
    Picture mixed = picture(first).mix(picture(second));
    assertThat(mixed.read()).isEqualTo(-1);
    for (int row = 1; row < ClockStrip.ROWS; row++) {
      // what changed may be all in one part
      assertThat(picture(first).over(picture(second), row).read()).isIn(-1L, first, second);
    }
  }

  private static Picture picture(long utcMs) {
    return new Picture(640, 352).draw(utcMs, 235, 16);
  }
}
