package dev.sluice.bench.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessMeterTest {
  @Test
  void aThreadThatEndsKeepsWhatItWasSeenToUse() throws IOException {
    try (ProcessMeter meter = ProcessMeter.start(0)) { // no process: only what is taken counts
      meter.take(Map.of(1L, 1_000_000_000L, 2L, 5_000_000_000L), true);
      meter.take(Map.of(1L, 1_500_000_000L, 2L, 5_250_000_000L, 3L, 100_000_000L), false);
      meter.take(Map.of(1L, 1_600_000_000L), false);
      assertThat(meter.usage().cpuSeconds()).isEqualTo(0.6 + 0.25 + 0.1);
    }
  }

  @Test
  void bothAccountsOfOwnTimeAgree() throws IOException {
    try (ProcessMeter meter = ProcessMeter.startOwn()) {
      ProcessMeter.Usage usage;
      long spent = 0;
      do { // until enough has been used for hundredths of a second to mean something
        spent += burn();
        usage = meter.usage();
      } while (usage.cpuSeconds() < 0.3 && usage.cpuSecondsByStat() < 1);
      assertThat(spent).isNotZero();
      assertThat(usage.accountsAgree()).as(usage.toString()).isTrue();
      assertThat(usage.threads()).isPositive();
    }
  }

  @Test
  void accountsThatDifferAreSeen() {
    assertThat(usage(1.0, 1.1).accountsAgree()).isTrue();
    assertThat(usage(1.0, 1.3).accountsAgree()).isFalse();
    assertThat(usage(1.3, 1.0).accountsAgree()).isFalse();
  }

  private static ProcessMeter.Usage usage(double schedstat, double stat) {
    return new ProcessMeter.Usage(schedstat, stat, 0, 0, 0, 0, 1);
  }

  private static long burn() {
    long hash = 1;
    for (int i = 0; i < 20_000_000; i++) {
      hash = hash * 31 + i;
    }
    return hash == 0 ? 1 : hash;
  }
}
