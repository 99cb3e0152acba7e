package dev.sluice.bench;

import dev.sluice.bench.load.EpollLoad;
import dev.sluice.bench.load.Target.Form;
import java.io.IOException;
import java.time.Duration;

/** Scenarios about resident memory. */
final class Memory {
  private static final double MAX_RESIDENT_MB = 300;
  private static final double MAX_KB_PER_VIEWER = 20;
  private static final double MAX_MB_PER_MINUTE = 0.2;
  private static final double MAX_STALLED_MB = 64;
  private static final int CHURN_PER_SECOND = 5;
  private static final int MINUTE_S = 60;
  private static final Duration WARM_UP = Duration.ofMinutes(10);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private Memory() {}

  /** Memory with the plan's viewers, and the slope over two further steps. */
  static void perViewer(Runs runs) throws IOException {
    var slope = new Slope();
    double first = 0;
    try (Stage stage = Stage.open(runs.plan, runs.sluice(100, "gop"), Form.RTMP)) {
      int viewers = 0;
      for (int step : new int[] {runs.plan.viewers(), Runs.FURTHER_VIEWERS, Runs.FURTHER_VIEWERS}) {
        viewers += step;
        runs.report.progress("%d viewers: joining".formatted(viewers));
        stage.join(step);
        Measurement got = runs.report.add(stage.measure("%d viewers".formatted(viewers)));
        slope.add(viewers, got.serverResidentMb() * 1000);
        first = first == 0 ? got.serverResidentMb() : first;
      }
    }
    runs.report.bar(
        Bar.atMost(
            "resident memory with %d viewers".formatted(runs.plan.viewers()),
            "MB",
            first,
            MAX_RESIDENT_MB,
            "VmRSS of the process and its descendants"));
    runs.report.bar(
        Bar.atMost(
            "each further viewer", "kB", slope.perUnit(), MAX_KB_PER_VIEWER, "least squares"));
    runs.report.serviceBar();
  }

  /**
   * Viewers come and go for the whole window. What stays is judged: the least of each minute, since
   * the JVM's compilers take up to 40 MB for some seconds whenever they compile something large.
   */
  static void soak(Runs runs) throws IOException {
    var slope = new Slope();
    var everySecond = new Slope();
    double[] least = {Double.MAX_VALUE};
    Duration warmUp =
        runs.plan.window().compareTo(WARM_UP.multipliedBy(2)) >= 0
            ? WARM_UP
            : runs.plan.window().dividedBy(2);
    try (Stage stage = Stage.open(runs.plan, runs.sluice(100, "gop"), Form.RTMP)) {
      stage.join(runs.plan.viewers());
      EpollLoad load = stage.plainLoad();
      int churn = Math.clamp(runs.plan.viewers() / 10, 1, CHURN_PER_SECOND);
      runs.report.add(
          stage.measure(
              "soak",
              () -> {
                for (long second = 1; second <= runs.plan.window().toSeconds(); second++) {
                  load.leave(churn);
                  load.open(churn, churn);
                  stage.watch(SECOND);
                  double residentMb = stage.residentMb();
                  least[0] = Math.min(least[0], residentMb);
                  if (second > warmUp.toSeconds()) {
                    everySecond.add(second / 60.0, residentMb);
                  }
                  if (second % MINUTE_S == 0) {
                    if (second > warmUp.toSeconds()) {
                      slope.add(second / 60.0, least[0]);
                    }
                    runs.report.progress(
                        "minute %d: %.1f MB, at least %.1f"
                            .formatted(second / MINUTE_S, residentMb, least[0]));
                    least[0] = Double.MAX_VALUE;
                  }
                }
              }));
    }
    boolean minutes = slope.size() > 1;
    runs.report.bar(
        Bar.atMost(
            "growth of resident memory after %d s".formatted(warmUp.toSeconds()),
            "MB/min",
            (minutes ? slope : everySecond).perUnit(),
            MAX_MB_PER_MINUTE,
            "least squares over the least of %d minutes; over all %d readings %.2f"
                .formatted(slope.size(), everySecond.size(), everySecond.perUnit())));
    runs.report.checkedBar();
  }

  /** Some viewers stop reading; the others must not notice. */
  static void stalled(Runs runs) throws IOException {
    try (Stage stage = Stage.open(runs.plan, runs.sluice(100, "gop"), Form.RTMP)) {
      stage.join(runs.plan.viewers() + Runs.STALLED_VIEWERS);
      double before = stage.residentMb();
      double[] most = {before};
      stage.plainLoad().stall(Runs.STALLED_VIEWERS);
      Measurement got =
          runs.report.add(
              stage.measure(
                  "%d stalled".formatted(Runs.STALLED_VIEWERS),
                  () -> {
                    for (long second = 1; second <= runs.plan.window().toSeconds(); second++) {
                      stage.watch(SECOND);
                      most[0] = Math.max(most[0], stage.residentMb());
                    }
                  }));
      runs.report.bar(
          Bar.atMost(
              "growth of resident memory by %d stalled viewers".formatted(Runs.STALLED_VIEWERS),
              "MB",
              most[0] - before,
              MAX_STALLED_MB,
              "from %.1f to at most %.1f MB".formatted(before, most[0])));
      runs.report.bar(
          Bar.atMost(
              "longest silence of the others", "ms", got.viewers().longestSilenceMs(), 1000, ""));
      runs.report.bar(
          Bar.holds(
              "the others play on",
              got.viewers().playing() >= runs.plan.viewers(),
              "%d of %d".formatted(got.viewers().playing(), runs.plan.viewers())));
    }
    runs.report.checkedBar();
  }
}
