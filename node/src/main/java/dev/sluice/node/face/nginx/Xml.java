package dev.sluice.node.face.nginx;

/** An XML document (XML 1.0) as it is written: elements with text, and empty ones. */
final class Xml {
  private final StringBuilder text =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n");

  /** Begins an element; its name is ours. */
  Xml open(String name) {
    text.append('<').append(name).append(">\n");
    return this;
  }

  /** Ends it. */
  Xml close(String name) {
    text.append("</").append(name).append(">\n");
    return this;
  }

  /** An element with a number in it. */
  Xml put(String name, long number) {
    return put(name, Long.toString(number));
  }

  /** An element with text in it, whatever the text is. */
  Xml put(String name, String content) {
    text.append('<').append(name).append('>');
    content.codePoints().forEach(this::character);
    text.append("</").append(name).append(">\n");
    return this;
  }

  /** The same; nothing when the text is empty. */
  Xml putIfAny(String name, String content) {
    return content.isEmpty() ? this : put(name, content);
  }

  /** An element that says by being there that something is so. */
  Xml flag(String name, boolean so) {
    if (so) {
      text.append('<').append(name).append("/>");
    }
    return this;
  }

  private void character(int c) {
    switch (c) {
      case '&' -> text.append("&amp;");
      case '<' -> text.append("&lt;");
      case '>' -> text.append("&gt;");
      case '"' -> text.append("&quot;");
      case '\'' -> text.append("&apos;");
      default -> text.appendCodePoint(isAllowed(c) ? c : '\uFFFD');
    }
  }

  /** Section 2.2: what may stand in a document at all, however it is written. */
  private static boolean isAllowed(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || c >= 0x20 && c <= 0xD7FF
        || c >= 0xE000 && c <= 0xFFFD
        || c >= 0x10000;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
