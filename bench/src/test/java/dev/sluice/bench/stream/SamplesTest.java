package dev.sluice.bench.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void percentilesAreOfTheNearestRank() {
    var samples = new Samples();
    for (int i = 100; i >= 1; i--) {
      samples.add(i);
    }
    assertThat(samples.percentiles(0, 0.01, 0.5, 0.501, 0.99, 0.999, 1))
        .containsExactly(1, 1, 50, 51, 99, 100, 100);
  }

  @Test
  void withoutSamplesThereIsZero() {
    assertThat(new Samples().percentiles(0.5, 1)).containsExactly(0, 0);
  }

  @RepeatedTest(100)
  void atLeastThatShareDoesNotExceedIt(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    long[] values = random.longs(random.nextInt(1, 500), 0, 100).toArray();
    var samples = new Samples();
    Arrays.stream(values).forEach(samples::add);
    double share = random.nextInt(1, 1001) / 1000.0;
    long found = samples.percentiles(share)[0];
    long below = Arrays.stream(values).filter(value -> value < found).count();
    long upTo = Arrays.stream(values).filter(value -> value <= found).count();
    assertThat(upTo).isGreaterThanOrEqualTo((long) Math.ceil(share * values.length - 1e-6));
    assertThat(below).isLessThan((long) Math.ceil(share * values.length + 1e-6));
  }

  @Test
  void pastTheLimitEverySecondIsKept() {
    var samples = new Samples();
    for (int i = 0; i < Samples.MAX + 1000; i++) {
      samples.add(i);
    }
    assertThat(samples.size()).isBetween(Samples.MAX / 2, Samples.MAX / 2 + 501);
    assertThat(samples.percentiles(0.5)[0])
        .isBetween((long) Samples.MAX / 2 - 2, (long) Samples.MAX / 2 + 1002);
    samples.clear();
    assertThat(samples.size()).isZero();
  }
}
