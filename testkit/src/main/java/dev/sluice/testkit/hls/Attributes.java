package dev.sluice.testkit.hls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of one tag, and what is wrong with them (rfc8216bis, section 4.2).
 *
 * @param tag whose they are
 * @param values as they stand there
 * @param faults sentences
 */
record Attributes(String tag, Map<String, String> values, List<String> faults) {
  private static final Pattern ATTRIBUTE =
      Pattern.compile("([A-Z0-9-]+)=(\"[^\"\\r\\n]*\"|[^\",\\s][^\",]*)(?:,|$)");

  static Attributes of(String tag, String text) {
    Map<String, String> values = new HashMap<>();
    List<String> faults = new ArrayList<>();
    Matcher attributes = ATTRIBUTE.matcher(text);
    int at = 0;
    while (attributes.find() && attributes.start() == at) {
      if (values.put(attributes.group(1), attributes.group(2)) != null) {
        faults.add("%s has %s twice".formatted(tag, attributes.group(1)));
      }
      at = attributes.end();
    }
    if (at < text.length()) {
      faults.add("%s has no attribute at: %s".formatted(tag, text.substring(at)));
    }
    return new Attributes(tag, values, faults);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Without quotation marks; null when it is not there. */
  @Nullable String get(String name) {
    String value = values.get(name);
    return value != null && value.startsWith("\"") ? value.substring(1, value.length() - 1) : value;
  }

  /** Empty when it is not there. */
  String text(String name) {
    String value = get(name);
    return value == null ? "" : value;
  }

  boolean yes(String name) {
    return "YES".equals(values.get(name));
  }

  /** Nanoseconds; −1 when there is no such number. */
  long seconds(String name) {
    return PlaylistText.seconds(text(name));
  }

  /** −1 when there is no such number. */
  long number(String name) {
    return PlaylistText.number(text(name));
  }
}
