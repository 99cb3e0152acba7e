package dev.sluice.bench;

import dev.sluice.bench.load.Target;
import dev.sluice.bench.server.Existing;
import dev.sluice.bench.server.Floor;
import dev.sluice.bench.server.FloorBlocks;
import dev.sluice.bench.server.NginxRtmp;
import dev.sluice.bench.server.ServerSpec;
import dev.sluice.bench.server.SluiceServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Single runs and pairs of runs of one plan, written into one report. */
final class Runs {
  /** Viewers that {@link Memory#perViewer} adds, twice. */
  static final int FURTHER_VIEWERS = 1200;

  /** Viewers that {@link Memory#stalled} lets stop reading. */
  static final int STALLED_VIEWERS = 500;

  final BenchPlan plan;
  final BenchReport.Builder report;

  Runs(BenchPlan plan, BenchReport.Builder report) {
    this.plan = plan;
    this.report = report;
  }

  static int mostViewers(BenchPlan plan) {
    return switch (plan.scenario()) {
      case MEMORY -> plan.viewers() + 2 * FURTHER_VIEWERS;
      case STALLED -> plan.viewers() + STALLED_VIEWERS;
      case SOAK -> 2 * plan.viewers();
      case BACKENDS -> plan.viewers() + Backends.MOST_SECONDS * plan.joinsPerSecond();
      default -> plan.viewers();
    };
  }

  /** Our server with one event loop and the given latency. */
  SluiceServer sluice(int latencyMs, String join) {
    Map<String, String> settings = new HashMap<>();
    settings.put("SLUICE_EVENT_LOOPS", "1");
    settings.put("SLUICE_DEFAULTS_LATENCY", latencyMs + "ms");
    settings.put("SLUICE_DEFAULTS_JOIN", join);
    settings.put("SLUICE_ACCESS_PUBLISH", "anybody"); // no trust in this host inside a container
    settings.putAll(plan.environment());
    return new SluiceServer(
        "sluice %d ms".formatted(latencyMs),
        plan.serverCommand(),
        settings,
        plan.scenario() == Scenario.TLS,
        plan.serverCpus());
  }

  /** The floor with the blocks of our server at that latency. */
  Floor floor(int latencyMs) {
    return new Floor(
        "floor %d ms".formatted(latencyMs),
        FloorBlocks.of(Stage.SEED, latencyMs),
        plan.serverCpus());
  }

  NginxRtmp nginx() {
    return new NginxRtmp(plan.serverCpus());
  }

  /** {@link Scenario#LOAD}. */
  void load() throws IOException {
    String url = plan.url();
    if (url == null) {
      run(sluice(100, "gop"), Target.Form.RTMP, "");
      return;
    }
    Target target = Target.parse(url);
    String publishUrl = plan.publishUrl();
    Target publish = publishUrl != null ? Target.parse(publishUrl) : target;
    if (publish.form() != Target.Form.RTMP || !plan.publish()) {
      publish = null;
      report.note("nothing is published by bench, so no bytes are checked and no delay is known");
    }
    var spec = new Existing(target, publish, plan.pid(), plan.serverCommand(), plan.serverCpus());
    run(spec, target.form(), "");
  }

  /** One run with the plan's viewers: start, join, settle, measure, stop. */
  Measurement run(ServerSpec spec, Target.Form form, String suffix) throws IOException {
    return run(plan, spec, form, suffix);
  }

  /** The same with another plan. */
  Measurement run(BenchPlan with, ServerSpec spec, Target.Form form, String suffix)
      throws IOException {
    String label = (spec.name() + " " + suffix).strip();
    report.progress(label + ": starting");
    try (Stage stage = Stage.open(with, spec, form)) {
      stage.join(with.viewers());
      report.progress(label + ": measuring for " + with.window().toSeconds() + " s");
      return report.add(stage.measure(label));
    }
  }

  /** One side of a comparison. */
  record Side(ServerSpec server, Target.Form form) {}

  /** A-B-A-B, as many pairs as the plan says, with one figure of each run. */
  Pairs alternate(Side a, Side b, ToDoubleFunction<Measurement> figure) throws IOException {
    return alternate(a, b, figure, figure);
  }

  /** The same with a figure for each side. */
  Pairs alternate(
      Side a, Side b, ToDoubleFunction<Measurement> ofA, ToDoubleFunction<Measurement> ofB)
      throws IOException {
    List<Double> measured = new ArrayList<>();
    List<Double> control = new ArrayList<>();
    for (int pair = 1; pair <= plan.pairs(); pair++) {
      String round = "#" + pair;
      measured.add(ofA.applyAsDouble(run(a.server, a.form, a.form.scheme() + " " + round)));
      control.add(ofB.applyAsDouble(run(b.server, b.form, b.form.scheme() + " " + round)));
    }
    return new Pairs(measured, control);
  }
}
