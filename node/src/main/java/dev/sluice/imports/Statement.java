package dev.sluice.imports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One directive of a file as it stands there: {@code name argument…;} or {@code name argument…
 * {…}}.
 *
 * @param arguments without their quotes
 * @param block what stands between the braces; empty when there are none
 * @param hasBlock whether there are braces
 * @param place of the name
 */
record Statement(
    String name, List<String> arguments, List<Statement> block, boolean hasBlock, Place place) {
  Statement {
    arguments = List.copyOf(arguments);
    block = List.copyOf(block);
  }

  /** One without a block. */
  static Statement of(String name, List<String> arguments, Place place) {
    return new Statement(name, arguments, List.of(), false, place);
  }

  /** The first argument; empty when there is none. */
  String value() {
    return arguments.isEmpty() ? "" : arguments.getFirst();
  }

  /** The first statement of the block with this name; null when it has none. */
  @Nullable Statement first(String child) {
    for (Statement statement : block) {
      if (statement.name.equals(child)) {
        return statement;
      }
    }
    return null;
  }

  /** Whether {@code statement} is the first of its name in the block. */
  boolean isFirst(Statement statement) {
    Statement first = first(statement.name);
    return first != null && first.place.equals(statement.place);
  }

  /** All statements of the block with this name. */
  List<Statement> all(String child) {
    return block.stream().filter(statement -> statement.name.equals(child)).toList();
  }

  /** This one with another block. */
  Statement with(List<Statement> other) {
    return new Statement(name, arguments, other, true, place);
  }

  /** This one with another name. */
  Statement named(String other) {
    return new Statement(other, arguments, block, hasBlock, place);
  }
}
