package dev.sluice.node.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds what somebody may have meant. */
final class NearestKey {
  /** Longer names are compared by their beginnings; no key is as long. */
  private static final int MAX_COMPARED = 64;

  private NearestKey() {}

  /** The candidate with the least {@link #distance}, the first of equals; null without any. */
  static @Nullable String of(String written, Collection<String> candidates) {
    String nearest = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance = distance(written, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /**
   * How many letters must be put in, left out, replaced or swapped with their neighbour to turn one
   * name into the other (optimal string alignment); case, {@code _} and {@code -} do not count.
   */
  static int distance(String one, String other) {
    String a = plain(one);
    String b = plain(other);
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replaced = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
        best = Math.min(best, cost[i - 1][j - 1] + replaced);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }

  private static String plain(String name) {
    String cut = name.substring(0, Math.min(name.length(), MAX_COMPARED));
    return cut.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }
}
