package dev.sluice.wire.hls;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of a tag (RFC 8216bis, section 4.2), in their order.
 *
 * @param values texts as they stand there, quotation marks included
 */
record AttributeList(Map<String, String> values) {
  /** Attributes of one tag. */
  static final int MAX_ATTRIBUTES = 64;

  private static final String YES = "YES";

  /**
   * Reads all of {@code text}.
   *
   * @throws MalformedException when it is no list, or a name comes twice
   */
  static AttributeList read(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    int at = 0;
    while (at < text.length()) {
      int equals = text.indexOf('=', at);
      if (equals < 0) {
        throw new MalformedException("an attribute without a value: " + text.substring(at));
      }
      String name = name(text.substring(at, equals).strip());
      int end = valueEnd(text, equals + 1);
      String value = text.substring(equals + 1, end).strip();
      if (values.put(name, value) != null) {
        throw new MalformedException("attribute " + name + " comes twice");
      }
      if (values.size() > MAX_ATTRIBUTES) {
        throw new MalformedException("more than " + MAX_ATTRIBUTES + " attributes");
      }
      at = end + 1;
    }
    return new AttributeList(values);
  }

  private static String name(String name) {
    boolean valid =
        !name.isEmpty()
            && name.chars().allMatch(c -> c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-');
    if (!valid) {
      throw new MalformedException("no name of an attribute: " + name);
    }
    return name;
  }

  private static int valueEnd(String text, int from) {
    if (from < text.length() && text.charAt(from) == '"') {
      int quote = text.indexOf('"', from + 1);
      if (quote < 0) {
        throw new MalformedException("a quotation mark is missing: " + text.substring(from));
      }
      int comma = text.indexOf(',', quote);
      int end = comma < 0 ? text.length() : comma;
      if (!text.substring(quote + 1, end).isBlank()) {
        throw new MalformedException("text behind a quotation: " + text.substring(from, end));
      }
      return end;
    }
    int comma = text.indexOf(',', from);
    return comma < 0 ? text.length() : comma;
  }

  /** The text of an enumerated string, or of anything that is not quoted; null when absent. */
  @Nullable String text(String name) {
    return values.get(name);
  }

  /** As {@link #text} of an attribute that has to be there. */
  String requiredText(String name) {
    return required(name, text(name));
  }

  /** A quoted string without its quotation marks; null when absent. */
  @Nullable String quoted(String name) {
    String value = values.get(name);
    if (value == null) {
      return null;
    }
    if (value.length() < 2 || value.charAt(0) != '"') {
      throw new MalformedException("attribute %s is not quoted: %s".formatted(name, value));
    }
    String text = value.substring(1, value.length() - 1);
    if (!isQuotable(text)) {
      throw new MalformedException("attribute %s has control characters".formatted(name));
    }
    return text;
  }

  /**
   * Control characters have no place in a playlist (section 4.1), nor quotation marks in quotes.
   */
  private static boolean isQuotable(String text) {
    return text.chars().noneMatch(c -> c == '"' || c < ' ');
  }

  /** As {@link #quoted} of an attribute that has to be there. */
  String requiredQuoted(String name) {
    return required(name, quoted(name));
  }

  /** Whether an enumerated string is there and is YES. */
  boolean yes(String name) {
    return YES.equals(values.get(name));
  }

  /** A decimal integer; {@code absent} when it is not there. */
  long integer(String name, long absent) {
    String value = values.get(name);
    return value == null ? absent : Decimals.integer(name, value);
  }

  /** Seconds as nanoseconds; {@code absent} when they are not there. */
  long seconds(String name, long absent) {
    String value = values.get(name);
    return value == null ? absent : Decimals.seconds(name, value);
  }

  /** A hexadecimal sequence; null when absent. */
  @Nullable Bytes hexadecimal(String name) {
    String value = values.get(name);
    if (value == null) {
      return null;
    }
    boolean valid =
        value.length() > 2
            && value.length() % 2 == 0
            && value.regionMatches(true, 0, "0x", 0, 2)
            && value.chars().skip(2).allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
    if (!valid) {
      throw new MalformedException(
          "attribute %s is no hexadecimal sequence: %s".formatted(name, value));
    }
    return Bytes.ofHex(value.substring(2));
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new MalformedException("attribute " + name + " is missing");
    }
    return value;
  }

  /** Writes a list, in the order of the calls; what is absent is left out. */
  static final class Writer {
    private final StringBuilder out;
    private boolean first = true;

    /** A writer that appends to {@code out}. */
    Writer(StringBuilder out) {
      this.out = out;
    }

    Writer text(String name, @Nullable String value) {
      if (value != null) {
        begin(name).append(value);
      }
      return this;
    }

    /**
     * Writes a quoted string.
     *
     * @throws IllegalArgumentException when it holds what cannot be quoted
     */
    Writer quoted(String name, @Nullable String value) {
      if (value != null) {
        if (!isQuotable(value)) {
          throw new IllegalArgumentException(name + " cannot be quoted: " + value);
        }
        begin(name).append('"').append(value).append('"');
      }
      return this;
    }

    /** YES when it holds; else nothing, which means NO everywhere. */
    Writer yes(String name, boolean value) {
      return text(name, value ? YES : null);
    }

    Writer integer(String name, long value) {
      begin(name).append(value);
      return this;
    }

    Writer seconds(String name, long nanos) {
      Decimals.writeSeconds(nanos, begin(name));
      return this;
    }

    Writer hexadecimal(String name, @Nullable Bytes value) {
      if (value != null) {
        begin(name).append("0x").append(value.toString().toUpperCase(Locale.ROOT));
      }
      return this;
    }

    private StringBuilder begin(String name) {
      if (!first) {
        out.append(',');
      }
      first = false;
      return out.append(name).append('=');
    }
  }
}
