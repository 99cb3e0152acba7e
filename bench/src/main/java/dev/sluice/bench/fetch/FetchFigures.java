package dev.sluice.bench.fetch;

/**
 * What the clients of a window got.
 *
 * @param clients that were to fetch
 * @param fetching that did so to the end of the window
 * @param firstReason why the first of the others does not; empty when all do
 * @param windowSeconds length of the window
 * @param answers whole ones in the window
 * @param gigabytes received by all, in 10⁹ bytes, heads included
 * @param meanBodyBytes of an answer
 * @param checked answers whose body was looked at
 * @param wrong of those, and of the others as far as it shows
 * @param firstWrong what was wrong with the first of them; empty when none was
 * @param p50Ms from sending a request to having read all of its answer
 * @param p99Ms the same
 */
public record FetchFigures(
    int clients,
    int fetching,
    String firstReason,
    double windowSeconds,
    long answers,
    double gigabytes,
    double meanBodyBytes,
    long checked,
    long wrong,
    String firstWrong,
    double p50Ms,
    double p99Ms) {
  /** True when everybody fetched to the end and nothing was wrong. */
  public boolean flawless() {
    return fetching == clients && wrong == 0 && answers > 0;
  }
}
