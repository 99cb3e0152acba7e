package dev.sluice.wire.dash;

import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An element of a description with all that is in it.
 *
 * @param name without its namespace, which is that of the description
 * @param line where it begins
 * @param attributes those without a namespace
 * @param children in their order
 * @param text all of it, without white space at its ends
 */
record XmlElement(
    String name, int line, Map<String, String> attributes, List<XmlElement> children, String text) {

  /** Says where a fault is. */
  MalformedException fault(String message) {
    return new MalformedException("line %d: %s: %s".formatted(line, name, message));
  }

  private <T> T value(String attribute, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (MalformedException broken) {
      throw fault("%s is %s".formatted(attribute, broken.getMessage()));
    }
  }

  /** Without white space at its ends; null when absent. */
  @Nullable String string(String attribute) {
    String value = attributes.get(attribute);
    return value == null ? null : value.strip();
  }

  String requiredString(String attribute) {
    String value = string(attribute);
    if (value == null) {
      throw fault("attribute %s is missing".formatted(attribute));
    }
    return value;
  }

  /** Texts between commas; none when absent. */
  List<String> list(String attribute) {
    String value = string(attribute);
    if (value == null) {
      return List.of();
    }
    return Arrays.stream(value.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  /** What {@code reader} makes of it; null when absent. */
  <T> @Nullable T parsed(String attribute, Function<String, T> reader) {
    String value = string(attribute);
    return value == null ? null : value(attribute, value, reader);
  }

  private <T> T parsed(String attribute, Function<String, T> reader, T absent) {
    String value = string(attribute);
    return value == null ? absent : value(attribute, value, reader);
  }

  /** A number that is not negative; {@code absent} when it is not there. */
  long integer(String attribute, long absent) {
    return integer(attribute, absent, 0, Long.MAX_VALUE);
  }

  long integer(String attribute, long absent, long least, long most) {
    return parsed(attribute, text -> XmlValues.integer(text, least, most), absent);
  }

  int small(String attribute, int absent, int least, int most) {
    return (int) integer(attribute, absent, least, most);
  }

  long requiredInteger(String attribute, long least) {
    String value = requiredString(attribute);
    return value(attribute, value, text -> XmlValues.integer(text, least, Long.MAX_VALUE));
  }

  boolean yes(String attribute) {
    return parsed(attribute, XmlValues::bool, false);
  }

  /** Nanoseconds; {@link Mpd#UNSET} when absent. */
  long duration(String attribute) {
    return parsed(attribute, XmlValues::duration, Mpd.UNSET);
  }

  /** Nanoseconds since the Unix epoch; {@link Mpd#UNSET} when absent. */
  long date(String attribute) {
    return parsed(attribute, XmlValues::date, Mpd.UNSET);
  }

  /** Nanoseconds, {@link Mpd#INFINITE} for INF; {@link Mpd#UNSET} when absent. */
  long seconds(String attribute) {
    return parsed(
        attribute, text -> text.equals("INF") ? Mpd.INFINITE : XmlValues.seconds(text), Mpd.UNSET);
  }

  /** All children of a name, read. */
  <T> List<T> all(String child, Function<XmlElement, T> reader) {
    List<T> found = new ArrayList<>();
    for (XmlElement element : children) {
      if (element.name.equals(child)) {
        found.add(reader.apply(element));
      }
    }
    return found;
  }

  /** The only child of a name, read; null when there is none. */
  <T> @Nullable T only(String child, Function<XmlElement, T> reader) {
    List<T> found = all(child, reader);
    if (found.size() > 1) {
      throw fault("%s comes %d times".formatted(child, found.size()));
    }
    return found.isEmpty() ? null : found.getFirst();
  }
}
