package dev.sluice.testkit.rules;

/** A row of a table of rules. */
public interface Rule {
  /** How much a rule binds. */
  enum Level {
    MUST,
    SHOULD
  }

  /** Names it, in capitals; as of an enum. */
  String name();

  /** How much it binds. */
  Level level();

  /** Where the specification says it. */
  String section();

  /** What has to hold, in our words. */
  String sentence();
}
