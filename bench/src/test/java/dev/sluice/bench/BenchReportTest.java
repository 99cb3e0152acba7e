package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchReportTest {
  private static BenchReport report(Bar... bars) {
    return new BenchReport(
        BenchPlan.of(Scenario.FANOUT),
        "2026-11-20T00:00:00Z",
        "2 × a processor",
        List.of(),
        List.of(),
        List.of(bars),
        List.of("the machine was busy"));
  }

  private static Bar bar(Bar.Verdict verdict) {
    return new Bar("cost", "×", 1.25, 1, 1.5, 1.5, verdict, "three runs");
  }

  @Test
  void theStatusIsOfTheWorstBar() {
    assertThat(report(bar(Bar.Verdict.PASS)).exitStatus()).isZero();
    assertThat(report(bar(Bar.Verdict.PASS), bar(Bar.Verdict.VOID)).exitStatus()).isEqualTo(3);
    assertThat(report(bar(Bar.Verdict.VOID), bar(Bar.Verdict.FAIL)).exitStatus()).isEqualTo(1);
  }

  @Test
  void aBarOnOneFigureHasNoVoid() {
    assertThat(Bar.atMost("x", "MB", 300, 300, "").verdict()).isEqualTo(Bar.Verdict.PASS);
    assertThat(Bar.atMost("x", "MB", 300.1, 300, "").verdict()).isEqualTo(Bar.Verdict.FAIL);
    assertThat(Bar.atMost("x", "MB", Double.NaN, 300, "").verdict()).isEqualTo(Bar.Verdict.FAIL);
    assertThat(Bar.holds("x", true, "").verdict()).isEqualTo(Bar.Verdict.PASS);
    assertThat(Bar.holds("x", false, "").verdict()).isEqualTo(Bar.Verdict.FAIL);
  }

  @Test
  void peopleAndProgramsReadTheSame() {
    BenchReport report = report(bar(Bar.Verdict.PASS));
    assertThat(report.text())
        .contains("PASS  cost: 1.250 ×, at most 1.500 (1.000 to 1.500)")
        .contains("note: the machine was busy");
    JsonNode json = JsonMapper.shared().readTree(report.json());
    assertThat(json.path("bars").path(0).path("value").asDouble()).isEqualTo(1.25);
    assertThat(json.path("bars").path(0).path("verdict").asString()).isEqualTo("PASS");
    assertThat(json.path("plan").path("scenario").asString()).isEqualTo("FANOUT");
  }
}
