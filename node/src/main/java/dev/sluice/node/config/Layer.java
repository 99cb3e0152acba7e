package dev.sluice.node.config;

/** Where a value comes from, weakest first. */
public sealed interface Layer {
  /** The line of its text, from 1; 0 when it speaks of none. */
  default int line() {
    return 0;
  }

  /** The column in that line, from 1; 0 when it speaks of none. */
  default int column() {
    return 0;
  }

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

  /**
   * An object of the store.
   *
   * @param revision at which it was changed last; 0 while it is not in the store: what was sent
   * @param line of its text, from 1; 0 speaks of the text as a whole
   * @param column from 1
   */
  record Store(long revision, int line, int column) implements Layer {
    /** Without the line when it is in the store: nobody has seen that text. */
    @Override
    public String toString() {
      if (revision > 0) {
        return "store, revision " + revision;
      }
      return "what was sent" + (line == 0 ? "" : ":" + line + ":" + column);
    }

    /** The same place of a text that does not get into the store. */
    Store refused() {
      return new Store(0, line, column);
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
