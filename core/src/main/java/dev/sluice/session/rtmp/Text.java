package dev.sluice.session.rtmp;

/** Text of a peer, made fit for a sentence of ours. */
final class Text {
  private static final int MAX_CHARS = 64;

  private Text() {}

  /** At most 64 characters between quotation marks, none of them a control character. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .limit(MAX_CHARS)
        .forEach(c -> quoted.append(Character.isISOControl(c) ? '.' : (char) c));
    return quoted.append(text.length() > MAX_CHARS ? "…\"" : "\"").toString();
  }
}
