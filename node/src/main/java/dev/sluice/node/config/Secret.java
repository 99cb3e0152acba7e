package dev.sluice.node.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text that must not be seen: its {@link #toString} does not tell it.
 *
 * @param value 8 to 256 characters that can stand in a URL as they are
 */
public record Secret(String value) {
  /** What stands in its place. */
  static final String HIDDEN = "(hidden)";

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~-]{8,256}");

  /** Reads a secret; null when it is too short, too long or has other characters. */
  public static @Nullable Secret parse(String text) {
    return FORM.matcher(text).matches() ? new Secret(text) : null;
  }

  /** Does not tell the secret. */
  @Override
  public String toString() {
    return HIDDEN;
  }
}
