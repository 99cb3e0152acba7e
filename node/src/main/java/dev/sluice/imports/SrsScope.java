package dev.sluice.imports;

import dev.sluice.node.config.StreamSelector;
import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The streams that the settings of a vhost hold for.
 *
 * @param host that of the vhost; empty when they hold for all that are of no other
 * @param under where they stand
 */
record SrsScope(String host, List<String> under) {
  private static final String DEFAULTS = "defaults.";

  /** All streams that no other scope has. */
  static final SrsScope ALL = new SrsScope("", List.of("defaults"));

  SrsScope {
    under = List.copyOf(under);
  }

  /** The streams of a vhost; null when it is no host that we could have. */
  static @Nullable SrsScope of(String vhost) {
    try {
      StreamSelector selector = StreamSelector.parse(vhost + "!**");
      String host = selector.pattern().vhost();
      return host.isEmpty() || host.contains("*")
          ? null
          : new SrsScope(host, List.of("streams", selector.toString()));
    } catch (MalformedException malformed) {
      return null;
    }
  }

  boolean isAll() {
    return host.isEmpty();
  }

  /** The pattern of its streams. */
  String pattern() {
    return isAll() ? "**" : under.getLast();
  }

  /** Whether {@code key} can be something else for these streams than for others. */
  boolean has(String key) {
    return isAll() || key.isEmpty() || key.startsWith(DEFAULTS);
  }

  /** Where a key of {@code defaults} stands for them. */
  List<String> path(String key) {
    if (!key.startsWith(DEFAULTS)) {
      return Draft.path(key);
    }
    List<String> path = new ArrayList<>(under);
    path.add(key.substring(DEFAULTS.length()));
    return path;
  }
}
