package dev.sluice.node.config;

/**
 * One thing that is wrong with a configuration. Its text never holds a secret and is one line.
 *
 * @param place where it stands
 * @param key the key's path, such as {@code http.port}; empty when it is not about a key
 * @param found what stands there
 * @param allowed what may stand there
 */
public record Problem(Layer place, String key, String found, String allowed) {
  private static final int MAX_QUOTED = 60;

  /** The text for people: {@code sluice.yaml:3:9: http.port: found "x"; allowed: …}. */
  @Override
  public String toString() {
    return place
        + ": "
        + (key.isEmpty() ? "" : key + ": ")
        + "found "
        + found
        + "; allowed: "
        + allowed;
  }

  /** {@code text} in quotes, cut short, without control characters. */
  static String quote(String text) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), MAX_QUOTED); i++) {
      out.append(Character.isISOControl(text.charAt(i)) ? '?' : text.charAt(i));
    }
    return out.append(text.length() > MAX_QUOTED ? "…\"" : "\"").toString();
  }
}
