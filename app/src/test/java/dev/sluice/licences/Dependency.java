package dev.sluice.licences;

import java.util.Comparator;
import java.util.List;

/**
 * Something of others that Sluice ships.
 *
 * @param name Maven group and artifact, or the npm package
 * @param version as published
 * @param licences SPDX identifiers; with several the user may choose one
 */
record Dependency(String name, String version, List<String> licences)
    implements Comparable<Dependency> {

  private static final Comparator<Dependency> ORDER =
      Comparator.comparing(Dependency::name).thenComparing(Dependency::version);

  @Override
  public int compareTo(Dependency other) {
    return ORDER.compare(this, other);
  }

  /** Its line in the table. */
  String line() {
    return "| %s | %s | %s |".formatted(name, version, String.join(" or ", licences));
  }
}
