package dev.sluice.cli.top;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands in the text that Prometheus scrapes (text format 0.0.4). */
final class Prometheus {
  private static final Pattern SAMPLE =
      Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)$");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** A sample: name and labels in their order. */
  record Series(String name, Map<String, String> labels) {}

  private final Map<Series, Double> values = new LinkedHashMap<>();
  private final Map<String, Set<String>> labelNames = new TreeMap<>();

  static Prometheus read(String text) {
    var read = new Prometheus();
    for (String line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
      Matcher sample = SAMPLE.matcher(line);
      if (!sample.matches()) {
        throw new AssertionError("no sample: " + line);
      }
      Map<String, String> labels = new TreeMap<>();
      if (sample.group(2) != null) {
        Matcher label = LABEL.matcher(sample.group(2));
        while (label.find()) {
          labels.put(label.group(1), label.group(2));
        }
      }
      String name = sample.group(1);
      read.labelNames.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(labels.keySet());
      read.values.put(new Series(name, labels), number(sample.group(3)));
    }
    return read;
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace("Inf", "Infinity"));
  }

  /** All samples. */
  Map<Series, Double> values() {
    return values;
  }

  /** Names of metrics, each with the names of its labels. */
  Map<String, Set<String>> labelNames() {
    return labelNames;
  }

  /** One value; not a number when there is none. */
  double value(String name, String... labels) {
    Map<String, String> wanted = new TreeMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      wanted.put(labels[i], labels[i + 1]);
    }
    return values.getOrDefault(new Series(name, wanted), Double.NaN);
  }
}
