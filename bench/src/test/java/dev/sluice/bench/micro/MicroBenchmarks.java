package dev.sluice.bench.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.CompilerProfiler;
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
 * Runs the benchmarks of this package, each in a JVM of its own, and tells which are fast enough:
 * {@link MicroReport}. Argument: a regular expression of their names; without one, all. The exit
 * status is {@link MicroReport#exitStatus}.
 */
public final class MicroBenchmarks {
  /** Long enough for the compilers to come to rest on two processors; the report says if not. */
  private static final int WARMUP_SECONDS = 10;

  private static final int MEASURED_SECONDS = 3;

  /** As {@code ./sluice} starts the server, so that bytes a frame are those of the server. */
  private static final String[] JVM_OPTIONS = {
    "--enable-native-access=ALL-UNNAMED",
    "-XX:+UseSerialGC",
    "-XX:+UseCompactObjectHeaders",
    "-Xmn8m"
  };

  private MicroBenchmarks() {}

  /** Measures and prints a table; the figures also go to {@code jmh.json}. */
  public static void main(String[] args) throws RunnerException, IOException {
    Path file = Path.of("jmh.json");
    Options options =
        common(args.length == 0 ? "dev.sluice.bench.micro" : args[0])
            .forks(1)
            .jvmArgs(JVM_OPTIONS)
            .warmupIterations(WARMUP_SECONDS)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(MEASURED_SECONDS)
            .measurementTime(TimeValue.seconds(1))
            .resultFormat(ResultFormatType.JSON)
            .result(file.toString())
            .build();
    new Runner(options).run();
    MicroReport report = MicroReport.read(Files.readString(file));
    System.out.println();
    System.out.print(report.text());
    System.exit(report.exitStatus());
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
        .addProfiler(CompilerProfiler.class)
        .shouldFailOnError(true);
  }
}
