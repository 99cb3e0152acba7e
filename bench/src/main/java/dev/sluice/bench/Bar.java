package dev.sluice.bench;

/**
 * Something that was promised and what came of it.
 *
 * @param what the promise, in words
 * @param unit of value and limit; {@code ×} for a ratio
 * @param value what was measured: the median, where there were several runs
 * @param min the least of them
 * @param max the greatest of them
 * @param limit what value may be at most
 * @param verdict whether it is kept
 * @param explanation where the figures come from
 */
public record Bar(
    String what,
    String unit,
    double value,
    double min,
    double max,
    double limit,
    Verdict verdict,
    String explanation) {
  /** Kept, missed, or not to be told because the control did not hold still. */
  public enum Verdict {
    PASS,
    FAIL,
    VOID
  }

  /** A bar on one figure that needs no control. */
  static Bar atMost(String what, String unit, double value, double limit, String explanation) {
    Verdict verdict = value <= limit ? Verdict.PASS : Verdict.FAIL;
    return new Bar(what, unit, value, value, value, limit, verdict, explanation);
  }

  /** A bar on something that either is so or is not. */
  static Bar holds(String what, boolean kept, String explanation) {
    return atMost(what, "faults", kept ? 0 : 1, 0, explanation);
  }
}
