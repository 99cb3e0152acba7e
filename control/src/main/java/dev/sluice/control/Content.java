package dev.sluice.control;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What an object holds.
 *
 * @param schema version of the form of {@code body}, from 1; see {@link Schema}
 * @param body text, at most {@value #MAX_BYTES} bytes of UTF-8; it may hold secrets
 */
public record Content(int schema, String body) {
  /** Bytes of a body. */
  public static final int MAX_BYTES = 1 << 20;

  public Content {
    if (schema < 1) {
      throw new IllegalArgumentException("schema " + schema + "; the first is 1");
    }
    int bytes = body.getBytes(UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a body of %d bytes; allowed are %d".formatted(bytes, MAX_BYTES));
    }
  }

  /** Without the body, which may hold secrets. */
  @Override
  public String toString() {
    return "schema " + schema + ", " + body.length() + " characters";
  }
}
