package dev.sluice.bench.micro;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks of this package, in a JVM of their own, with bytes a second and bytes
 * allocated for each operation. Argument: a regular expression of their names; without one, all.
 */
public final class MicroBenchmarks {
  private MicroBenchmarks() {}

  /** Measures and prints a table; the figures also go to {@code jmh.json}. */
  public static void main(String[] args) throws RunnerException {
    Options options =
        common(args.length == 0 ? "dev.sluice.bench.micro" : args[0])
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(1))
            .resultFormat(ResultFormatType.JSON)
            .result("jmh.json")
            .build();
    new Runner(options).run();
  }

  /** One short look at each, in this JVM: that they run, not how fast. */
  static Collection<RunResult> glance() throws RunnerException {
    Options options =
        common("dev.sluice.bench.micro")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(20))
            .build();
    return new Runner(options).run();
  }

  private static ChainedOptionsBuilder common(String pattern) {
    return new OptionsBuilder()
        .include(pattern)
        .timeUnit(TimeUnit.SECONDS)
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true);
  }
}
