package dev.sluice.imports;

/** What becomes of a directive. */
public enum Verdict {
  /** It means the same here, and stands in the new file where it is not what is so anyhow. */
  TAKEN("Taken"),
  /** It has a counterpart that is not quite the same. */
  CHANGED("Changed"),
  /** It has no counterpart, or none yet. */
  UNSUPPORTED("Not supported"),
  /** It stands in a section that is switched off. */
  IDLE("Not in force"),
  /** It is of other parts of the other program. */
  OUTSIDE("Not about streaming"),
  /** Nobody here knows it. */
  UNKNOWN("Unknown");

  private final String title;

  Verdict(String title) {
    this.title = title;
  }

  /** As a list of such directives is headed. */
  public String title() {
    return title;
  }
}
