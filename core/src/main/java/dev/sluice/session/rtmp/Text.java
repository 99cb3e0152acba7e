package dev.sluice.session.rtmp;

/** Text of a peer, made fit for a sentence of ours. */
final class Text {
  private static final int MAX_CHARS = 200;

  private Text() {}

  /** At most 200 characters, a dot for each control character. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    text.chars()
        .limit(MAX_CHARS)
        .forEach(c -> plain.append(Character.isISOControl(c) ? '.' : (char) c));
    return text.length() > MAX_CHARS ? plain.append('…').toString() : plain.toString();
  }

  /** What stands before the query, fit for a sentence. */
  static String withoutQuery(String text) {
    int query = text.indexOf('?');
    return query < 0 ? plain(text) : plain(text.substring(0, query)) + "?…";
  }

  /** As {@link #plain}, between quotation marks. */
  static String quoted(String text) {
    return "\"" + plain(text) + "\"";
  }
}
