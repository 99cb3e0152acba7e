package dev.sluice.node.config;

import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what somebody sent to be put into the store.
 *
 * @param revision that it will have there
 */
record SentText(long revision) {
  private static final String OF_ENTRY = "a section with the keys of an entry of streams";
  private static final String OF_STREAMS = "a section for each stream name";
  private static final String IN_FILE = "a section with streams, and others that can be stored";

  /** What was sent is not what can be read. */
  static final class NotTaken extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<Problem> problems;

    NotTaken(List<Problem> problems) {
      this.problems = List.copyOf(problems);
    }

    List<Problem> problems() {
      return problems;
    }
  }

  /** A place of it; 0 and 0 for all of it. */
  Layer place(int line, int column) {
    return new Layer.Store(revision, line, column);
  }

  private YamlText.@Nullable Node read(String text, String path) throws NotTaken {
    List<Problem> problems = new ArrayList<>();
    YamlText.Node root = YamlText.read(this::place, text, problems::add);
    if (root != null) {
      StoredText.check(root, path, problems::add);
    }
    if (!problems.isEmpty()) {
      throw new NotTaken(problems);
    }
    return root;
  }

  /** The keys of one part. */
  YamlText.Mapping keys(String text, Part part) throws NotTaken {
    return mapping(read(text, part.toString()), part.toString(), allowed(part));
  }

  private static String allowed(Part part) {
    return switch (part) {
      case Part.Entry _ -> OF_ENTRY;
      case Part.Whole section -> "a section with the keys of " + section;
    };
  }

  private YamlText.Mapping mapping(YamlText.@Nullable Node node, String path, String allowed)
      throws NotTaken {
    if (node instanceof YamlText.Mapping mapping) {
      return mapping;
    }
    Layer at = node == null ? place(0, 0) : node.at();
    String found =
        switch (node) {
          case null -> "nothing";
          case YamlText.Scalar _ -> "a single value";
          case YamlText.Mapping _, YamlText.Sequence _ -> "a list";
        };
    throw new NotTaken(List.of(new Problem(at, path, found, allowed)));
  }

  /** The parts of a file that has nothing else. */
  Map<Part, YamlText.Mapping> file(String text) throws NotTaken {
    Map<Part, YamlText.Mapping> parts = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    Set<String> before = new HashSet<>();
    for (YamlText.Entry entry : mapping(read(text, ""), "", IN_FILE).entries()) {
      YamlText.Scalar key = (YamlText.Scalar) entry.key(); // as has been checked
      String name = key.text();
      Part section = Part.section(name);
      if (!before.add(name)) {
        problems.add(new Problem(key.at(), name, "the key a second time", "each key once"));
      } else if (section == null && !name.equals(Part.STREAMS)) {
        String allowed = "streams, " + String.join(", ", Part.sections());
        problems.add(new Problem(key.at(), name, "a key that the store does not have", allowed));
      } else if (section != null && !isNothing(entry.value())) {
        parts.put(section, mapping(entry.value(), name, allowed(section)));
      } else if (!isNothing(entry.value())) {
        for (YamlText.Entry each : mapping(entry.value(), name, OF_STREAMS).entries()) {
          add(parts, each, problems);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new NotTaken(problems);
    }
    return parts;
  }

  private void add(Map<Part, YamlText.Mapping> parts, YamlText.Entry entry, List<Problem> problems)
      throws NotTaken {
    YamlText.Scalar key = (YamlText.Scalar) entry.key();
    try {
      Part part = new Part.Entry(StreamSelector.parse(key.text()));
      YamlText.Mapping keys =
          isNothing(entry.value())
              ? new YamlText.Mapping(List.of(), entry.value().at())
              : mapping(entry.value(), part.toString(), OF_ENTRY);
      if (parts.put(part, keys) != null) {
        problems.add(new Problem(key.at(), part.toString(), "a second one", "each name once"));
      }
    } catch (MalformedException wrong) {
      problems.add(
          new Problem(
              key.at(),
              Part.STREAMS,
              Problem.quote(key.text()) + " (" + wrong.getMessage() + ")",
              ConfigParser.STREAM_NAMES));
    }
  }

  private static boolean isNothing(YamlText.Node node) {
    return node instanceof YamlText.Scalar scalar && scalar.isNothing();
  }
}
