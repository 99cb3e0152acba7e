package dev.sluice.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs of a thing and its control in turns, A-B-A-B-A-B: each A is held against the B after it.
 *
 * @param measured figures of A
 * @param control figures of B, as many
 */
record Pairs(List<Double> measured, List<Double> control) {
  /** A control whose figures differ by more than this share of their median proves nothing. */
  static final double MAX_SPREAD = 0.25;

  Pairs {
    measured = List.copyOf(measured);
    control = List.copyOf(control);
    if (measured.isEmpty() || measured.size() != control.size()) {
      throw new IllegalArgumentException(
          "%d measured and %d control figures".formatted(measured.size(), control.size()));
    }
  }

  /** Measured by control, one of each pair. */
  double[] ratios() {
    return IntStream.range(0, measured.size())
        .mapToDouble(i -> measured.get(i) / control.get(i))
        .toArray();
  }

  /** Distance of the greatest and the least control figure, as a share of their median. */
  double controlSpread() {
    double[] figures = sorted(control);
    return (figures[figures.length - 1] - figures[0]) / median(figures);
  }

  /** The bar that the median of the ratios is at most {@code limit}. */
  Bar ratioAtMost(String what, double limit) {
    double[] ratios = ratios();
    Arrays.sort(ratios);
    return new Bar(
        what,
        "×",
        median(ratios),
        ratios[0],
        ratios[ratios.length - 1],
        limit,
        verdict(median(ratios), limit),
        explanation());
  }

  private Bar.Verdict verdict(double value, double limit) {
    if (!(controlSpread() <= MAX_SPREAD) || !Double.isFinite(value)) { // not a number is void too
      return Bar.Verdict.VOID;
    }
    return value <= limit ? Bar.Verdict.PASS : Bar.Verdict.FAIL;
  }

  /**
   * The bar that the median of A is at most {@code floor}, or {@code factor} times the median of B
   * where that is more. Below the floor the control does not matter.
   */
  Bar valueAtMost(String what, String unit, double floor, double factor) {
    double value = median(sorted(measured));
    double limit = Math.max(floor, factor * median(sorted(control)));
    return bar(what, unit, limit, value <= floor ? Bar.Verdict.PASS : verdict(value, limit));
  }

  /**
   * The bar that the median of A is within the noise of B: at most the greatest B, or {@code
   * factor} times the median of B where that is more.
   */
  Bar withinNoise(String what, String unit, double factor) {
    double[] controls = sorted(control);
    double limit = Math.max(controls[controls.length - 1], factor * median(controls));
    return bar(what, unit, limit, verdict(median(sorted(measured)), limit));
  }

  private static double[] sorted(List<Double> figures) {
    return figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private Bar bar(String what, String unit, double limit, Bar.Verdict verdict) {
    double[] values = sorted(measured);
    return new Bar(
        what,
        unit,
        median(values),
        values[0],
        values[values.length - 1],
        limit,
        verdict,
        explanation());
  }

  private String explanation() {
    return "measured %s, control %s, control spreads over %.0f %%"
        .formatted(text(measured), text(control), 100 * controlSpread());
  }

  private static String text(List<Double> figures) {
    return String.join(" ", figures.stream().map("%.3f"::formatted).toList());
  }

  /** The middle of sorted figures; of an even number the mean of the two in the middle. */
  static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
