package dev.sluice.node.config;

import dev.sluice.node.config.KeyTree.Leaf;
import dev.sluice.node.config.KeyTree.Member;
import dev.sluice.node.config.KeyTree.Named;
import dev.sluice.node.config.KeyTree.Section;
import dev.sluice.node.config.KeyTree.Sections;
import dev.sluice.node.config.ValueType.ListOf;
import dev.sluice.node.config.ValueType.OneOf;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the reference page and the commented example of the records. */
final class ConfigDocs {
  private static final int WIDTH = 100;

  private ConfigDocs() {}

  /** {@code docs/configuration.md}. */
  static String reference() {
    var out = new StringBuilder(INTRODUCTION);
    section(KeyTree.ROOT.members(), "", true, out);
    return out.toString();
  }

  private static final String INTRODUCTION =
      """
      # Configuration

      <!-- Made from the records in dev.sluice.node.config; do not edit. -->

      Everything works without any configuration. What you want otherwise stands in one YAML file:
      the one given on the command line, else the one that `SLUICE_CONFIG` names, else `sluice.yaml`
      in the working folder. [`sluice.yaml`](../sluice.yaml) is an example with every key,
      [`sluice.schema.json`](sluice.schema.json) a JSON Schema for editors. `./sluice check FILE`
      says whether a file is right, and where not.

      * **Layers.** A key has its default, over which the file wins, over which the environment wins.
      Entries of `streams`, and the sections with a key `managed`, can be changed by API as well,
      which wins over the file where that lets it ([live-configuration.md](live-configuration.md)).
      * **Environment.** The variable of a key is its path in capitals: `http.port` is
        `SLUICE_HTTP_PORT`, `eventLoops` is `SLUICE_EVENT_LOOPS`. Lists have commas between their
        elements. A variable that is empty counts as not set. Keys under `streams` have no variable.
        A variable `SLUICE_…` that is none of a key is warned about.
      * **Changes** of the file are taken while the server runs ([live-configuration.md](live-configuration.md)).
        The column *Change* says when one holds: `live`, at once, also for what is there already;
        `next session`, for viewers who come and streams that begin after it; `restart`, when the
        server is started anew.
      * **Faults.** A file is taken as a whole or refused as a whole. All faults are listed with line,
        key, what was found and what is allowed; an unknown key with the nearest known one.
      * **Times** are a number and `ms`, `s`, `m`, `h` or `d`: `350ms`, `1.5s`.
      * **Sizes** are a number and `B`; decimal `kB`, `MB`, `GB` (1 kB is 1000 B); or binary `KiB`,
        `MiB`, `GiB` (1 KiB is 1024 B).
      * **Bit rates** are a number and `bit/s`, `kbit/s`, `Mbit/s`, `Gbit/s`, in steps of 1000; `bps`,
        `kbps`, `Mbps`, `Gbps` are the same.
      * **Paths** that are not absolute begin at the working folder.

      """;

  private static void section(
      List<Member> all, String path, boolean hasVariables, StringBuilder out) {
    List<Member> members = all.stream().filter(member -> !member.single()).toList();
    table(members, path, hasVariables, out);
    for (Member member : members) {
      String key = path + member.name();
      switch (member.node()) {
        case Leaf<?> _ -> {}
        case Section inner -> {
          heading(key, member.doc(), out);
          section(inner.members(), key + ".", hasVariables, out);
        }
        case Sections sections -> list(sections, key, member.doc(), out);
        case Named named -> {
          heading(key, member.doc(), out);
          out.append("Keys: ");
          List<String> names = named.section().members().stream().map(Member::name).toList();
          out.append('`').append(String.join("`, `", names)).append("`.\n");
          singles(named.section(), key + ".NAME.", out);
        }
      }
    }
  }

  /** The keys of a stream that it does not inherit. */
  private static void singles(Section section, String path, StringBuilder out) {
    List<Member> single = section.members().stream().filter(Member::single).toList();
    out.append("\nThese stand here only, and not under `defaults`:\n\n");
    table(single, path, false, out);
    for (Member member : single) {
      if (member.node() instanceof Sections sections) {
        list(sections, path + member.name(), member.doc(), out);
      }
    }
  }

  private static void list(Sections sections, String key, String doc, StringBuilder out) {
    heading(key, doc, out);
    out.append("It is ").append(sections.allowed()).append(".\n\n");
    table(sections.section().members(), key + "[].", false, out);
  }

  private static void table(
      List<Member> members, String path, boolean hasVariables, StringBuilder out) {
    out.append("| Key | Default | Allowed | Meaning | Change |");
    out.append(hasVariables ? " Environment |\n" : "\n");
    out.append("| --- | --- | --- | --- | --- |").append(hasVariables ? " --- |\n" : "\n");
    for (Member member : members) {
      if (member.node() instanceof Leaf<?> leaf) {
        row(path + member.name(), leaf, member, hasVariables, out);
      }
    }
  }

