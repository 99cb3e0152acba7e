package dev.sluice.node.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text that is compared with another.
 *
 * @param value 1 to 256 printable characters of ASCII, no blanks
 */
public record Word(String value) {
  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7E]{1,256}");

  /** Reads a word; null when it is none. */
  public static @Nullable Word parse(String text) {
    return FORM.matcher(text).matches() ? new Word(text) : null;
  }

  @Override
  public String toString() {
    return value;
  }
}
