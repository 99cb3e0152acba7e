package dev.sluice.node.log;

/** Characters that would change the look or the number of lines. */
final class Escapes {
  private static final String HEX = "0123456789abcdef";

  private Escapes() {}

  /**
   * Appends at most {@code limit} characters of {@code text}, those in need of it as {@code \}
   * escapes of JSON; what was cut off is marked by {@code …}.
   *
   * @param quoted whether double quotes and backslashes are escaped as well
   */
  static void append(String text, int limit, boolean quoted, StringBuilder out) {
    int length = Math.min(text.length(), limit);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '"', '\\' -> out.append(quoted ? "\\" : "").append(c);
        default -> {
          if (isUnsafe(c)) {
            unicode(c, out);
          } else {
            out.append(c);
          }
        }
      }
    }
    if (text.length() > limit) {
      out.append('…');
    }
  }

  /** Control characters, line separators, and what turns the direction of writing. */
  static boolean isUnsafe(char c) {
    return c < ' '
        || (c >= 0x7F && c <= 0x9F)
        || c == 0x061C
        || (c >= 0x200E && c <= 0x200F)
        || (c >= 0x2028 && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xFEFF;
  }

  private static void unicode(char c, StringBuilder out) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt((c >> shift) & 15));
    }
  }
}
