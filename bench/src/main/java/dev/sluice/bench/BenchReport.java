package dev.sluice.bench;

import dev.sluice.bench.fetch.FetchFigures;
import dev.sluice.bench.linux.ProcessMeter;
import dev.sluice.bench.load.ViewerFigures;
import dev.sluice.bench.stream.StreamChecker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was measured.
 *
 * @param plan what was asked for
 * @param startedAt ISO 8601, UTC
 * @param machine processors, kernel and Java
 * @param measurements one for each window, in order
 * @param fetched the same where segments and playlists were fetched
 * @param bars what was promised and what came of it; empty for {@link Scenario#LOAD}
 * @param notes what a reader must know
 */
public record BenchReport(
    BenchPlan plan,
    String startedAt,
    String machine,
    List<Measurement> measurements,
    List<FetchMeasurement> fetched,
    List<Bar> bars,
    List<String> notes) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  public BenchReport {
    measurements = List.copyOf(measurements);
    fetched = List.copyOf(fetched);
    bars = List.copyOf(bars);
    notes = List.copyOf(notes);
  }

  /** 0 all is well, 1 a bar was missed or viewers were not served well, 3 void. */
  public int exitStatus() {
    boolean failed = bars.stream().anyMatch(bar -> bar.verdict() == Bar.Verdict.FAIL);
    boolean served = !bars.isEmpty() || measurements.stream().allMatch(m -> m.viewers().flawless());
    if (failed || !served) {
      return 1;
    }
    return bars.stream().anyMatch(bar -> bar.verdict() == Bar.Verdict.VOID) ? 3 : 0;
  }

  /** All figures, indented. */
  public String json() {
    return JSON.writeValueAsString(this) + "\n";
  }

  /** What a person wants to know. */
  public String text() {
    var text = new Formatter(Locale.ROOT);
    text.format("%s, %s%n", plan.scenario().id(), startedAt);
    text.format("%s%n", machine);
    text.format("%n");
    played(text);
    fetched(text);
    delays(text);
    faults(text);
    for (Bar bar : bars) {
      text.format("%n");
      text.format(
          "%s  %s: %.3f %s, at most %.3f (%.3f to %.3f)%n",
          bar.verdict(), bar.what(), bar.value(), bar.unit(), bar.limit(), bar.min(), bar.max());
      if (!bar.explanation().isEmpty()) {
        text.format("      %s%n", bar.explanation());
      }
    }
    for (String note : notes) {
      text.format("note: %s%n", note);
    }
    return text.toString();
  }

  private void played(Formatter text) {
    if (measurements.isEmpty()) {
      return;
    }
    text.format(
        "%-28s %7s %8s %9s %9s %7s %8s %9s %9s %8s%n",
        "run",
        "playing",
        "Mbit/s",
        "CPU s/GB",
        "client",
        "CPU %",
        "RSS MB",
        "first ms",
        "silent ms",
        "others");
    for (Measurement each : measurements) {
      ViewerFigures viewers = each.viewers();
      text.format(
          "%-28s %7d %8.1f %9.3f %9.3f %7.1f %8.1f %9.1f %9.0f %8.2f%n",
          each.label(),
          viewers.playing(),
          viewers.megabitsPerSecond(),
          each.serverCpuSecondsPerGb(),
          each.clientCpuSecondsPerGb(),
          each.serverCpuPercent(),
          each.serverResidentMb(),
          viewers.firstPictureMsP50(),
          viewers.longestSilenceMs(),
          each.othersCpuSeconds());
    }
  }

  private void fetched(Formatter text) {
    if (fetched.isEmpty()) {
      return;
    }
    text.format(
        "%-28s %7s %8s %9s %9s %9s %9s %7s %8s %9s %9s %8s%n",
        "run",
        "clients",
        "Mbit/s",
        "answers/s",
        "CPU s/GB",
        "CPU µs",
        "client µs",
        "CPU %",
        "RSS MB",
        "p50 ms",
        "p99 ms",
        "others");
    for (FetchMeasurement each : fetched) {
      FetchFigures fetches = each.fetches();
      text.format(
          "%-28s %7d %8.1f %9.0f %9.3f %9.2f %9.2f %7.1f %8.1f %9.2f %9.2f %8.2f%n",
          each.label(),
          fetches.fetching(),
          8e3 * fetches.gigabytes() / fetches.windowSeconds(),
          each.answersPerSecond(),
          each.serverCpuSecondsPerGb(),
          each.serverMicrosPerAnswer(),
          each.clientMicrosPerAnswer(),
          each.serverCpuPercent(),
          each.serverResidentMb(),
          fetches.p50Ms(),
          fetches.p99Ms(),
          each.othersCpuSeconds());
    }
  }

  private void delays(Formatter text) {
    if (measurements.isEmpty()) {
      return;
    }
    text.format("%n");
    text.format(
        "%-28s %8s %8s %8s %8s   %8s %8s %8s%n",
        "added delay, ms", "video50", "video99", "99.9", "max", "audio50", "audio99", "99.9");
    for (Measurement each : measurements) {
      ViewerFigures.Delay video = each.viewers().videoDelay();
      ViewerFigures.Delay audio = each.viewers().audioDelay();
      if (video.samples() > 0) {
        text.format(
            "%-28s %8.2f %8.2f %8.2f %8.2f   %8.2f %8.2f %8.2f%n",
            each.label(),
            video.p50Ms(),
            video.p99Ms(),
            video.p999Ms(),
            video.maxMs(),
            audio.p50Ms(),
            audio.p99Ms(),
            audio.p999Ms());
      }
    }
  }

  private void faults(Formatter text) {
    for (Measurement each : measurements) {
      ViewerFigures viewers = each.viewers();
      StreamChecker.Result checked = viewers.checked();
      if (!viewers.flawless()) {
        text.format("%n");
        text.format(
            "%s: %d of %d played, %d cut, %d refused; %s%n",
            each.label(),
            viewers.playing(),
            viewers.asked(),
            viewers.cut(),
            viewers.refused(),
            viewers.firstReason());
        text.format(
            "  checked %d frames: %d missing, %d repeated, %d corrupted, %d unknown, time back %d; %s%n",
            checked.frames(),
            checked.missing(),
            checked.repeated(),
            checked.corrupted(),
            checked.unknown(),
            checked.timestampsBack(),
            checked.firstFault());
      }
    }
  }

  /** Collects a report while it is measured. */
  static final class Builder {
    private final BenchPlan plan;
    private final Consumer<String> progress;
    private final String startedAt = Instant.now().toString();
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<FetchMeasurement> fetched = new ArrayList<>();
    private final List<Bar> bars = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Builder(BenchPlan plan, Consumer<String> progress) {
      this.plan = plan;
      this.progress = progress;
    }

    void progress(String line) {
      progress.accept(line);
    }

    /** Keeps a measurement, with a note on what makes it doubtful. */
    Measurement add(Measurement measurement) {
      measurements.add(measurement);
      doubt(
          measurement.label(),
          measurement.othersCpuSeconds(),
          measurement.viewers().windowSeconds(),
          measurement.server());
      progress(
          "%s: %.1f Mbit/s, %.3f CPU s/GB, %.1f MB"
              .formatted(
                  measurement.label(),
                  measurement.viewers().megabitsPerSecond(),
                  measurement.serverCpuSecondsPerGb(),
                  measurement.serverResidentMb()));
      return measurement;
    }

    /** Keeps a measurement of clients that fetch, with a note on what makes it doubtful. */
    FetchMeasurement add(FetchMeasurement measurement) {
      fetched.add(measurement);
      FetchFigures fetches = measurement.fetches();
      doubt(
          measurement.label(),
          measurement.othersCpuSeconds(),
          fetches.windowSeconds(),
          measurement.server());
      progress(
          "%s: %.0f answers/s, %.1f Mbit/s, %.3f CPU s/GB, %.2f µs each"
              .formatted(
                  measurement.label(),
                  measurement.answersPerSecond(),
                  8e3 * fetches.gigabytes() / fetches.windowSeconds(),
                  measurement.serverCpuSecondsPerGb(),
                  measurement.serverMicrosPerAnswer()));
      return measurement;
    }

    private void doubt(
        String label,
        double othersCpuSeconds,
        double seconds,
        ProcessMeter.@Nullable Usage server) {
      if (othersCpuSeconds > 0.1 * seconds) {
        note(
            "%s: other programs used %.0f %% of a processor"
                .formatted(label, 100 * othersCpuSeconds / seconds));
      }
      if (server != null && !server.accountsAgree()) {
        note(
            "%s: schedstat says %.2f CPU s, stat %.2f"
                .formatted(label, server.cpuSeconds(), server.cpuSecondsByStat()));
      }
    }

    void bar(Bar bar) {
      bars.add(bar);
      progress("%s  %s".formatted(bar.verdict(), bar.what()));
    }

    void note(String note) {
      notes.add(note);
    }

    /** The bar that in every run so far everybody played to the end and got every byte. */
    void serviceBar() {
      bar(
          Bar.holds(
              "every viewer played to the end, checked bytes were right",
              measurements.stream().allMatch(m -> m.viewers().flawless()),
              ""));
    }

    /** The bar that the checked viewers of every run so far got every byte. */
    void checkedBar() {
      bar(
          Bar.holds(
              "checked bytes were right",
              measurements.stream().allMatch(m -> m.viewers().checked().flawless()),
              ""));
    }

    BenchReport build() throws IOException {
      return new BenchReport(plan, startedAt, machine(), measurements, fetched, bars, notes);
    }

    private static String machine() throws IOException {
      String model =
          Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
              .filter(line -> line.startsWith("model name"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .findFirst()
              .orElse(System.getProperty("os.arch"));
      return "%d × %s, Linux %s, Java %s"
          .formatted(
              Runtime.getRuntime().availableProcessors(),
              model,
              System.getProperty("os.version"),
              System.getProperty("java.version"));
    }
  }
}
