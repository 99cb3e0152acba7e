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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parts of the configuration as text of one form: YAML in ASCII, a key a line, as the store and the
 * export have them. What is written here is read as the same by {@link YamlText}.
 */
final class StoredText {
  private static final String INDENT = "  ";
  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9./][A-Za-z0-9./_-]*");

  private StoredText() {}

  // ---- as text

  /** All of {@code mapping}, secrets too. */
  static String write(YamlText.Mapping mapping) {
    var out = new StringBuilder();
    if (!write(mapping, "", out)) {
      out.append("{}\n");
    }
    return out.toString();
  }

  /** Many parts as a file that {@link ConfigParser} reads: sections first, then entries. */
  static String write(Map<Part, YamlText.Mapping> parts) {
    var sections = new StringBuilder();
    var entries = new StringBuilder();
    parts.forEach((part, keys) -> {
      StringBuilder out = part instanceof Part.Entry ? entries.append(INDENT) : sections;
      out.append(scalar(part.name())).append(':');
      value(keys, part instanceof Part.Entry ? INDENT + INDENT : INDENT, out);
    });
    return sections
        + (entries.isEmpty() ? Part.STREAMS + ": {}\n" : Part.STREAMS + ":\n" + entries);
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

  /**
   * The keys of {@code over}, and those of {@code under} that it does not have; where both have a
   * section, that is made of the two in the same way.
   */
  static YamlText.Mapping over(YamlText.Mapping over, YamlText.Mapping under) {
    Map<String, YamlText.Node> below = new HashMap<>();
    Set<String> named = new HashSet<>();
    for (YamlText.Entry entry : over.entries()) {
      named.add(name(entry));
    }
    List<YamlText.Entry> entries = new ArrayList<>();
    for (YamlText.Entry entry : under.entries()) {
      if (named.contains(name(entry))) {
        below.put(name(entry), entry.value());
      } else {
        entries.add(entry);
      }
    }
    for (YamlText.Entry entry : over.entries()) {
      if (entry.value() instanceof YamlText.Mapping section
          && below.get(name(entry)) instanceof YamlText.Mapping of) {
        entries.add(new YamlText.Entry(entry.key(), over(section, of)));
      } else {
        entries.add(entry);
      }
    }
    return new YamlText.Mapping(List.copyOf(entries), over.at());
  }

  /** The name of a key; empty for one that is none, which is refused elsewhere. */
  private static String name(YamlText.Entry entry) {
    return entry.key() instanceof YamlText.Scalar key ? key.text() : "";
  }

  /** Without the keys that it says to be nothing, which are written as little as those it lacks. */
  static YamlText.Mapping said(YamlText.Mapping mapping) {
    List<YamlText.Entry> said = new ArrayList<>();
    for (YamlText.Entry entry : mapping.entries()) {
      switch (entry.value()) {
        case YamlText.Scalar value when value.isNothing() -> {}
        case YamlText.Mapping section -> said.add(new YamlText.Entry(entry.key(), said(section)));
        case YamlText.Scalar _, YamlText.Sequence _ -> said.add(entry);
      }
    }
    return new YamlText.Mapping(List.copyOf(said), mapping.at());
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
        if (scalar.text().contains(Secret.HIDDEN)) {
          String found = "what was hidden when it was shown";
          String allowed = "the value itself; PATCH leaves alone what it does not name";
          problems.accept(new Problem(scalar.at(), path, found, allowed));
        }
      }
    }
  }

  // ---- as it may be seen

  /** The same without what is secret; values have the form in which they are always written. */
  static YamlText.Mapping shown(Part part, YamlText.Mapping mapping) {
    return switch (part) {
      case Part.Entry _ -> shown(KeyTree.STREAM, mapping);
      case Part.Whole section -> shown(section.keys(), mapping);
    };
  }

  private static YamlText.Mapping shown(@Nullable Section section, YamlText.Mapping mapping) {
    List<YamlText.Entry> entries = new ArrayList<>();
    for (YamlText.Entry entry : mapping.entries()) {
      Member member = section == null ? null : section.member(name(entry));
      YamlText.Node value = member == null ? hidden(entry.value()) : shown(member, entry.value());
      entries.add(new YamlText.Entry(entry.key(), value));
    }
    return new YamlText.Mapping(List.copyOf(entries), mapping.at());
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
    String text = read instanceof WebAddress address ? address.shown() : type.format(read);
    return new YamlText.Scalar(text, plain, scalar.at());
  }

  /** In place of what no key of ours has: by another version it may have been a secret. */
  private static YamlText.Node hidden(YamlText.Node value) {
    return new YamlText.Scalar(Secret.HIDDEN, false, value.at());
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
