package dev.sluice.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.MayLoseBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

@MayLoseBuffers("what benchmarks work on lasts as long as their process")
class MicroBenchmarksTest {
  @Test
  void everyBenchmarkRunsAndCountsItsBytes() throws RunnerException, IOException {
    Collection<RunResult> results = MicroBenchmarks.glance();
    // no figure, which everybody who adds one would have to change: all that are there have run
    assertThat(results.stream().map(result -> result.getParams().getBenchmark()))
        .extracting(name -> name.replaceFirst("^.*\\.(\\w+)\\.\\w+$", "$1"))
        .containsOnly(written());
    assertThat(results)
        .allSatisfy(result -> {
          assertThat(result.getPrimaryResult().getScore()).isPositive();
          assertThat(result.getSecondaryResults())
              .hasEntrySatisfying("bytes", bytes -> assertThat(bytes.getScore()).isPositive())
              .hasEntrySatisfying("frames", frames -> assertThat(frames.getScore()).isPositive())
              .hasEntrySatisfying("cpuNs", cpu -> assertThat(cpu.getScore()).isPositive());
        });
  }

  /** The benchmarks that there are, by their source files. */
  private static String[] written() throws IOException {
    Path folder = Path.of("src", "test", "java", "dev", "sluice", "bench", "micro");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith("Benchmark.java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .toArray(String[]::new);
    }
  }

  @Test
  void theSampleHoldsEightSecondsOfBothTracks() {
    MediaSample sample = MediaSample.make();
    assertThat(sample.units()).hasSize(575);
    assertThat(sample.messages()).hasSize(577);
    assertThat(sample.flv().readableBytes()).isGreaterThan(500_000);
  }
}
