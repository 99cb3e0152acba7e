package dev.sluice.imports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what {@code include} names. */
@FunctionalInterface
public interface Inclusion {
  /** Where nothing can be included. */
  Inclusion NONE = _ -> null;

  /**
   * A text that is included.
   *
   * @param file its name, for messages
   */
  record Source(String file, String text) {}

  /**
   * Reads the files that {@code pattern} names.
   *
   * @param pattern as it stands in the file, with {@code *} and {@code ?} where nginx has them
   * @return in order; empty when a pattern with wild cards names none; null when there is no such
   *     file, or it cannot be read
   */
  @Nullable List<Source> open(String pattern);
}