  private static void heading(String key, String doc, StringBuilder out) {
    out.append("\n## `").append(key).append("`\n\n").append(doc).append("\n\n");
  }

  private static void row(
      String key, Leaf<?> leaf, Member member, boolean hasVariable, StringBuilder out) {
    String standard = byDefault(leaf);
    out.append("| `").append(key).append("` | ");
    out.append(standard.isEmpty() ? "none" : "`" + standard + "`").append(" | ");
    OneOf oneOf = oneOf(leaf);
    if (oneOf != null) {
      out.append(leaf.type() instanceof ListOf<?> ? "a list of:<br>" : "");
      oneOf
          .choices()
          .forEach((name, constant) ->
              out.append("`" + name + "`: " + KeyTree.choice(constant).doc() + "<br>"));
      out.setLength(out.length() - "<br>".length());
    } else {
      out.append(leaf.type().allowed());
    }
    out.append(" | ").append(member.doc()).append(" | ").append(member.when().label());
    out.append(hasVariable ? " | `" + KeyTree.variable(key) + "` |\n" : " |\n");
  }

  /** {@code sluice.yaml}. */
  static String example() {
    var out = new StringBuilder(EXAMPLE_HEAD);
    example(KeyTree.ROOT, "", "", out);
    return out.toString();
  }

  private static final String EXAMPLE_HEAD =
      """
      # yaml-language-server: $schema=docs/sluice.schema.json
      #
      # Every key of Sluice with its default. To change one, take the "#" away from its line.
      # Each key has an environment variable as well, which wins: its path in capitals, so
      # http.port is SLUICE_HTTP_PORT. docs/configuration.md says more.

      """;

  private static void example(Section section, String path, String indent, StringBuilder out) {
    for (Member member : section.members()) {
      if (member.single()) {
        continue;
      }
      switch (member.node()) {
        case Sections _ -> {
          comment(member.doc(), indent, out);
          out.append(indent).append(member.name()).append(":\n");
          out.append(indent).append("#  - streams: live/members/*\n");
          out.append(indent).append("#    actions: play\n");
          out.append(indent).append("#    needs: signed, user\n\n");
        }
        case Leaf<?> leaf -> {
          comment(member.doc(), indent, out);
          OneOf oneOf = oneOf(leaf);
          if (oneOf != null) {
            if (leaf.type() instanceof ListOf<?>) {
              comment("A list of:", indent, out);
            }
            for (Map.Entry<String, Enum<?>> choice : oneOf.choices().entrySet()) {
              String doc = KeyTree.choice(choice.getValue()).doc();
              comment("  " + choice.getKey() + ": " + doc, indent, out);
            }
          } else {
            comment("Allowed: " + leaf.type().allowed() + ".", indent, out);
          }
          out.append(indent).append('#').append(member.name()).append(':');
          Object standard = leaf.byDefault();
          out.append(standard == null ? "" : " " + ConfigYaml.text(leaf.type(), standard));
          out.append("\n\n");
        }
        case Section inner -> {
          comment(member.doc(), indent, out);
          out.append(indent).append(member.name()).append(":\n");
          example(inner, path + member.name() + ".", indent + "  ", out);
        }
        case Named _ -> {
          comment(member.doc(), indent, out);
          out.append(indent).append(member.name()).append(":\n");
          out.append(indent).append("  #live/example:\n");
          out.append(indent).append("  #  latency: 350ms\n");
          out.append(indent).append("  #  sources:\n");
          out.append(indent).append("  #    - input: publish\n");
          out.append(indent).append("  #      key: a-key-of-its-own\n");
          out.append(indent).append("  #    - rtmp://192.0.2.7/live/example\n");
          out.append(indent).append("  #  backup: pause.flv\n");
        }
      }
    }
  }

  private static void comment(String text, String indent, StringBuilder out) {
    String margin = indent + "# " + " ".repeat(text.length() - text.stripLeading().length());
    var line = new StringBuilder(margin);
    for (String word : text.strip().split(" ")) {
      if (line.length() + word.length() > WIDTH) {
        out.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(margin);
      }
      line.append(word).append(' ');
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }

  /** The choices of a value or of the elements of a list; null when it has none. */
  private static @Nullable OneOf oneOf(Leaf<?> leaf) {
    ValueType<?> element = leaf.type() instanceof ListOf<?> list ? list.element() : leaf.type();
    return element instanceof OneOf oneOf ? oneOf : null;
  }

  private static <T> String byDefault(Leaf<T> leaf) {
    T standard = leaf.byDefault();
    if (standard == null) {
      return "";
    }
    return leaf.type() instanceof ListOf<?> && ((List<?>) standard).isEmpty()
        ? ""
        : leaf.type().format(standard);
  }
}
