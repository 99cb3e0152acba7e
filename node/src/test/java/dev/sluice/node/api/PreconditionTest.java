package dev.sluice.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreconditionTest {

  @ParameterizedTest(name = "{0} of {1}, {2}: {3}")
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'\"7\"', 7, true, true",
        "'\"7\"', 8, true, false",
        "'\"6\", \"7\" ,\"8\"', 7, true, true",
        "'\"6\",\"8\"', 7, true, false",
        "'\"0\"', 0, true, true",
        "'\"0\"', 0, false, true",
        "'W/\"7\"', 7, true, false",
        "'W/\"6\", \"7\"', 7, true, true",
        "'*', 7, true, true",
        "' * ', 0, true, true",
        "'*', 0, false, false",
        "'7', 7, true, false",
        "'', 7, true, false",
        "'\"7', 7, true, false",
        "'\"6\" \"7\"', 7, true, false",
        "'x, \"7\"', 7, true, false",
      })
  void aListOfTagsIsMet(String header, long revision, boolean there, boolean met) {
    Precondition.Tags tags = Precondition.Tags.parse(header);
    assertThat(new Precondition(tags, null).holds(revision, there)).isEqualTo(met);
    assertThat(new Precondition(null, tags).holds(revision, there)).isEqualTo(!met);
    assertThat(new Precondition(tags, tags).holds(revision, there)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0, false", "7, true"})
  void withoutConditionsAnythingWillDo(long revision, boolean there) {
    Precondition.Tags none = Precondition.Tags.parse(null);
    assertThat(new Precondition(none, none).holds(revision, there)).isTrue();
  }
}
