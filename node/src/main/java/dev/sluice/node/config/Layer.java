package dev.sluice.node.config;

/** Where a value comes from, weakest first. */
public sealed interface Layer {

  /** Nobody has set it. */
  record Default() implements Layer {
    @Override
    public String toString() {
      return "default";
    }
  }

  /**
   * The file.
   *
   * @param line from 1; 0 speaks of the file as a whole
   * @param column from 1
   */
  record File(String name, int line, int column) implements Layer {
    @Override
    public String toString() {
      return line == 0 ? name : name + ":" + line + ":" + column;
    }
  }

  /** An environment variable. */
  record Environment(String variable) implements Layer {
    @Override
    public String toString() {
      return "environment variable " + variable;
    }
  }
}
