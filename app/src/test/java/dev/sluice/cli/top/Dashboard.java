package dev.sluice.cli.top;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the panels of a dashboard of Grafana ask of Prometheus. */
final class Dashboard {
  private Dashboard() {}

  /** The queries of all panels and variables. */
  static List<Query> read(Path file) throws IOException {
    var dashboard = new JsonObject(Files.readString(file));
    List<Query> queries = new ArrayList<>();
    panels(dashboard.getJsonArray("panels"), queries);
    for (Object each : dashboard.getJsonObject("templating").getJsonArray("list")) {
      JsonObject variable = (JsonObject) each;
      if (variable.getString("type").equals("query")) {
        String name = "$" + variable.getString("name");
        queries.add(new Query(name, variable.getJsonObject("query").getString("query"), ""));
      }
    }
    return queries;
  }

  private static void panels(JsonArray panels, List<Query> queries) {
    for (Object each : panels) {
      JsonObject panel = (JsonObject) each;
      JsonArray targets = panel.getJsonArray("targets", new JsonArray());
      boolean row = panel.getString("type").equals("row");
      if (!row && targets.isEmpty()) {
        throw new AssertionError("a panel that asks for nothing: " + panel.getString("title"));
      }
      for (Object target : targets) {
        JsonObject query = (JsonObject) target;
        queries.add(
            new Query(
                panel.getString("title"),
                query.getString("expr"),
                query.getString("legendFormat", "")));
      }
      panels(panel.getJsonArray("panels", new JsonArray()), queries);
    }
  }

  /**
   * A query in PromQL, as far as it says which metrics and labels it is about.
   *
   * @param legend names labels in double braces
   */
  record Query(String panel, String expression, String legend) {
    private static final Pattern TOKEN =
        Pattern.compile(
            "\\s*(?:(?<string>\"(?:[^\"\\\\]|\\\\.)*\")|(?<number>[0-9][0-9.e]*[smhd]?)"
                + "|(?<word>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?<variable>\\$[a-zA-Z_]+)"
                + "|(?<sign>=~|!~|!=|==|>=|<=|[-+*/%^(){}\\[\\],=<>]))");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");
    private static final Set<String> FUNCTIONS =
        Set.of(
            "sum",
            "max",
            "min",
            "avg",
            "count",
            "rate",
            "irate",
            "increase",
            "topk",
            "clamp_min",
            "label_values");
    private static final Set<String> GROUPING = Set.of("by", "without");

    private List<String> tokens() {
      List<String> tokens = new ArrayList<>();
      Matcher token = TOKEN.matcher(expression);
      int at = 0;
      while (at < expression.stripTrailing().length()) {
        if (!token.find(at) || token.start() != at) {
          throw new AssertionError(panel + ": not understood: " + expression.substring(at));
        }
        tokens.add(token.group().strip());
        at = token.end();
      }
      return tokens;
    }

    /** The metrics that it names. */
    Set<String> metrics() {
      Set<String> metrics = new LinkedHashSet<>();
      List<String> tokens = tokens();
      int braces = 0;
      for (int i = 0; i < tokens.size(); i++) {
        String token = tokens.get(i);
        braces += token.equals("{") ? 1 : token.equals("}") ? -1 : 0;
        boolean word = Character.isLetter(token.charAt(0));
        if (word && GROUPING.contains(token)) {
          i = tokens.subList(i, tokens.size()).indexOf(")") + i; // labels
        } else if (word
            && braces == 0
            && !isLabelOfValues(tokens, i)
            && !FUNCTIONS.contains(token)) {
          metrics.add(token);
        }
      }
      return metrics;
    }

    /** The label in {@code label_values(metric, label)}. */
    private static boolean isLabelOfValues(List<String> tokens, int at) {
      return tokens.getFirst().equals("label_values")
          && tokens.get(at - 1 < 0 ? 0 : at - 1).equals(",");
    }

    /** The labels that it matches, groups by or shows. */
    Set<String> labels() {
      Set<String> labels = new LinkedHashSet<>();
      List<String> tokens = tokens();
      for (int i = 0; i < tokens.size(); i++) {
        if (GROUPING.contains(tokens.get(i))) {
          int end = tokens.subList(i, tokens.size()).indexOf(")") + i;
          tokens.subList(i + 2, end).stream()
              .filter(token -> !token.equals(","))
              .forEach(labels::add);
        }
        boolean matched = i > 0 && Set.of("=", "=~", "!=", "!~").contains(tokens.get(i));
        if (matched) {
          labels.add(tokens.get(i - 1));
        }
        if (i > 0 && isLabelOfValues(tokens, i)) {
          labels.add(tokens.get(i));
        }
      }
      Matcher shown = LEGEND.matcher(legend);
      while (shown.find()) {
        labels.add(shown.group(1));
      }
      return labels;
    }

    /** What it names that is not exported; {@code exported} has the labels of each metric. */
    List<String> faults(Map<String, Set<String>> exported) {
      List<String> faults = new ArrayList<>();
      Set<String> known = new LinkedHashSet<>(Set.of("instance", "job")); // Prometheus gives these
      for (String metric : metrics()) {
        if (exported.containsKey(metric)) {
          known.addAll(exported.get(metric));
        } else {
          faults.add("no metric " + metric);
        }
      }
      labels().stream()
          .filter(label -> !known.contains(label))
          .forEach(label -> faults.add("no label " + label));
      if (metrics().isEmpty()) {
        faults.add("no metric at all");
      }
      if (!expression.contains("instance=~\"$instance\"")
          && !expression.startsWith("label_values")) {
        faults.add("is not about the chosen instance");
      }
      return faults;
    }
  }
}
