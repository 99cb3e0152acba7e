package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BenchPlanTest {
  @ParameterizedTest
  @EnumSource
  void everyScenarioHasAPlan(Scenario scenario) {
    BenchPlan plan = BenchPlan.of(scenario);
    assertThat(plan.scenario()).isEqualTo(scenario);
    assertThat(plan.viewers()).isEqualTo(scenario.viewers);
    assertThat(BenchPlan.USAGE).contains("  " + scenario.id() + " ");
  }

  @Test
  void optionsAreTaken() {
    BenchPlan plan =
        BenchPlan.parse(
            "fanout",
            "--viewers",
            "10",
            "--seconds",
            "3",
            "--pairs",
            "1",
            "--rate",
            "50",
            "--settle",
            "0",
            "--checked",
            "100",
            "--publishers",
            "2",
            "--server",
            "./sluice  run",
            "--env",
            "A=b=c",
            "--server-cpus",
            "0",
            "--client-cpus",
            "1",
            "--json",
            "x.json");
    assertThat(plan)
        .isEqualTo(
            new BenchPlan(
                Scenario.FANOUT,
                10,
                2,
                50,
                Duration.ZERO,
                Duration.ofSeconds(3),
                1,
                100,
                List.of("./sluice", "run"),
                Map.of("A", "b=c"),
                "0",
                "1",
                null,
                null,
                true,
                0,
                Path.of("x.json")));
  }

  @Test
  void aServerThatRunsAlreadyIsNotStarted() {
    BenchPlan plan = BenchPlan.parse("--url", "rtmp://127.0.0.1/live/x", "--pid", "42");
    assertThat(plan.serverCommand()).isEmpty();
    assertThat(plan.pid()).isEqualTo(42);
    assertThat(BenchPlan.parse().serverCommand()).containsExactly(BenchPlan.LAUNCHER, "run");
    assertThat(BenchPlan.LAUNCHER).endsWith("/sluice");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "fan | scenario is \"fan\", allowed are [load, fanout",
        "--what 1 | no option \"--what\"",
        "--viewers | --viewers needs a value",
        "--viewers x | --viewers is \"x\", allowed is a whole number",
        "--viewers 0 | viewers is 0, allowed is 1 to 25000",
        "--viewers 25001 | viewers is 25001, allowed is 1 to 25000",
        "--publishers 501 | publishers is 501, allowed is 1 to 500",
        "--rate 0 | rate is 0",
        "--seconds 0 | seconds is 0",
        "--seconds 86401 | seconds is 86401",
        "--settle 3601 | settle seconds is 3601",
        "--pairs 21 | pairs is 21",
        "--checked 101 | checked percent is 101",
        "--env X | --env is \"X\", allowed is NAME=VALUE",
        "--start ./x | --start needs --url"
      })
  void mistakesAreNamed(String line, String message) {
    assertThatThrownBy(() -> BenchPlan.parse(line.strip().split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theProgramTellsWhatItCannotDo() {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    assertThat(run(out, err, "--help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("usage: bench");
    assertThat(run(out, err, "--url", "rtmp://10.1.2.3/live/x")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("bench: 10.1.2.3 is not this machine");
  }

  private static int run(ByteArrayOutputStream out, ByteArrayOutputStream err, String... args) {
    return BenchMain.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        args);
  }
}
