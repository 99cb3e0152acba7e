package dev.sluice.node.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration was refused; nothing of it holds. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** All that is wrong, in the order of the file, then of the environment. */
  public ConfigException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong, in the order of the file, then of the environment. */
  public List<Problem> problems() {
    return problems;
  }
}
