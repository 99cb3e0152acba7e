package dev.sluice.node.config;

import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what somebody sent to be put into the store.
 *
 * @param revision that it will have there
 */
record SentText(long revision) {
  static final String STREAMS = "streams";
  private static final String ALLOWED = "a section with the keys of an entry of streams";

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

  /** The path of an entry. */
  static String path(StreamSelector selector) {
    return STREAMS + "." + selector;
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

  /** The keys of one entry. */
  YamlText.Mapping entry(String text, StreamSelector selector) throws NotTaken {
    String path = path(selector);
    return mapping(read(text, path), path);
  }

  private YamlText.Mapping mapping(YamlText.@Nullable Node node, String path) throws NotTaken {
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
    throw new NotTaken(List.of(new Problem(at, path, found, ALLOWED)));
  }

  /** The entries of a file that has nothing else. */
  Map<StreamSelector, YamlText.Mapping> file(String text) throws NotTaken {
    YamlText.Mapping root = mapping(read(text, ""), "");
    Map<StreamSelector, YamlText.Mapping> entries = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    boolean before = false;
    for (YamlText.Entry entry : root.entries()) {
      YamlText.Scalar key = (YamlText.Scalar) entry.key(); // as has been checked
      if (!key.text().equals(STREAMS) || before) {
        String found = before ? "the key a second time" : "a key that the store does not have";
        problems.add(new Problem(key.at(), key.text(), found, "streams, once"));
      } else if (!isNothing(entry.value())) {
        before = true;
        for (YamlText.Entry each : mapping(entry.value(), STREAMS).entries()) {
          add(entries, each, problems);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new NotTaken(problems);
    }
    return entries;
  }

  private void add(
      Map<StreamSelector, YamlText.Mapping> entries, YamlText.Entry entry, List<Problem> problems)
      throws NotTaken {
    YamlText.Scalar key = (YamlText.Scalar) entry.key();
    try {
      StreamSelector selector = StreamSelector.parse(key.text());
      YamlText.Mapping keys =
          isNothing(entry.value())
              ? new YamlText.Mapping(List.of(), entry.value().at())
              : mapping(entry.value(), path(selector));
      if (entries.put(selector, keys) != null) {
        problems.add(new Problem(key.at(), path(selector), "a second one", "each name once"));
      }
    } catch (MalformedException wrong) {
      problems.add(
          new Problem(
              key.at(),
              STREAMS,
              Problem.quote(key.text()) + " (" + wrong.getMessage() + ")",
              ConfigParser.STREAM_NAMES));
    }
  }

  private static boolean isNothing(YamlText.Node node) {
    return node instanceof YamlText.Scalar scalar && scalar.isNothing();
  }
}
