package dev.sluice.bench.micro;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Formatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.options.TimeValue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code jmh.json} says of each parser and muxer, beside a plain copy of the same payload: the
 * method {@value #COPY} of its class, with the same parameters. Each has to go through 1 GB of
 * payload in a second of processor time, or through half of what the copy does where that is less.
 *
 * @param rows all benchmarks but the copies, in the file's order
 */
record MicroReport(List<Row> rows) {
  static final String COPY = "plainCopy";
  static final double BAR_GB = 1;

  /** Percent of the measured time that the JVM may have compiled for, and be called at rest. */
  static final double MAX_COMPILING = 5;

  MicroReport {
    rows = List.copyOf(rows);
  }

  /** Whether the bar is held. */
  enum Verdict {
    /** In every iteration. */
    HOLDS,
    /** In none, with a JVM at rest. */
    MISSED,
    /** In some, or the JVM was still compiling. */
    NOT_KNOWN,
    /** There is no copy to compare with. */
    NO_BAR
  }

  /** Gigabytes (10⁹) of payload for each second of processor time, over the iterations. */
  record Speed(double least, double median, double greatest) {
    static Speed of(double... iterations) {
      double[] sorted = iterations.clone();
      Arrays.sort(sorted);
      return new Speed(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }
  }

  /**
   * One benchmark.
   *
   * @param name {@code Ts demux times=16}
   * @param copy null when none was measured
   * @param bytesPerFrame that are allocated on the heap
   * @param compiling percent of the time in which the JVM compiled while this was measured
   * @param running percent of the time that the thread had a processor: what others left of it
   */
  record Row(
      String name,
      Speed speed,
      @Nullable Speed copy,
      double bytesPerFrame,
      double compiling,
      double running) {

    /** Gigabytes a second that are asked for; 0 without a copy. */
    double bar() {
      return copy == null ? 0 : Math.min(BAR_GB, copy.median() / 2);
    }

    Verdict verdict() {
      if (copy == null) {
        return Verdict.NO_BAR;
      }
      if (speed.least() >= bar()) {
        return Verdict.HOLDS;
      }
      return speed.greatest() < bar() && compiling <= MAX_COMPILING
          ? Verdict.MISSED
          : Verdict.NOT_KNOWN;
    }
  }

  /** Reads JMH's results in JSON, of benchmarks that count their {@link Volume}. */
  static MicroReport read(String json) {
    JsonNode results = JsonMapper.shared().readTree(json);
    Map<String, Speed> copies = new HashMap<>();
    for (JsonNode result : results) {
      if (method(result).equals(COPY)) {
        copies.put(subject(result), speed(result));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (JsonNode result : results) {
      if (!method(result).equals(COPY)) {
        rows.add(row(result, copies.get(subject(result))));
      }
    }
    return new MicroReport(rows);
  }

  private static Row row(JsonNode result, @Nullable Speed copy) {
    double framesPerOperation =
        secondary(result, "frames").path("score").asDouble()
            / result.path("primaryMetric").path("score").asDouble();
    double[] compilingMs = iterations(secondary(result, "compiler.time.profiled"));
    String time = result.path("measurementTime").asString().replace(" ", "");
    long iterationMs = TimeValue.fromString(time).convertTo(TimeUnit.MILLISECONDS);
    return new Row(
        (simpleName(result) + " " + method(result) + parameters(result)).strip(),
        speed(result),
        copy,
        secondary(result, "gc.alloc.rate.norm").path("score").asDouble() / framesPerOperation,
        100 * Arrays.stream(compilingMs).average().orElse(0) / iterationMs,
        100 * secondary(result, "cpuNs").path("score").asDouble() / 1e9);
  }

  private static Speed speed(JsonNode result) {
    double[] bytes = iterations(secondary(result, "bytes"));
    double[] cpuNs = iterations(secondary(result, "cpuNs"));
    return Speed.of(
        IntStream.range(0, bytes.length).mapToDouble(i -> bytes[i] / cpuNs[i]).toArray());
  }

  private static JsonNode secondary(JsonNode result, String metric) {
    JsonNode found = result.path("secondaryMetrics").path(metric);
    if (found.isMissingNode()) {
      throw new IllegalArgumentException(
          result.path("benchmark").asString() + " has no metric " + metric);
    }
    return found;
  }

  /** The figures of all iterations of all forks. */
  private static double[] iterations(JsonNode metric) {
    return metric
        .path("rawData")
        .valueStream()
        .flatMap(JsonNode::valueStream)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  /** What is compared with one another: the class and its parameters. */
  private static String subject(JsonNode result) {
    return simpleName(result) + parameters(result);
  }

  private static String simpleName(JsonNode result) {
    String[] parts = result.path("benchmark").asString().split("\\.");
    return parts[parts.length - 2].replaceFirst("Benchmark$", "");
  }

  private static String method(JsonNode result) {
    String name = result.path("benchmark").asString();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String parameters(JsonNode result) {
    return result
        .path("params")
        .propertyStream()
        .map(each -> " " + each.getKey() + "=" + each.getValue().asString())
        .collect(Collectors.joining());
  }

  /** 0 all hold, 1 one is missed, 3 one is not known. */
  int exitStatus() {
    boolean missed = rows.stream().anyMatch(row -> row.verdict() == Verdict.MISSED);
    boolean open = rows.stream().anyMatch(row -> row.verdict() == Verdict.NOT_KNOWN);
    return missed ? 1 : open ? 3 : 0;
  }

  /** A table. */
  String text() {
    var text = new Formatter(Locale.ROOT);
    text.format(
        "%-32s %6s %17s %7s %7s %8s %6s %6s %6s  %s%n",
        "GB for each CPU second",
        "median",
        "(least, greatest)",
        "copy",
        "of copy",
        "B/frame",
        "JIT %",
        "CPU %",
        "bar",
        "");
    for (Row row : rows) {
      Speed copy = row.copy();
      text.format(
          "%-32s %6.2f %17s %7s %7s %8.0f %6.1f %6.0f %6s  %s%n",
          row.name(),
          row.speed().median(),
          String.format(Locale.ROOT, "(%.2f, %.2f)", row.speed().least(), row.speed().greatest()),
          copy == null ? "" : String.format(Locale.ROOT, "%.2f", copy.median()),
          copy == null
              ? ""
              : String.format(Locale.ROOT, "%.2f", row.speed().median() / copy.median()),
          row.bytesPerFrame(),
          row.compiling(),
          row.running(),
          copy == null ? "" : String.format(Locale.ROOT, "%.2f", row.bar()),
          copy == null ? "" : row.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    Map<Verdict, Long> counts =
        rows.stream().collect(Collectors.groupingBy(Row::verdict, Collectors.counting()));
    text.format(
        "%n%d hold, %d missed, %d not known; %d without a bar%n",
        counts.getOrDefault(Verdict.HOLDS, 0L),
        counts.getOrDefault(Verdict.MISSED, 0L),
        counts.getOrDefault(Verdict.NOT_KNOWN, 0L),
        counts.getOrDefault(Verdict.NO_BAR, 0L));
    return text.toString();
  }
}
