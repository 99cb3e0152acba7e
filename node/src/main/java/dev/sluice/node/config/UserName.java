package dev.sluice.node.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a user.
 *
 * @param value 1 to 64 characters that can stand in a URL and in a log as they are
 */
public record UserName(String value) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~@-]{1,64}");

  /** Reads a name; null when it is none. */
  public static @Nullable UserName parse(String text) {
    return FORM.matcher(text).matches() ? new UserName(text) : null;
  }

  @Override
  public String toString() {
    return value;
  }
}
