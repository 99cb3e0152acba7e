package dev.sluice.node.config;

import dev.sluice.media.StreamName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds for single streams, by name and by pattern. Of the entries that are about a stream the
 * most specific one holds, a name before any pattern; it has inherited from those that cover it.
 *
 * <p>Immutable; equal to another with the same entries.
 */
public final class StreamTable {
  /** Patterns of one table: each may be looked at for each newcomer. */
  public static final int MAX_PATTERNS = 256;

  /** Without entries. */
  public static final StreamTable EMPTY = new StreamTable(Map.of(), Map.of());

  private final Map<StreamSelector, StreamSettings> entries;
  private final Map<StreamSelector, Layer> places;
  private final Map<StreamName, StreamSelector> names = new HashMap<>();
  private final List<StreamSelector> patterns = new ArrayList<>();
  private final Set<String> vhosts = new HashSet<>();

  /**
   * A table of {@code entries}, which are in the order of the file, then of the store.
   *
   * @param places where the file has them; none for those that the store alone has
   */
  StreamTable(Map<StreamSelector, StreamSettings> entries, Map<StreamSelector, Layer> places) {
    this.places = Map.copyOf(places);
    this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    for (StreamSelector selector : entries.keySet()) {
      StreamName name = selector.name();
      vhosts.add(selector.pattern().vhost());
      if (name == null) {
        patterns.add(selector);
      } else {
        names.put(name, selector);
      }
    }
    vhosts.remove(""); // that is none, or any
    patterns.sort(StreamSelector.MOST_SPECIFIC_FIRST); // stable: of equal ones the first
  }

  /** Where the file has an entry; null when it has none. */
  public @Nullable Layer place(StreamSelector selector) {
    return places.get(selector);
  }

  /** All entries, in the order of the file, then those that the store alone has. */
  public Map<StreamSelector, StreamSettings> entries() {
    return entries;
  }

  /** Whether an entry is about streams of that virtual host. */
  boolean hasVhost(String host) {
    return vhosts.contains(host);
  }

  /** The entry that holds for {@code name}; null when none is about it. */
  public @Nullable StreamSelector find(StreamName name) {
    StreamSelector own = names.get(name);
    if (own != null) {
      return own;
    }
    for (StreamSelector pattern : patterns) {
      if (pattern.matches(name)) {
        return pattern;
      }
    }
    return null;
  }

  /** What holds for {@code name}; null when no entry is about it. */
  public @Nullable StreamSettings settings(StreamName name) {
    StreamSelector found = find(name);
    return found == null ? null : entries.get(found);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StreamTable table && entries.equals(table.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
