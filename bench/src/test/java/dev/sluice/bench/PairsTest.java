package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairsTest {
  private static Pairs pairs(List<Double> measured, List<Double> control) {
    return new Pairs(measured, control);
  }

  @Test
  void eachIsHeldAgainstTheControlAfterIt() {
    Bar bar = pairs(List.of(1.0, 3.0, 2.2), List.of(1.0, 1.2, 1.1)).ratioAtMost("x", 2.0);
    assertThat(bar.min()).isEqualTo(1.0);
    assertThat(bar.max()).isEqualTo(2.5, within(1e-9));
    assertThat(bar.value()).isEqualTo(2.0, within(1e-9));
    assertThat(bar.explanation())
        .isEqualTo(
            "measured 1.000 3.000 2.200, control 1.000 1.200 1.100, control spreads over 18 %");
  }

  @Test
  void theLimitItselfPassesAndTheNextFails() {
    var pairs = pairs(List.of(1.5), List.of(1.0));
    assertThat(pairs.ratioAtMost("x", 1.5).verdict()).isEqualTo(Bar.Verdict.PASS);
    assertThat(pairs.ratioAtMost("x", 1.4999).verdict()).isEqualTo(Bar.Verdict.FAIL);
  }

  @Test
  void aControlThatSpreadsOverAQuarterMakesItVoid() {
    var still = pairs(List.of(1.0, 1.0, 1.0), List.of(1.0, 1.25, 1.0));
    assertThat(still.controlSpread()).isEqualTo(0.25);
    assertThat(still.ratioAtMost("x", 1.5).verdict()).isEqualTo(Bar.Verdict.PASS);
    var wild = pairs(List.of(1.0, 1.0, 1.0), List.of(1.0, 1.26, 1.0));
    assertThat(wild.ratioAtMost("x", 1.5).verdict()).isEqualTo(Bar.Verdict.VOID);
    assertThat(wild.ratioAtMost("x", 0.5).verdict()).isEqualTo(Bar.Verdict.VOID);
  }

  @Test
  void whatIsNoFigureIsVoid() {
    assertThat(pairs(List.of(1.0), List.of(0.0)).ratioAtMost("x", 1.5).verdict())
        .isEqualTo(Bar.Verdict.VOID);
  }

  @Test
  void belowTheFloorTheControlDoesNotMatter() {
    var wild = pairs(List.of(19.0, 5.0, 8.0), List.of(3.0, 90.0, 10.0));
    assertThat(wild.valueAtMost("x", "ms", 20, 1.5).verdict()).isEqualTo(Bar.Verdict.PASS);
    var slow = pairs(List.of(29.0, 29.0, 29.0), List.of(3.0, 90.0, 20.0));
    assertThat(slow.valueAtMost("x", "ms", 20, 1.5).verdict()).isEqualTo(Bar.Verdict.VOID);
    var asTheControl = pairs(List.of(29.0, 29.0, 29.0), List.of(20.0, 21.0, 19.0));
    assertThat(asTheControl.valueAtMost("x", "ms", 20, 1.5).verdict()).isEqualTo(Bar.Verdict.PASS);
    var slower = pairs(List.of(31.0, 31.0, 31.0), List.of(20.0, 21.0, 19.0));
    assertThat(slower.valueAtMost("x", "ms", 20, 1.5).verdict()).isEqualTo(Bar.Verdict.FAIL);
  }

  @Test
  void noiseIsWhatTheControlItselfDoes() {
    var control = List.of(10.0, 11.0, 12.4);
    assertThat(noise(List.of(12.4, 12.4, 12.4), control)).isEqualTo(Bar.Verdict.PASS);
    assertThat(noise(List.of(13.7, 13.7, 99.0), control)).isEqualTo(Bar.Verdict.PASS);
    assertThat(noise(List.of(13.8, 13.8, 1.0), control)).isEqualTo(Bar.Verdict.FAIL);
    assertThat(noise(List.of(12.2, 12.2, 12.2), List.of(10.0, 10.0, 12.2)))
        .isEqualTo(Bar.Verdict.PASS);
    assertThat(noise(List.of(1.0, 1.0, 1.0), List.of(10.0, 10.0, 12.6)))
        .isEqualTo(Bar.Verdict.VOID);
  }

  private static Bar.Verdict noise(List<Double> measured, List<Double> control) {
    return pairs(measured, control).withinNoise("x", "ms", 1.25).verdict();
  }

  @Test
  void pairsAreWhole() {
    assertThatThrownBy(() -> pairs(List.of(1.0), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pairs(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theMedianOfAnEvenNumberIsBetween() {
    assertThat(Pairs.median(new double[] {1, 2, 4, 9})).isEqualTo(3);
  }

  @Test
  void aSlopeIsFoundThroughNoise() {
    var slope = new Slope();
    assertThat(slope.perUnit()).isZero();
    double[] noise = {0.5, -0.5, -0.5, 0.5};
    for (int i = 0; i < 400; i++) {
      slope.add(i, 300 + 0.2 * i + noise[i % 4]);
    }
    assertThat(slope.perUnit()).isEqualTo(0.2, within(1e-3));
    assertThat(slope.size()).isEqualTo(400);
  }
}
