package dev.sluice.node.config;

import org.jspecify.annotations.Nullable;

/**
 * A part of the configuration as the store has it, or is to have it.
 *
 * @param keys what it says; there may be secrets in it
 * @param revision of the store at which it was changed last
 */
public record StoredPart(Part part, YamlText.Mapping keys, long revision) {
  /** Characters of the text of one part. */
  public static final int MAX_CHARS = 1 << 16;

  /** Without what it says. */
  @Override
  public String toString() {
    return part + ", revision " + revision;
  }

  /** Whether it says the same as {@code other}, wherever that stands. */
  boolean says(YamlText.@Nullable Mapping other) {
    return other != null && StoredText.write(keys).equals(StoredText.write(other));
  }
}
