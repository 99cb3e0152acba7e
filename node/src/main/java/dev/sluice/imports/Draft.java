package dev.sluice.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A configuration file of ours as it is put together: keys with their values, and why. */
final class Draft {
  /** The order in which sections stand in {@code sluice.yaml}. */
  private static final List<String> ORDER =
      List.of("log", "http", "rtmp", "access", "events", "pull", "limits", "defaults", "streams");

  private final Group root = new Group();

  /** A part of the file. */
  private sealed interface Part {}

  /**
   * A value.
   *
   * @param text as it is to be read
   * @param list whether it is a list, with its elements in {@code elements}
   */
  private record Leaf(String text, List<String> elements, boolean list, String comment)
      implements Part {}

  /** A section. */
  private static final class Group implements Part {
    final Map<String, Part> parts = new LinkedHashMap<>();
  }

  /** A list of sections. */
  private record Items(List<Group> groups) implements Part {}

  /** The way to a key, as its names are; a name may have dots in it where it is a stream's. */
  static List<String> path(String key) {
    return List.of(key.split("\\.", -1));
  }

  /** The key of a stream. */
  static List<String> stream(String selector, String key) {
    return List.of("streams", selector, key);
  }

  /**
   * Sets a key.
   *
   * @return the value that it had before; null when it had none
   */
  @Nullable String set(List<String> path, String value, String comment) {
    return put(path, new Leaf(value, List.of(), false, comment));
  }

  /** As {@link #set(List, String, String)}. */
  @Nullable String set(String key, String value, String comment) {
    return set(path(key), value, comment);
  }

  /** As {@link #set(List, String, String)}, for a list. */
  @Nullable String set(String key, List<String> values, String comment) {
    return put(path(key), new Leaf("", List.copyOf(values), true, comment));
  }

  /** As {@link #set(List, String, String)}, for a list. */
  @Nullable String set(List<String> path, List<String> values, String comment) {
    return put(path, new Leaf("", List.copyOf(values), true, comment));
  }

  /** The value of a key; null when it has none. */
  @Nullable String get(List<String> path) {
    Part part = root;
    for (String name : path) {
      if (!(part instanceof Group group)) {
        return null;
      }
      part = group.parts.get(name);
    }
    return part instanceof Leaf leaf ? text(leaf) : null;
  }

  /** Makes a section, which may stay without keys. */
  void section(List<String> path) {
    group(path);
  }

  /** The keys that a section has by now; none when there is no such section. */
  Set<String> keys(List<String> path) {
    Part part = root;
    for (String name : path) {
      part = part instanceof Group group ? group.parts.get(name) : null;
    }
    return part instanceof Group group ? Set.copyOf(group.parts.keySet()) : Set.of();
  }

  /** Adds an element to a list of sections. */
  Element add(String key) {
    List<String> path = path(key);
    Group group = group(path.subList(0, path.size() - 1));
    var items =
        (Items) group.parts.computeIfAbsent(path.getLast(), _ -> new Items(new ArrayList<>()));
    var element = new Group();
    items.groups.add(element);
    return new Element(element);
  }

  /** An element of a list of sections. */
  static final class Element {
    private final Group group;

    private Element(Group group) {
      this.group = group;
    }

    /** Sets a key of it. */
    Element set(String key, String value, String comment) {
      group.parts.put(key, new Leaf(value, List.of(), false, comment));
      return this;
    }

    /** Sets a key of it to a list. */
    Element set(String key, List<String> values) {
      group.parts.put(key, new Leaf("", List.copyOf(values), true, ""));
      return this;
    }
  }

  private @Nullable String put(List<String> path, Leaf leaf) {
    Part before = group(path.subList(0, path.size() - 1)).parts.put(path.getLast(), leaf);
    return before instanceof Leaf was ? text(was) : null;
  }

  private static String text(Leaf leaf) {
    return leaf.list ? String.join(", ", leaf.elements) : leaf.text;
  }

  private Group group(List<String> path) {
    Group group = root;
    for (String name : path) {
      group = (Group) group.parts.computeIfAbsent(name, _ -> new Group());
    }
    return group;
  }

  /** The text of the file. */
  String yaml() {
    var out = new StringBuilder();
    var names = new ArrayList<>(root.parts.keySet());
    names.sort((one, other) -> Integer.compare(place(one), place(other)));
    for (String name : names) {
      Part part = root.parts.get(name);
      if (part != null) {
        out.append(out.isEmpty() ? "" : "\n");
        write(out, name, part, 0, "");
      }
    }
    return out.toString();
  }

  private static int place(String section) {
    int at = ORDER.indexOf(section);
    return at < 0 ? ORDER.size() : at;
  }

  private static void write(StringBuilder out, String name, Part part, int depth, String mark) {
    String indent = "  ".repeat(depth);
    switch (part) {
      case Leaf leaf -> {
        if (!leaf.comment.isEmpty()) {
          out.append(indent).append(mark.isEmpty() ? "" : "  ");
          out.append("# ").append(comment(leaf.comment)).append('\n');
        }
        out.append(indent).append(mark).append(scalar(name)).append(": ");
        if (leaf.list) {
          var elements = new ArrayList<String>();
          leaf.elements.forEach(element -> elements.add(scalar(element)));
          out.append('[').append(String.join(", ", elements)).append(']');
        } else {
          out.append(scalar(leaf.text));
        }
        out.append('\n');
      }
      case Group group -> {
        out.append(indent).append(scalar(name)).append(":\n");
        group.parts.forEach((key, inner) -> write(out, key, inner, depth + 1, ""));
      }
      case Items items -> {
        out.append(indent).append(scalar(name)).append(":\n");
        for (Group group : items.groups) {
          String first = "- ";
          for (Map.Entry<String, Part> entry : group.parts.entrySet()) {
            write(out, entry.getKey(), entry.getValue(), depth + 1, first);
            first = "  ";
          }
        }
      }
    }
  }

  /** One line that can stand behind a {@code #}. */
  private static String comment(String text) {
    var out = new StringBuilder();
    text.codePoints().forEach(c -> out.appendCodePoint(isPrintable(c) ? c : '?'));
    return out.toString();
  }

  /** A text as YAML has it: as it is where nothing in it could mean something else. */
  private static String scalar(String text) {
    boolean plain = !text.isEmpty() && Character.isLetterOrDigit(text.charAt(0));
    for (int i = 0; i < text.length() && plain; i++) {
      char c = text.charAt(i);
      plain = c < 0x80 && (Character.isLetterOrDigit(c) || "._-/%".indexOf(c) >= 0);
    }
    if (plain && !text.equals("null")) {
      return text;
    }
    var out = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            out.append('\\').appendCodePoint(c);
          } else if (isPrintable(c)) {
            out.appendCodePoint(c);
          } else {
            out.append("\\U%08x".formatted(c));
          }
        });
    return out.append('"').toString();
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
