package dev.sluice.node.config;

import dev.sluice.node.config.KeyTree.Leaf;
import dev.sluice.node.config.KeyTree.Member;
import dev.sluice.node.config.KeyTree.Named;
import dev.sluice.node.config.KeyTree.Section;
import dev.sluice.node.config.KeyTree.Sections;
import dev.sluice.node.config.ValueType.ListOf;
import dev.sluice.node.config.ValueType.WholeNumber;
import dev.sluice.node.config.ValueType.YesNo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Entries of {@code streams} as text of one form: YAML in ASCII, a key a line, as the store and the
 * export have them. What is written here is read as the same by {@link YamlText}.
 */
final class StoredText {
  /** What stands in place of a secret. */
  static final String HIDDEN = "(hidden)";

  private static final String INDENT = "  ";
  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9./][A-Za-z0-9./_-]*");
  private static final Section KEYS = keys();

  private StoredText() {}

  private static Section keys() {
    for (Member member : KeyTree.ROOT.members()) {
      if (member.node() instanceof Named named) {
        return named.section();
      }
    }
    throw new IllegalStateException("there are no entries by name");
  }

  // ---- as text

  /** All of {@code mapping}, secrets too. */
  static String write(YamlText.Mapping mapping) {
    var out = new StringBuilder();
    if (!write(mapping, "", out)) {
      out.append("{}\n");
    }
    return out.toString();
  }

  /**
   * Many entries as a file that {@link ConfigParser} reads.
   *
   * @param entries by their names
   */
  static String write(Map<StreamSelector, YamlText.Mapping> entries) {
    if (entries.isEmpty()) {
      return "streams: {}\n";
    }
    var out = new StringBuilder("streams:\n");
    entries.forEach((selector, keys) -> {
      out.append(INDENT).append(scalar(selector.toString())).append(':');
      int end = out.length();
      if (write(keys, INDENT + INDENT, out.append('\n'))) {
        return;
      }
      out.setLength(end);
      out.append(" {}\n");
    });
    return out.toString();
  }

  /** Whether there was anything to write. */
  private static boolean write(YamlText.Mapping mapping, String indent, StringBuilder out) {
    boolean any = false;
    for (YamlText.Entry entry : mapping.entries()) {
      if (entry.value() instanceof YamlText.Scalar scalar && scalar.isNothing()) {
        continue; // which says as much as no such key
      }
      out.append(indent).append(key(entry.key())).append(':');
      value(entry.value(), indent + INDENT, out);
      any = true;
    }
    return any;
  }

  private static String key(YamlText.Node key) {
    if (!(key instanceof YamlText.Scalar scalar)) {
      throw new IllegalArgumentException("a key that is no single value"); // has been refused
    }
    return scalar(scalar.text());
  }

  /** What stands behind a colon, with its line's end. */
  private static void value(YamlText.Node value, String indent, StringBuilder out) {
    switch (value) {
      case YamlText.Scalar scalar ->
          out.append(' ').append(scalar.isNothing() ? "null" : scalar(scalar.text())).append('\n');
      case YamlText.Mapping mapping -> {
        int end = out.length();
        if (!write(mapping, indent, out.append('\n'))) {
          out.setLength(end);
          out.append(" {}\n");
        }
      }
      case YamlText.Sequence sequence when sequence.items().isEmpty() -> out.append(" []\n");
      case YamlText.Sequence sequence -> {
        out.append('\n');
        for (YamlText.Node item : sequence.items()) {
          out.append(indent).append('-');
          value(item, indent + INDENT, out);
        }
      }
    }
  }

  private static String scalar(String text) {
    if (BARE.matcher(text).matches() && !text.equals("null")) {
      return text;
    }
    var out = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            out.append('\\').append((char) c);
          } else if (c >= ' ' && c < 0x7F) {
            out.append((char) c);
          } else {
            out.append(c > 0xFFFF ? "\\U%08X".formatted(c) : "\\u%04X".formatted(c));
          }
        });
    return out.append('"').toString();
  }

  // ---- together

  /** The keys of {@code over}, and those of {@code under} that it does not have. */
  static YamlText.Mapping over(YamlText.Mapping over, YamlText.Mapping under) {
    Set<String> named = new HashSet<>();
    for (YamlText.Entry entry : over.entries()) {
      if (entry.key() instanceof YamlText.Scalar key) {
        named.add(key.text());
      }
    }
    List<YamlText.Entry> entries = new ArrayList<>();
    for (YamlText.Entry entry : under.entries()) {
      if (!(entry.key() instanceof YamlText.Scalar key) || !named.contains(key.text())) {
        entries.add(entry);
      }
    }
    entries.addAll(over.entries());
    return new YamlText.Mapping(List.copyOf(entries), over.at());
  }

  /** Without the keys that it says to be nothing, which are written as little as those it lacks. */
  static YamlText.Mapping said(YamlText.Mapping mapping) {
    List<YamlText.Entry> said =
        mapping.entries().stream()
            .filter(it -> !(it.value() instanceof YamlText.Scalar value && value.isNothing()))
            .toList();
    return new YamlText.Mapping(said, mapping.at());
  }

  /** The same as if all of it stood at one place. */
  static YamlText.Mapping at(YamlText.Mapping mapping, Layer place) {
    List<YamlText.Entry> entries =
        mapping.entries().stream()
            .map(it -> new YamlText.Entry(at(it.key(), place), at(it.value(), place)))
            .toList();
    return new YamlText.Mapping(entries, place);
  }

  private static YamlText.Node at(YamlText.Node node, Layer place) {
    return switch (node) {
      case YamlText.Mapping mapping -> at(mapping, place);
      case YamlText.Sequence sequence ->
          new YamlText.Sequence(
              sequence.items().stream().map(item -> at(item, place)).toList(), place);
      case YamlText.Scalar(String text, boolean plain, _) ->
          new YamlText.Scalar(text, plain, place);
    };
  }

  /**
   * Says what cannot be kept of a text that somebody sent: keys that are no names, and what was
   * hidden when he was shown it.
   *
   * @param path of {@code node}
   */
  static void check(YamlText.Node node, String path, Consumer<Problem> problems) {
    switch (node) {
      case YamlText.Mapping mapping -> {
        for (YamlText.Entry entry : mapping.entries()) {
          if (entry.key() instanceof YamlText.Scalar key) {
            check(entry.value(), path.isEmpty() ? key.text() : path + "." + key.text(), problems);
          } else {
            problems.accept(
                new Problem(entry.key().at(), path, "a key that is no single value", "a name"));
          }
        }
      }
      case YamlText.Sequence sequence -> {
        for (int i = 0; i < sequence.items().size(); i++) {
          check(sequence.items().get(i), path + "[" + i + "]", problems);
        }
      }
      case YamlText.Scalar scalar -> {
        if (scalar.text().contains(HIDDEN)) {
          String found = "what was hidden when it was shown";
          String allowed = "the value itself; PATCH leaves alone what it does not name";
          problems.accept(new Problem(scalar.at(), path, found, allowed));
        }
      }
    }
  }

  // ---- as it may be seen

  /** The same without what is secret; values have the form in which they are always written. */
  static YamlText.Mapping shown(YamlText.Mapping mapping) {
    return shown(KEYS, mapping);
  }

  private static YamlText.Mapping shown(Section section, YamlText.Mapping mapping) {
    List<YamlText.Entry> entries = new ArrayList<>();
    for (YamlText.Entry entry : mapping.entries()) {
      Member member = member(section, entry.key());
      YamlText.Node value = member == null ? hidden(entry.value()) : shown(member, entry.value());
      entries.add(new YamlText.Entry(entry.key(), value));
    }
    return new YamlText.Mapping(List.copyOf(entries), mapping.at());
  }

  private static @Nullable Member member(Section section, YamlText.Node key) {
    for (Member member : section.members()) {
      if (key instanceof YamlText.Scalar scalar && scalar.text().equals(member.name())) {
        return member;
      }
    }
    return null;
  }

  private static YamlText.Node shown(Member member, YamlText.Node value) {
    return switch (member.node()) {
      case Leaf<?> leaf -> shown(leaf.type(), value);
      case Section inner when value instanceof YamlText.Mapping mapping -> shown(inner, mapping);
      case Sections sections when value instanceof YamlText.Sequence items -> {
        List<YamlText.Node> shown = new ArrayList<>();
        Section section = sections.section();
        for (YamlText.Node item : items.items()) {
          shown.add(
              item instanceof YamlText.Mapping mapping
                  ? shown(section, mapping)
                  : shown(section.members().getFirst(), item));
        }
        yield new YamlText.Sequence(List.copyOf(shown), items.at());
      }
      case Section _, Sections _, Named _ -> hidden(value);
    };
  }

  private static <T> YamlText.Node shown(ValueType<T> type, YamlText.Node value) {
    if (type instanceof ListOf<?> list && value instanceof YamlText.Sequence sequence) {
      List<YamlText.Node> items = new ArrayList<>();
      sequence.items().forEach(item -> items.add(shown(list.element(), item)));
      return new YamlText.Sequence(List.copyOf(items), sequence.at());
    }
    if (!(value instanceof YamlText.Scalar scalar)) {
      return hidden(value);
    }
    T read = scalar.isNothing() ? null : type.parse(scalar.text().strip());
    if (read == null) {
      return scalar.isNothing() ? scalar : hidden(value);
    }
    boolean plain = type instanceof WholeNumber || type instanceof YesNo;
    return new YamlText.Scalar(type.format(read), plain, scalar.at());
  }

  /** In place of what no key of ours has: by another version it may have been a secret. */
  private static YamlText.Node hidden(YamlText.Node value) {
    return new YamlText.Scalar(HIDDEN, false, value.at());
  }

  /** What {@link #shown} gave as maps, lists, texts, numbers and truth values. */
  static Map<String, @Nullable Object> plain(YamlText.Mapping shown) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (YamlText.Entry entry : shown.entries()) {
      if (entry.key() instanceof YamlText.Scalar key) {
        map.put(key.text(), plain(entry.value()));
      }
    }
    return map;
  }

  /** As {@link #plain(YamlText.Mapping)}. */
  static @Nullable Object plain(YamlText.Node shown) {
    return switch (shown) {
      case YamlText.Mapping mapping -> plain(mapping);
      case YamlText.Sequence sequence -> {
        List<@Nullable Object> list = new ArrayList<>();
        sequence.items().forEach(item -> list.add(plain(item)));
        yield list;
      }
      case YamlText.Scalar scalar when scalar.isNothing() -> null;
      case YamlText.Scalar(String text, boolean plain, _) when plain ->
          switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> Integer.valueOf(text);
          };
      case YamlText.Scalar scalar -> scalar.text();
    };
  }
}
