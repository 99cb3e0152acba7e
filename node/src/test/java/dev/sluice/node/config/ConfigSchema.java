package dev.sluice.node.config;

import dev.sluice.node.config.KeyTree.Leaf;
import dev.sluice.node.config.KeyTree.Member;
import dev.sluice.node.config.KeyTree.Named;
import dev.sluice.node.config.KeyTree.Section;
import dev.sluice.node.config.KeyTree.Sections;
import java.util.List;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes the JSON Schema (2020-12) of the records. */
final class ConfigSchema {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ConfigSchema() {}

  /** {@code docs/sluice.schema.json}. */
  static String schema() {
    ObjectNode root = JSON.createObjectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Configuration of Sluice");
    root.setAll(section(KeyTree.ROOT, false));
    var indenter = new DefaultIndenter("  ", "\n");
    var printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    return JSON.writer().with(printer).writeValueAsString(root) + "\n";
  }

  private static ObjectNode section(Section section, boolean single) {
    ObjectNode schema = nullable();
    schema.put("additionalProperties", false);
    ObjectNode properties = schema.putObject("properties");
    for (Member member : section.members()) {
      if (member.single() && !single) {
        continue;
      }
      ObjectNode property =
          switch (member.node()) {
            case Leaf<?> leaf -> leaf(leaf);
            case Section inner -> section(inner, single);
            case Sections sections -> list(sections);
            case Named named -> {
              ObjectNode streams = nullable();
              streams.set("additionalProperties", section(named.section(), true));
              yield streams;
            }
          };
      properties.set(member.name(), property.put("description", member.doc()));
    }
    return schema;
  }

  private static ObjectNode list(Sections sections) {
    ObjectNode schema = JSON.createObjectNode();
    schema.putArray("type").add("array").add("null");
    schema.put("maxItems", sections.most());
    ArrayNode forms = schema.putObject("items").putArray("anyOf");
    forms.addObject().put("type", "string");
    forms.add(section(sections.section(), true));
    return schema;
  }

  private static ObjectNode nullable() {
    ObjectNode schema = JSON.createObjectNode();
    schema.putArray("type").add("object").add("null");
    return schema;
  }

  private static <T> ObjectNode leaf(Leaf<T> leaf) {
    ObjectNode schema = JSON.createObjectNode();
    ArrayNode forms = schema.putArray("anyOf");
    type(leaf.type(), forms);
    forms.addObject().put("type", "null");
    T standard = leaf.byDefault();
    switch (standard) {
      case null -> {}
      case Integer number -> schema.put("default", number);
      case Boolean bool -> schema.put("default", bool);
      case List<?> list -> {
        ArrayNode elements = schema.putArray("default");
        texts(leaf.type(), list).forEach(elements::add);
      }
      default -> schema.put("default", leaf.type().format(standard));
    }
    return schema;
  }

  @SuppressWarnings("unchecked") // a list has the elements that its type reads
  private static List<String> texts(ValueType<?> type, List<?> list) {
    var element = (ValueType<Object>) ((ValueType.ListOf<?>) type).element();
    return list.stream().map(element::format).toList();
  }

  private static void type(ValueType<?> type, ArrayNode forms) {
    switch (type) {
      case ValueType.WholeNumber(int min, int max) ->
          forms.addObject().put("type", "integer").put("minimum", min).put("maximum", max);
      case ValueType.YesNo _ -> {
        forms.addObject().put("type", "boolean");
        forms.addObject().putArray("enum").add("on").add("off").add("yes").add("no");
      }
      case ValueType.Time _ -> quantity("ms|s|m|h|d", forms);
      case ValueType.Size _ -> quantity("B|[kMG]B|[KMG]iB", forms);
      case ValueType.Rate _ -> quantity("[kMG]?(bit/s|bps)", forms);
      case ValueType.OneOf oneOf ->
          oneOf
              .choices()
              .forEach((name, constant) ->
                  forms
                      .addObject()
                      .put("const", name)
                      .put("description", KeyTree.choice(constant).doc()));
      case ValueType.Text<?> text ->
          forms.addObject().put("type", "string").put("description", text.allowed());
      case ValueType.ListOf<?> list -> {
        ObjectNode array = forms.addObject().put("type", "array");
        array.put("maxItems", ValueType.ListOf.MAX_ELEMENTS);
        type(list.element(), array.putObject("items").putArray("anyOf"));
        forms.addObject().put("type", "string");
      }
    }
  }

  private static void quantity(String units, ArrayNode forms) {
    forms.addObject().put("const", 0);
    forms
        .addObject()
        .put("type", "string")
        .put("pattern", "^(0|[0-9]+([.][0-9]+)? *(" + units + "))$");
  }
}
