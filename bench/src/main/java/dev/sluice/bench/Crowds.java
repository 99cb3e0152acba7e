package dev.sluice.bench;

import dev.sluice.bench.load.Target.Form;
import java.io.IOException;

/** Scenarios of one server and a growing or a great crowd. */
final class Crowds {
  private static final int TABLE_STEP = 300;

  private Crowds() {}

  /** As many as the plan says, all served for the whole window. */
  static void many(Runs runs) throws IOException {
    Measurement got = runs.run(runs.sluice(100, "gop"), Form.RTMP, "");
    int asked = got.viewers().asked();
    runs.report.bar(
        Bar.atMost(
            "%d viewers, of them not playing to the end".formatted(asked),
            "viewers",
            asked - got.viewers().playing(),
            0,
            got.viewers().firstReason()));
    runs.report.bar(
        Bar.atMost(
            "longest silence", "ms", got.viewers().longestSilenceMs(), 1000, "of any viewer"));
    runs.report.serviceBar();
  }

  /** The table that SRS is known by: 300, 600, … players of 500 kbit/s. */
  static void table(Runs runs) throws IOException {
    try (Stage stage = Stage.open(runs.plan, runs.sluice(100, "gop"), Form.RTMP)) {
      int step = Math.min(TABLE_STEP, runs.plan.viewers());
      for (int viewers = step; viewers <= runs.plan.viewers(); viewers += step) {
        runs.report.progress("%d viewers: joining".formatted(viewers));
        stage.join(step);
        runs.report.add(stage.measure("sluice 100 ms, %d players".formatted(viewers)));
      }
    }
    runs.report.serviceBar();
  }
}
