package dev.sluice.net.segments;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentAnswerTest {

  @ParameterizedTest(name = "{0} of {1} bytes: {2} to {3}")
  @CsvSource({
    "bytes=0-0,        10, 0, 0",
    "bytes=3-,         10, 3, 9",
    "bytes=-4,         10, 6, 9",
    "bytes=-99,        10, 0, 9",
    "bytes=5-999999,   10, 5, 9",
    "bytes=999999999999999-, 10, -1, -1",
    "bytes=7-3,        10, -1, -1",
    "bytes=-0,         10, -1, -1",
    "bytes=-,          10, , ",
    "'bytes=0-1,3-4',  10, , ",
    "items=0-1,        10, , ",
  })
  void readsRanges(String header, int size, @Nullable Integer first, @Nullable Integer last) {
    int[] range = SegmentAnswer.range(header, size);
    if (first == null) {
      assertThat(range).isNull();
    } else if (first < 0) {
      assertThat(range).isEmpty();
    } else {
      assertThat(range).containsExactly(first, requireNonNull(last));
    }
  }
}
