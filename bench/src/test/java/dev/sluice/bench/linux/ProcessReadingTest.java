package dev.sluice.bench.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessReadingTest {
  @TempDir Path folder;

  @Test
  void theFirstFieldOfSchedstatIsTimeOnAProcessor() throws IOException {
    assertThat(ProcessReading.onProcessorNs("177071 3906 2\n")).isEqualTo(177_071);
    assertThat(ProcessReading.onProcessorNs("9223372036854775807 0 0")).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1 2", "1 2 3 4", "x 2 3", "-"})
  void anotherSchedstatIsRefused(String line) {
    assertThatThrownBy(() -> ProcessReading.onProcessorNs(line)).isInstanceOf(IOException.class);
  }

  @Test
  void aProcessNameMayHoldAnything() throws IOException {
    String rest = " S 1 1 1 0 -1 4194560 100 0 0 0 250 130 0 0 20 0 1 0 5 0 0\n";
    assertThat(ProcessReading.ticks("42 (nginx)" + rest)).isEqualTo(380);
    assertThat(ProcessReading.ticks("42 (a) b (c d)" + rest)).isEqualTo(380);
    assertThatThrownBy(() -> ProcessReading.ticks("42 (nginx) S 1"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ProcessReading.ticks("")).isInstanceOf(IOException.class);
  }

  @Test
  void statusLinesWithNumbersAreRead() {
    assertThat(
            ProcessReading.status(
                List.of("Name:\tnginx", "VmRSS:\t   13070 kB", "voluntary_ctxt_switches:\t277")))
        .isEqualTo(Map.of("VmRSS", 13_070L, "voluntary_ctxt_switches", 277L));
  }

  @Test
  void aProcessIsTheSumOfItsThreads() throws IOException {
    task(7, "100 0 0", 3, 1);
    task(8, "250 0 0", 4, 2);
    Files.createDirectories(folder.resolve("task/9")); // has just ended
    Files.writeString(folder.resolve("status"), "VmRSS:\t 20 kB\nVmHWM:\t 30 kB\n");
    Files.writeString(folder.resolve("stat"), "7 (x) S 1 1 1 0 -1 0 0 0 0 0 5 6 0 0 20\n");
    assertThat(ProcessReading.read(folder))
        .isEqualTo(new ProcessReading(Map.of(7L, 100L, 8L, 250L), 11, 20_480, 30_720, 7, 3));
  }

  @Test
  void aProcessThatEndedIsNothing() throws IOException {
    assertThat(ProcessReading.read(folder.resolve("4711"))).isEqualTo(ProcessReading.GONE);
  }

  @Test
  void thisProcessHasThreadsAndMemory() throws IOException {
    ProcessReading own = ProcessReading.of(ProcessHandle.current().pid());
    assertThat(own.cpuNsByThread()).hasSizeGreaterThan(1);
    assertThat(own.residentBytes()).isGreaterThan(10_000_000);
    assertThat(own.residentPeakBytes()).isGreaterThanOrEqualTo(own.residentBytes());
  }

  private void task(int id, String schedstat, int voluntary, int involuntary) throws IOException {
    Path task = Files.createDirectories(folder.resolve("task/" + id));
    Files.writeString(task.resolve("schedstat"), schedstat);
    Files.writeString(
        task.resolve("status"),
        "voluntary_ctxt_switches:\t%d\nnonvoluntary_ctxt_switches:\t%d\n"
            .formatted(voluntary, involuntary));
  }
}
