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
  private static final int MAX_KEY = 250;
  private static final int MAX_PHRASE = 1_000;

  public Problem {
    key = printable(key, MAX_KEY);
    found = printable(found, MAX_PHRASE);
    allowed = printable(allowed, MAX_PHRASE);
  }

  /** The text for people: {@code sluice.yaml:3:9: http.port: found "x"; allowed: …}. */
  @Override
  public String toString() {
    String about = key.isEmpty() ? "" : key + ": ";
    return place + ": " + about + "found " + found + "; allowed: " + allowed;
  }

  /** {@code text} in quotes, cut short. */
  static String quote(String text) {
    return "\"" + printable(text, MAX_QUOTED) + "\"";
  }

  /** A file's words as they may stand on a terminal. */
  private static String printable(String text, int limit) {
    var out = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), limit); i++) {
      char c = text.charAt(i);
      switch (Character.getType(c)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR ->
            out.append('?');
        default -> out.append(c);
      }
    }
    return out.append(text.length() > limit ? "…" : "").toString();
  }
}
