package dev.sluice.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures as they are written, on the edges of their units. */
class FiguresTest {
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "0, 0",
    "1, 1",
    "999, 999",
    "1000, 1.0k",
    "9949, 9.9k",
    "9950, 10k",
    "999499, 999k",
    "999500, 1.0M",
    "48211004, 48M",
    "9223372036854775807, 9.2E",
    "-1, -"
  })
  void bytes(long bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text).hasSizeLessThanOrEqualTo(5);
    assertThat(Figures.count(bytes)).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "-5, 0s",
    "0, 0s",
    "59999, 59s",
    "60000, 1m",
    "3599999, 59m",
    "3600000, 1h",
    "86399999, 23h",
    "86400000, 1d",
    "99999999999999, 999d"
  })
  void ages(long ms, String text) {
    assertThat(Figures.age(ms)).isEqualTo(text).hasSizeLessThanOrEqualTo(4);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"0, 00:00:00", "59999, 00:00:59", "86399000, 23:59:59", "1026245000, 11d 21:04:05"})
  void clocks(long ms, String text) {
    assertThat(Figures.clock(ms)).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource({"0, 0, 0", "1499, 1, 999", "29.97, 0, 30", "NaN, -, -", "Infinity, -, -", "-1, -, -"})
  void rates(double value, String kbit, String fps) {
    assertThat(Figures.kbit(value)).isEqualTo(kbit);
    assertThat(Figures.fps(value)).isEqualTo(fps);
  }

  @Test
  void wholeOnesAreTheSame() {
    assertThat(Figures.kbit(4_200_499L)).isEqualTo("4200");
    assertThat(Figures.bytes(1.5)).isEqualTo("2");
  }
}
