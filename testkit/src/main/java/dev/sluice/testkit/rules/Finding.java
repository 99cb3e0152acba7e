package dev.sluice.testkit.rules;

/**
 * A rule that was broken.
 *
 * @param rule which one
 * @param where what was looked at: the URI of a playlist and when it was loaded, say
 * @param what was found
 */
public record Finding(Rule rule, String where, String what) {
  @Override
  public String toString() {
    return "%s %s (%s): %s: %s".formatted(rule.level(), rule.name(), rule.section(), where, what);
  }
}
