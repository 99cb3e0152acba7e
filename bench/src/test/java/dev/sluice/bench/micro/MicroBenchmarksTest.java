package dev.sluice.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

class MicroBenchmarksTest {
  @Test
  void everyBenchmarkRunsAndCountsItsBytes() throws RunnerException {
    Collection<RunResult> results = MicroBenchmarks.glance();
    // 2 of RTMP with 2 chunk sizes, 3 of FLV, 2 of AMF, 6 of MP4, 8 of normalisers
    assertThat(results).hasSize(23);
    assertThat(results)
        .allSatisfy(result -> {
          assertThat(result.getPrimaryResult().getScore()).isPositive();
          assertThat(result.getSecondaryResults().get("bytes"))
              .isNotNull()
              .satisfies(bytes -> assertThat(bytes.getScore()).isPositive());
        });
  }

  @Test
  void theSampleHoldsEightSecondsOfBothTracks() {
    MediaSample sample = MediaSample.make();
    assertThat(sample.units()).hasSize(575);
    assertThat(sample.messages()).hasSize(577);
    assertThat(sample.flv().readableBytes()).isGreaterThan(500_000);
  }
}
