package dev.sluice.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.micro.MicroReport.Row;
import dev.sluice.bench.micro.MicroReport.Speed;
import dev.sluice.bench.micro.MicroReport.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MicroReportTest {
  /** A result of JMH: a thousand operations a second, of ten frames and 640 bytes on the heap. */
  private static String result(String method, String times, int compilingMs, double... gbs) {
    return """
    {
      "benchmark": "dev.sluice.bench.micro.TsBenchmark.%s",
      "measurementTime": "1 s",
      "params": {"times": "%s"},
      "primaryMetric": {"score": 1000, "scoreError": "NaN"},
      "secondaryMetrics": {
        "bytes": {"rawData": [[%s]]},
        "frames": {"score": 10000},
        "cpuNs": {"score": 5e8, "rawData": [[%s]]},
        "compiler.time.profiled": {"rawData": [[%s]]},
        "gc.alloc.rate.norm": {"score": 640}
      }
    }
    """
        .formatted(
            method,
            times,
            joined(Arrays.stream(gbs).map(each -> each * 5e8).toArray()),
            joined(Arrays.stream(gbs).map(_ -> 5e8).toArray()),
            joined(Arrays.stream(gbs).map(_ -> compilingMs).toArray()));
  }

  private static String joined(double[] values) {
    return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(", "));
  }

  private static MicroReport report(String... results) {
    return MicroReport.read("[" + String.join(", ", results) + "]");
  }

  @Test
  void eachBenchmarkStandsBesideTheCopyWithItsParameters() {
    MicroReport report =
        report(
            result("demux", "1", 20, 1.5, 1.25, 2),
            result("demux", "16", 0, 3),
            result("plainCopy", "1", 0, 4),
            result("plainCopy", "16", 0, 8));
    assertThat(report.rows())
        .containsExactly(
            new Row(
                "Ts demux times=1",
                new Speed(1.25, 1.5, 2),
                new Speed(4, 4, 4),
                64, // 640 bytes for 10 frames
                2, // 20 ms of 1 s
                50), // 500 ms of 1 s
            new Row("Ts demux times=16", new Speed(3, 3, 3), new Speed(8, 8, 8), 64, 0, 50));
    assertThat(report.text())
        .contains("Ts demux times=1 ", "(1.25, 2.00)", "2 hold, 0 missed, 0 not known");
  }

  @ParameterizedTest(name = "{0} to {1}, a copy of {2}, compiling {3} %: {4}")
  @CsvSource({
    "1.00, 1.2, 9, 90, HOLDS",
    "0.99, 1.2, 9, 0, NOT_KNOWN",
    "0.90, 0.99, 9, 5, MISSED",
    "0.90, 0.99, 9, 5.1, NOT_KNOWN",
    "0.50, 0.5, 1, 0, HOLDS",
    "0.40, 0.49, 1, 0, MISSED",
  })
  void theBarIsOneGigabyteOrHalfOfTheCopy(
      double least, double greatest, double copy, double compiling, Verdict verdict) {
    var row =
        new Row(
            "", new Speed(least, least, greatest), new Speed(copy, copy, copy), 0, compiling, 100);
    assertThat(row.verdict()).isEqualTo(verdict);
  }

  @Test
  void theStatusIsOfTheWorst() {
    Speed one = new Speed(1, 1, 1);
    Row holds = new Row("", one, one, 0, 0, 100);
    Row missed = new Row("", new Speed(0.4, 0.4, 0.4), one, 0, 0, 100);
    Row open = new Row("", new Speed(0.4, 0.4, 0.6), one, 0, 0, 100);
    Row free = new Row("", new Speed(0.1, 0.1, 0.1), null, 0, 0, 100);
    assertThat(free.verdict()).isEqualTo(Verdict.NO_BAR);
    assertThat(new MicroReport(List.of(holds, free)).exitStatus()).isZero();
    assertThat(new MicroReport(List.of(holds, open)).exitStatus()).isEqualTo(3);
    assertThat(new MicroReport(List.of(open, missed, holds)).exitStatus()).isEqualTo(1);
  }

  @Test
  void aMetricThatIsMissingIsNamed() {
    String without = result("demux", "1", 0, 1).replace("gc.alloc.rate.norm", "gc.other");
    assertThatThrownBy(() -> report(without))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TsBenchmark.demux")
        .hasMessageContaining("gc.alloc.rate.norm");
  }
}
