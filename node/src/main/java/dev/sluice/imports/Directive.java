package dev.sluice.imports;

/**
 * One line of the table of directives of another server.
 *
 * @param path names of blocks and directive with dots between; {@code *} as the last part stands
 *     for whatever a block has
 * @param verdict what usually becomes of it
 * @param counterpart the keys of ours, separated by commas; empty for none
 * @param reason a sentence for whoever used it; may be empty where it is taken
 * @param rule how its value becomes one of ours
 */
record Directive(String path, Verdict verdict, String counterpart, String reason, Rule rule) {
  /** It is taken by {@code rule}. */
  static Directive taken(String path, Rule rule) {
    return new Directive(path, Verdict.TAKEN, shown(rule), "", rule);
  }

  /** It is taken, for what it asks for is always so. */
  static Directive always(String path, String reason) {
    return new Directive(path, Verdict.TAKEN, "", reason, new Rule.None());
  }

  /** It is taken by {@code rule} and is not quite the same. */
  static Directive changed(String path, Rule rule, String reason) {
    return new Directive(path, Verdict.CHANGED, shown(rule), reason, rule);
  }

  private static String shown(Rule rule) {
    return rule.key().replace("streams.", "streams.NAME.");
  }

  /** It is looked at by code of its own, which finds the verdict, too. */
  static Directive byHand(String path, String counterpart, String reason) {
    return new Directive(path, Verdict.CHANGED, counterpart, reason, new Rule.ByHand());
  }

  /** It has no counterpart. */
  static Directive none(String path, String reason) {
    return new Directive(path, Verdict.UNSUPPORTED, "", reason, new Rule.None());
  }
}
