package dev.sluice.bench.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostReadingTest {
  @Test
  void idleAndStolenTimeIsNotBusy() throws IOException {
    var earlier = HostReading.parse("cpu  100 1 50 1000 30 2 3 7 0 0\ncpu0 1 2 3\n");
    var later = HostReading.parse("cpu  200 2 150 9000 90 4 6 27 0 0\n");
    assertThat(earlier).isEqualTo(new HostReading(156, 7));
    assertThat(later.busySecondsSince(earlier)).isEqualTo(2.06);
    assertThat(later.stolenSecondsSince(earlier)).isEqualTo(0.2);
  }

  @Test
  void anotherFileIsRefused() {
    assertThatThrownBy(() -> HostReading.parse("intr 1 2 3")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> HostReading.parse("")).isInstanceOf(IOException.class);
  }

  @ParameterizedTest(name = "\"{0}\" is {1}")
  @CsvSource(
      delimiter = '|',
      value = {"1|{1}", "0,2-3|{0, 2, 3}", "0-0|{0}", "1023|{1023}"})
  void processorListsAreReadAsTasksetDoes(String list, String set) {
    assertThat(OwnProcess.processors(list)).hasToString(set);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"''", "a", "1-", "-1", "3-1", "1024", "1-2-3", "1,,2"})
  void otherProcessorListsAreRefused(String list) {
    assertThatThrownBy(() -> OwnProcess.processors(list))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("such as 1 or 0,2-3");
  }

  @Test
  void theLimitOfOpenFilesIsTold() throws IOException {
    assertThat(OwnProcess.raiseOpenFiles(16)).isGreaterThanOrEqualTo(16);
  }
}
