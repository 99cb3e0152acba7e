package dev.sluice.bench;

import dev.sluice.bench.load.Passers;
import dev.sluice.bench.load.Target;
import dev.sluice.bench.server.BackEnd;
import dev.sluice.bench.server.RunningServer;
import dev.sluice.bench.server.ServerSpec;
import dev.sluice.bench.server.SluiceServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether viewers notice that a back end which others wait for is slow. Plays come at a steady rate
 * and are asked about, while viewers whom nobody asks about measure the added delay of the same
 * stream. The control is the same without the back end: equally many plays, about whom nobody is
 * asked. One more run has a back end that fails as often and answers at once, to tell what waiting
 * costs from what asking does.
 */
final class Backends {
  /** Plays of so many seconds, and the calls about them, are there at a time at most. */
  static final int MOST_SECONDS = 8;

  private static final Duration SLOW = Duration.ofSeconds(2);
  private static final Duration WATCHES = Duration.ofMillis(200);
  private static final String TOKEN = "of-those-whom-nobody-asks-about";
  private static final double NOISE = 1.25;
  private static final double MAX_REFUSED_PERCENT = 1;

  private Backends() {}

  /** What one run came to. */
  private record Run(Measurement media, Passers.Figures plays) {}

  /** Pairs of runs, and one with a back end that is not slow. */
  static void run(Runs runs) throws IOException {
    List<Run> slow = new ArrayList<>();
    List<Run> without = new ArrayList<>();
    for (int pair = 1; pair <= runs.plan.pairs(); pair++) {
      slow.add(run(runs, SLOW, "back end of 2 s #" + pair));
      without.add(run(runs, null, "no back end #" + pair));
    }
    run(runs, Duration.ZERO, "back end of 0 s");
    runs.report.bar(
        new Pairs(p99(slow), p99(without))
            .withinNoise("added delay of video, p99, beside a back end of 2 s", "ms", NOISE));
    runs.report.bar(
        Bar.atMost(
            "plays that were refused, beside those that the back end failed",
            "%",
            slow.stream().mapToDouble(Backends::refusedPercent).max().orElse(100),
            MAX_REFUSED_PERCENT,
            "the most of %d runs".formatted(slow.size())));
    runs.report.bar(
        Bar.holds(
            "no play was left without an answer",
            slow.stream().allMatch(run -> run.plays.lost() == 0),
            slow.stream().map(run -> run.plays.firstLoss()).reduce("", String::concat)));
    runs.report.serviceBar();
  }

  private static List<Double> p99(List<Run> runs) {
    return runs.stream().map(run -> run.media.viewers().videoDelay().p99Ms()).toList();
  }

  private static double refusedPercent(Run run) {
    long answered = run.plays.letIn() + run.plays.refused();
    double failed = (double) answered / BackEnd.FAILS_EACH;
    return answered == 0 ? 100 : 100 * Math.max(0, run.plays.refused() - failed) / answered;
  }

  private static Run run(Runs runs, @Nullable Duration thinking, String label) throws IOException {
    if (thinking == null) {
      return run(runs, Map.of("SLUICE_ACCESS_PLAY", "anybody"), label, null);
    }
    try (BackEnd backEnd = BackEnd.start(thinking)) {
      var asks =
          Map.of(
              "SLUICE_ACCESS_PLAY",
              "token,backend",
              "SLUICE_ACCESS_TOKEN",
              TOKEN,
              "SLUICE_ACCESS_BACKEND_PLAY",
              backEnd.url());
      return run(runs, asks, label, backEnd);
    }
  }

  private static Run run(
      Runs runs, Map<String, String> access, String label, @Nullable BackEnd backEnd)
      throws IOException {
    runs.report.progress(label + ": starting");
    BenchPlan plan = runs.plan;
    Map<String, String> settings = new HashMap<>(access);
    settings.putAll(plan.environment());
    SluiceServer server = runs.sluice(0, "live").with(label, settings);
    try (Stage stage = Stage.open(plan, new WithToken(server), Target.Form.RTMP);
        Passers passers =
            Passers.start(stage.target(Target.Form.HTTP_FLV), plan.joinsPerSecond(), WATCHES)) {
      stage.join(plan.viewers());
      Measurement media = runs.report.add(stage.measure(label));
      Passers.Figures plays = passers.stop();
      runs.report.note(
          "%s: %.0f plays/s, %d let in, %d refused, %d lost; answer p50 %.1f, p99 %.1f ms%s"
              .formatted(
                  label,
                  plays.perSecond(),
                  plays.letIn(),
                  plays.refused(),
                  plays.lost(),
                  plays.answerP50Ms(),
                  plays.answerP99Ms(),
                  backEnd == null
                      ? ""
                      : "; %d questions, %d at a time"
                          .formatted(backEnd.asked(), backEnd.mostOpen())));
      return new Run(media, plays);
    }
  }

  /** A server whose RTMP viewers have the token, so that nobody is asked about them. */
  private record WithToken(SluiceServer server) implements ServerSpec {
    @Override
    public String name() {
      return server.name();
    }

    @Override
    public RunningServer start(Path folder) throws IOException {
      return new Running(server.start(folder));
    }
  }

  private record Running(RunningServer server) implements RunningServer {
    @Override
    public long pid() {
      return server.pid();
    }

    @Override
    public Target target(Target.Form form, int number) throws IOException {
      Target target = server.target(form, number);
      return form == Target.Form.RTMP
          ? new Target(form, target.host(), target.address(), target.path() + "?token=" + TOKEN)
          : target;
    }

    @Override
    public @Nullable Target publishTarget(int number) throws IOException {
      return server.publishTarget(number);
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
