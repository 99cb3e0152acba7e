package dev.sluice.node.config;

import dev.sluice.node.config.KeyTree.Leaf;
import dev.sluice.node.config.KeyTree.Member;
import dev.sluice.node.config.KeyTree.Named;
import dev.sluice.node.config.KeyTree.Section;
import dev.sluice.node.config.KeyTree.Sections;
import dev.sluice.node.config.ValueType.ListOf;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes values and whole configurations as YAML that reads back. */
final class ConfigYaml {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9./][A-Za-z0-9./_%-]*");

  private ConfigYaml() {}

  /** All keys of {@code config} that have a value. */
  static String write(Config config) throws ReflectiveOperationException {
    var out = new StringBuilder();
    write(KeyTree.ROOT, config, "", false, out);
    return out.toString();
  }

  private static void write(
      Section section, Record values, String indent, boolean single, StringBuilder out)
      throws ReflectiveOperationException {
    for (Member member : section.members()) {
      if (member.single() && !single) {
        continue;
      }
      Object value = member.accessor().invoke(values);
      out.append(indent).append(member.name()).append(':');
      switch (member.node()) {
        case Leaf<?> leaf ->
            out.append(value == null ? "" : " " + text(leaf.type(), value)).append('\n');
        case Section inner -> write(inner, (Record) value, indent + "  ", single, out.append('\n'));
        case Sections sections -> {
          out.append('\n');
          for (Object element : (List<?>) value) {
            out.append(indent).append("  -\n");
            write(sections.section(), (Record) element, indent + "    ", true, out);
          }
        }
        case Named named -> {
          out.append('\n');
          for (Map.Entry<?, ?> entry : ((StreamTable) value).entries().entrySet()) {
            out.append(indent).append("  ").append(scalar(entry.getKey().toString())).append(":\n");
            write(named.section(), (Record) entry.getValue(), indent + "    ", true, out);
          }
        }
      }
    }
  }

  /** {@code value} as it stands behind its key. */
  @SuppressWarnings("unchecked")
  static <T> String text(ValueType<T> type, Object value) {
    if (type instanceof ListOf<?> list) {
      return ((List<?>) value)
          .stream()
              .map(item -> text(list.element(), item))
              .collect(Collectors.joining(", ", "[", "]"));
    }
    return scalar(
        switch (value) {
          case Secret secret -> secret.value();
          case UserPassword user -> user.user() + ":" + user.password().value();
          case SourceInput input -> input.text();
          default -> type.format((T) value);
        });
  }

  private static String scalar(String text) {
    return PLAIN.matcher(text).matches() && !text.equals("null")
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
