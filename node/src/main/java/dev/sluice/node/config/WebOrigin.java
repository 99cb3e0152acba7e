package dev.sluice.node.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a web page (RFC 6454): scheme, host and port, or {@code *} for any.
 *
 * @param value as a browser's {@code Origin} header has it: lower case, without a trailing slash
 */
public record WebOrigin(String value) {
  /** Every origin. */
  public static final WebOrigin ANY = new WebOrigin("*");

  private static final int MAX_LENGTH = 270;
  private static final Pattern FORM =
      Pattern.compile("https?://(?:[a-z0-9._-]+|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?");

  /** Reads {@code *} or {@code https://host[:port]}; null when it is neither. */
  public static @Nullable WebOrigin parse(String text) {
    if (text.equals(ANY.value)) {
      return ANY;
    }
    boolean valid = text.length() <= MAX_LENGTH && FORM.matcher(text).matches();
    return valid ? new WebOrigin(text) : null;
  }

  @Override
  public String toString() {
    return value;
  }
}
