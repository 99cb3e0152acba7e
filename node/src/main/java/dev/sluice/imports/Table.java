package dev.sluice.imports;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The directives of another server by their paths. */
final class Table {
  private final Map<String, Directive> directives = new LinkedHashMap<>();
  private final Set<String> sections = new HashSet<>();

  /**
   * A table.
   *
   * @throws IllegalArgumentException when one path is there twice
   */
  Table(List<Directive> directives) {
    for (Directive directive : directives) {
      String path = directive.path();
      if (this.directives.put(path, directive) != null) {
        throw new IllegalArgumentException(path + " is in the table twice");
      }
      for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
        sections.add(path.substring(0, dot));
      }
    }
  }

  /** The directive with this path, else the one for whatever a block has; null for neither. */
  @Nullable Directive find(String path) {
    Directive found = directives.get(path);
    for (int dot = path.lastIndexOf('.'); dot > 0 && found == null; ) {
      found = directives.get(path.substring(0, dot) + ".*");
      dot = path.lastIndexOf('.', dot - 1);
    }
    return found;
  }

  /** Whether there is a line for this very path. */
  boolean has(String path) {
    return directives.containsKey(path);
  }

  /** Whether directives stand in a block with this path. */
  boolean isSection(String path) {
    return sections.contains(path);
  }

  /** All of them. */
  Collection<Directive> directives() {
    return Collections.unmodifiableCollection(directives.values());
  }
}
