package dev.sluice.testkit.rules;

import java.util.List;

/** Rules as a table of a page. */
public final class RuleTable {
  private RuleTable() {}

  /** A table in Markdown, in the order of {@code rules}. */
  public static String render(List<? extends Rule> rules) {
    StringBuilder out = new StringBuilder();
    out.append("| rule | level | section | what holds |\n| --- | --- | --- | --- |\n");
    for (Rule rule : rules) {
      out.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(rule.name(), rule.level(), rule.section(), rule.sentence()));
    }
    return out.toString();
  }
}
