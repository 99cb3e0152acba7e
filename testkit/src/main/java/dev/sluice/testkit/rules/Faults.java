package dev.sluice.testkit.rules;

import org.jspecify.annotations.Nullable;

/** Takes what one check of one rule finds. */
@FunctionalInterface
public interface Faults {
  /** Takes one sentence. */
  void add(String what);

  /** Takes a sentence where {@code broken} holds. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  default void addIf(boolean broken, String format, @Nullable Object... arguments) {
    if (broken) {
      add(format.formatted(arguments));
    }
  }
}
