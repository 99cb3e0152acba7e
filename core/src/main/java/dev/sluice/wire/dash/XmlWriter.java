package dev.sluice.wire.dash;

import static dev.sluice.wire.Checks.checkRange;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes XML, an element a line. What is absent (null, {@link Mpd#UNSET}) is left out. Methods are
 * called in the order {@link #open}, attributes, then children or {@link #text}, {@link #close}.
 */
final class XmlWriter {
  private final StringBuilder out = new StringBuilder(2_048);
  private final Deque<String> open = new ArrayDeque<>();

  /** Whether the start tag of the innermost element may still take attributes. */
  private boolean inTag;

  XmlWriter() {
    out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  }

  XmlWriter open(String name) {
    if (inTag) {
      out.append(">\n");
    }
    out.repeat("  ", open.size()).append('<').append(name);
    open.push(name);
    inTag = true;
    return this;
  }

  XmlWriter close() {
    String name = open.pop();
    if (inTag) {
      out.append("/>\n");
    } else {
      out.repeat("  ", open.size()).append("</").append(name).append(">\n");
    }
    inTag = false;
    return this;
  }

  /** Closes the innermost element behind its text. */
  XmlWriter text(String text) {
    out.append('>');
    escape(text, false);
    out.append("</").append(open.pop()).append(">\n");
    inTag = false;
    return this;
  }

  /** An element that has text and nothing else. */
  XmlWriter element(String name, String text) {
    return open(name).text(text);
  }

  XmlWriter attribute(String name, @Nullable String value) {
    if (value != null) {
      out.append(' ').append(name).append("=\"");
      escape(value, true);
      out.append('"');
    }
    return this;
  }

  XmlWriter attribute(String name, @Nullable Object value) {
    return attribute(name, value == null ? null : value.toString());
  }

  XmlWriter integer(String name, long value) {
    return value == Mpd.UNSET ? this : attribute(name, Long.toString(value));
  }

  /** Left out when it is {@code absent}. */
  XmlWriter integer(String name, long value, long absent) {
    return value == absent ? this : integer(name, value);
  }

  /** Only when it holds: absent means false everywhere. */
  XmlWriter yes(String name, boolean value) {
    return attribute(name, value ? "true" : null);
  }

  /**
   * Writes a duration.
   *
   * @throws IllegalArgumentException when it is negative
   */
  XmlWriter duration(String name, long nanos) {
    if (nanos == Mpd.UNSET) {
      return this;
    }
    return attribute(name, XmlValues.durationText(checkRange(name, nanos, 0, Mpd.INFINITE - 1)));
  }

  XmlWriter date(String name, long utcNs) {
    return attribute(name, utcNs == Mpd.UNSET ? null : XmlValues.dateText(utcNs));
  }

  XmlWriter seconds(String name, long nanos) {
    if (nanos == Mpd.UNSET) {
      return this;
    }
    return attribute(
        name,
        nanos == Mpd.INFINITE
            ? "INF"
            : XmlValues.secondsText(checkRange(name, nanos, 0, Mpd.INFINITE)));
  }

  /** Texts between commas. */
  XmlWriter list(String name, List<String> values) {
    return attribute(name, values.isEmpty() ? null : String.join(",", values));
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException(open.peek() + " is open");
    }
    return out.toString();
  }

  /** XML 1.0, sections 2.2 to 2.4; white space of attributes would be read as blanks (3.3.3). */
  private void escape(String text, boolean inAttribute) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append(inAttribute ? "&quot;" : "\"");
        case '\r' -> out.append("&#13;");
        case '\n' -> out.append(inAttribute ? "&#10;" : "\n");
        case '\t' -> out.append(inAttribute ? "&#9;" : "\t");
        default -> {
          boolean pair =
              Character.isHighSurrogate(c)
                  && i + 1 < text.length()
                  && Character.isLowSurrogate(text.charAt(i + 1));
          if (c < ' ' || c > '\uFFFD' || Character.isSurrogate(c) && !pair) {
            throw new IllegalArgumentException(
                "character U+%04X cannot be in XML".formatted((int) c));
          }
          out.append(c);
          if (pair) {
            out.append(text.charAt(++i));
          }
        }
      }
    }
  }
}
