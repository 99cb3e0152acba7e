package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.bench.load.Target;
import dev.sluice.bench.server.NginxRtmp;
import dev.sluice.bench.server.RunningServer;
import dev.sluice.testkit.Needs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real servers, few viewers, short windows: that it works, not how fast anything is. */
class EndToEndTest {
  private static final double MBITS_A_VIEWER = 0.5;

  @TempDir Path folder;

  @Test
  @Needs("nginx-rtmp")
  void nginxIsMeasuredAndItsBytesAreRight() throws IOException {
    Path json = folder.resolve("report.json");
    var out = new ByteArrayOutputStream();
    try (RunningServer nginx =
        new NginxRtmp(null).start(Files.createDirectory(folder.resolve("n")))) {
      String url =
          "rtmp://127.0.0.1:%d/live/x"
              .formatted(nginx.target(Target.Form.RTMP, 0).address().getPort());
      int status =
          BenchMain.run(
              new PrintStream(out, true, StandardCharsets.UTF_8),
              System.err,
              "load",
              "--url",
              url,
              "--pid",
              Long.toString(nginx.pid()),
              "--viewers",
              "20",
              "--seconds",
              "3",
              "--settle",
              "0",
              "--checked",
              "10",
              "--json",
              json.toString());
      assertThat(status).as(out.toString(StandardCharsets.UTF_8)).isZero();
    }
    JsonNode run =
        JsonMapper.shared().readTree(Files.readString(json)).path("measurements").path(0);
    JsonNode viewers = run.path("viewers");
    assertThat(viewers.path("playing").asInt()).isEqualTo(20);
    assertThat(viewers.path("checkedViewers").asInt()).isEqualTo(2);
    assertThat(viewers.path("checked").path("frames").asInt()).isGreaterThan(300);
    assertThat(viewers.path("megabitsPerSecond").asDouble())
        .isEqualTo(20 * MBITS_A_VIEWER, within(3.0));
    assertThat(viewers.path("videoDelay").path("p50Ms").asDouble()).isBetween(0.0, 1000.0);
    assertThat(run.path("server").path("cpuSeconds").asDouble()).isPositive();
    assertThat(run.path("server").path("residentBytes").asLong()).isGreaterThan(1_000_000);
  }

  @Test
  @Needs("cc")
  void theFloorSendsAsMuchAsTheStream() throws IOException {
    BenchPlan plan =
        BenchPlan.parse("fanout", "--viewers", "10", "--seconds", "2", "--settle", "0");
    var runs = new Runs(plan, new BenchReport.Builder(plan, _ -> {}));
    Measurement got = runs.run(runs.floor(100), Target.Form.RAW, "");
    assertThat(got.viewers().flawless()).as(got.toString()).isTrue();
    assertThat(got.viewers().megabitsPerSecond()).isEqualTo(10 * MBITS_A_VIEWER, within(1.5));
    assertThat(got.serverCpuSecondsPerGb()).isPositive();
  }

  @Test
  @Needs({"nginx-rtmp", "cc"})
  void aComparisonHasPairsAndAVerdict() throws IOException {
    BenchPlan plan =
        BenchPlan.parse(
            "fanout", "--viewers", "5", "--seconds", "1", "--settle", "0", "--pairs", "2");
    var report = new BenchReport.Builder(plan, _ -> {});
    var runs = new Runs(plan, report);
    Pairs pairs =
        runs.alternate(
            new Runs.Side(runs.nginx(), Target.Form.RTMP),
            new Runs.Side(runs.floor(350), Target.Form.RAW),
            Measurement::serverCpuSecondsPerGb);
    report.bar(pairs.ratioAtMost("nginx-rtmp by the floor", 1000));
    report.serviceBar();
    BenchReport done = report.build();
    assertThat(done.measurements())
        .extracting(Measurement::label)
        .containsExactly(
            "nginx-rtmp rtmp #1",
            "floor 350 ms raw #1",
            "nginx-rtmp rtmp #2",
            "floor 350 ms raw #2");
    assertThat(pairs.ratios()).hasSize(2);
    assertThat(done.text()).contains("nginx-rtmp by the floor");
    assertThat(done.exitStatus()).isIn(0, 3);
  }

  @Test
  void aServerThatDoesNotComeUpIsQuoted() {
    var err = new ByteArrayOutputStream();
    int status =
        BenchMain.run(
            System.out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            "many",
            "--viewers",
            "1",
            "--server",
            "ls /there-is-no-such-folder");
    assertThat(status).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("sluice ended with status 2")
        .contains("there-is-no-such-folder");
  }
}
