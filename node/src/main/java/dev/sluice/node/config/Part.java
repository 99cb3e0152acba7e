package dev.sluice.node.config;

import dev.sluice.control.ObjectKey;
import dev.sluice.control.Schema;
import dev.sluice.node.config.KeyTree.Member;
import dev.sluice.node.config.KeyTree.Section;
import dev.sluice.wire.MalformedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of the configuration that can be kept in the store. Its text is its key's path. */
public sealed interface Part {
  /** Where entries by name are. */
  String STREAMS = "streams";

  /** The form in which the store has it. */
  Schema schema();

  /** Its name among those of its kind. */
  String name();

  /** An entry of {@code streams}. */
  record Entry(StreamSelector selector) implements Part {
    static final Schema SCHEMA = new Schema("stream", 1);

    @Override
    public Schema schema() {
      return SCHEMA;
    }

    @Override
    public String name() {
      return selector.toString();
    }

    @Override
    public String toString() {
      return STREAMS + "." + selector;
    }
  }

  /**
   * A section of the file that is one object.
   *
   * @param name one of {@link #sections}, or that of another version
   */
  record Whole(String name) implements Part {
    static final Schema SCHEMA = new Schema("section", 1);

    /** Those that have keys which hold without a restart, and may be left to the API. */
    private static final Map<String, Section> SECTIONS = sectionsByName();

    private static Map<String, Section> sectionsByName() {
      Map<String, Section> sections = new LinkedHashMap<>();
      for (Member member : KeyTree.ROOT.members()) {
        if (member.node() instanceof Section section
            && section.members().stream().anyMatch(it -> it.name().equals(Managed.KEY))) {
          sections.put(member.name(), section);
        }
      }
      return sections;
    }

    /** Its keys; null when this version does not know it. */
    @Nullable Section keys() {
      return SECTIONS.get(name);
    }

    @Override
    public Schema schema() {
      return SCHEMA;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** The names of all sections that can be in the store, in the order of the file. */
  static List<String> sections() {
    return List.copyOf(Whole.SECTIONS.keySet());
  }

  /** The section of that name; null when it cannot be in the store. */
  static @Nullable Whole section(String name) {
    return Whole.SECTIONS.containsKey(name) ? new Whole(name) : null;
  }

  /** What the store calls it. */
  default ObjectKey key() {
    return new ObjectKey(schema().kind(), name());
  }

  /**
   * What the store calls {@code key}; null when it is nothing of the configuration.
   *
   * @throws MalformedException when it has no name that this version could have given it
   */
  static @Nullable Part of(ObjectKey key) {
    if (key.kind().equals(Entry.SCHEMA.kind())) {
      return new Entry(StreamSelector.parse(key.name()));
    }
    return key.kind().equals(Whole.SCHEMA.kind()) ? new Whole(key.name()) : null;
  }
}
