package dev.sluice.node.config;

import dev.sluice.access.AddressBlock;
import dev.sluice.access.PageHost;
import dev.sluice.event.EventKind;
import dev.sluice.hub.source.SwitchRules;
import dev.sluice.media.StreamPattern;
import dev.sluice.node.config.ValueType.ListOf;
import dev.sluice.node.config.ValueType.OneOf;
import dev.sluice.node.config.ValueType.Rate;
import dev.sluice.node.config.ValueType.Size;
import dev.sluice.node.config.ValueType.Text;
import dev.sluice.node.config.ValueType.Time;
import dev.sluice.node.config.ValueType.WholeNumber;
import dev.sluice.node.config.ValueType.YesNo;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys as the records declare them; read once. A fault in a declaration is an {@link
 * IllegalStateException} at start, and of every test.
 */
final class KeyTree {
  /** Records that are values. */
  private static final Set<Class<?>> VALUES =
      Set.of(
          ByteSize.class,
          BitRate.class,
          Secret.class,
          ListenAddress.class,
          AddressBlock.class,
          WebOrigin.class,
          MemoryShare.class,
          SourceInput.class,
          NodeUrl.class,
          RtmpServerUrl.class,
          StreamPattern.class,
          PageHost.class,
          UserName.class,
          UserPassword.class,
          WebAddress.class,
          WebTemplate.class,
          Word.class);

  /** The tree of {@link Config}. */
  static final Section ROOT = section(Config.class, When.AS_ITS_SECTION);

  /** The keys of an entry of {@code streams}. */
  static final Section STREAM = stream();

  private KeyTree() {}

  private static Section stream() {
    for (Member member : ROOT.members()) {
      if (member.node() instanceof Named named) {
        return named.section();
      }
    }
    throw new IllegalStateException("there are no entries by name");
  }

  /** What stands at a key. */
  sealed interface Node {}

  /**
   * A record.
   *
   * @param constructor the canonical one
   * @param members its components, in order
   */
  record Section(Constructor<? extends Record> constructor, List<Member> members) implements Node {

    /** The one of that name; null for none. */
    @Nullable Member member(String name) {
      for (Member member : members) {
        if (member.name.equals(name)) {
          return member;
        }
      }
      return null;
    }

    /** A record of these values, in the order of the members. */
    Record make(@Nullable Object... values) {
      try {
        return constructor.newInstance(values);
      } catch (ReflectiveOperationException impossible) {
        throw new IllegalStateException("cannot make " + constructor, impossible);
      }
    }
  }

  /**
   * A component of a record.
   *
   * @param name the key's last element
   * @param doc what it means
   * @param single whether it stands under single streams only
   * @param when when a change of it holds
   * @param accessor reads it from its record
   */
  record Member(String name, String doc, boolean single, When when, Method accessor, Node node) {

    /** Its value in {@code record}. */
    @Nullable Object of(Record record) {
      try {
        return accessor.invoke(record);
      } catch (ReflectiveOperationException impossible) {
        throw new IllegalStateException("cannot read " + accessor, impossible);
      }
    }
  }

  /**
   * A value.
   *
   * @param byDefault null for none
   */
  record Leaf<T>(ValueType<T> type, @Nullable T byDefault) implements Node {}

  /**
   * A {@link StreamTable}: sections by names and patterns of streams.
   *
   * @param inherits name of the sibling that gives what an entry leaves out
   */
  record Named(Section section, String inherits) implements Node {}

  /**
   * A list of sections; an element that is a single value is that of the first member.
   *
   * @param section of each element
   * @param most elements of a list
   */
  record Sections(Section section, int most) implements Node {
    /** Most elements of a list that does not say so itself. */
    static final int MAX_ELEMENTS = SwitchRules.MAX_SEATS - 1;

    String allowed() {
      return "a list of at most %d of: a value for %s, or a section with %s"
          .formatted(
              most,
              section.members().getFirst().name(),
              String.join(", ", section.members().stream().map(Member::name).toList()));
    }
  }

  /** The environment variable of the key {@code path}: {@code http.port} is SLUICE_HTTP_PORT. */
  static String variable(String path) {
    var out = new StringBuilder("SLUICE_");
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '.') {
        out.append('_');
      } else {
        out.append(Character.isUpperCase(c) ? "_" : "").append(Character.toUpperCase(c));
      }
    }
    return out.toString();
  }

  /** All values of the tree by path, those of maps left out. */
  static Map<String, Leaf<?>> leaves() {
    var leaves = new LinkedHashMap<String, Leaf<?>>();
    collect(ROOT, "", leaves);
    return leaves;
  }

  private static void collect(Section section, String prefix, Map<String, Leaf<?>> leaves) {
    for (Member member : section.members) {
      if (member.single) {
        continue;
      }
      switch (member.node) {
        case Leaf<?> leaf -> leaves.put(prefix + member.name, leaf);
        case Section inner -> collect(inner, prefix + member.name + ".", leaves);
        case Named _, Sections _ -> {} // no environment variable can spell what is in them
      }
    }
  }

  private static Section section(Class<? extends Record> type, When above) {
    RecordComponent[] components = type.getRecordComponents();
    var members = new ArrayList<Member>(components.length);
    var types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      Key key = component.getAnnotation(Key.class);
      if (key == null) {
        throw new IllegalStateException("no @Key on " + component);
      }
      types[i] = component.getType();
      When when = key.when() == When.AS_ITS_SECTION ? above : key.when();
      Node node = node(component, key, when);
      if (node instanceof Leaf<?> && when == When.AS_ITS_SECTION) {
        throw new IllegalStateException("nothing says when a change holds: " + component);
      }
      members.add(
          new Member(
              component.getName(), key.doc(), key.single(), when, component.getAccessor(), node));
    }
    try {
      return new Section(type.getDeclaredConstructor(types), List.copyOf(members));
    } catch (NoSuchMethodException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Node node(RecordComponent component, Key key, When when) {
    Class<?> type = component.getType();
    if (isSection(type)) {
      return section(type.asSubclass(Record.class), when);
    }
    if (type == StreamTable.class) {
      return new Named(section(StreamSettings.class, when), key.inherits());
    }
    if (type == List.class && isSection(argument(component, 0))) {
      int most = key.max().isEmpty() ? Sections.MAX_ELEMENTS : Integer.parseInt(key.max());
      return new Sections(section(argument(component, 0).asSubclass(Record.class), when), most);
    }
    if (type == List.class) {
      ValueType<?> element = valueType(argument(component, 0), key);
      return list(element, key);
    }
    return leaf(valueType(type, key), key);
  }

  private static boolean isSection(Class<?> type) {
    return type.isRecord() && !VALUES.contains(type);
  }

  private static Class<?> argument(RecordComponent component, int index) {
    Type argument =
        ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[index];
    return (Class<?>) argument;
  }

  private static <T> Leaf<List<T>> list(ValueType<T> element, Key key) {
    var type = new ListOf<>(element);
    return key.byDefault().isEmpty() ? new Leaf<>(type, List.of()) : leaf(type, key);
  }

  private static <T> Leaf<T> leaf(ValueType<T> type, Key key) {
    if (key.byDefault().isEmpty()) {
      return new Leaf<>(type, null);
    }
    return new Leaf<>(type, declared(type.parse(key.byDefault()), key));
  }

  private static ValueType<?> valueType(Class<?> type, Key key) {
    if (type == int.class || type == Integer.class) {
      return new WholeNumber(Integer.parseInt(key.min()), Integer.parseInt(key.max()));
    } else if (type == boolean.class) {
      return new YesNo();
    } else if (type == Duration.class) {
      return new Time(
          declared(Time.parseAny(key.min()), key), declared(Time.parseAny(key.max()), key));
    } else if (type == ByteSize.class) {
      return new Size(
          declared(ByteSize.parse(key.min()), key), declared(ByteSize.parse(key.max()), key));
    } else if (type == BitRate.class) {
      return new Rate(
          declared(BitRate.parse(key.min()), key), declared(BitRate.parse(key.max()), key));
    } else if (type == EventKind.class) {
      return new Text<>(EventKind.class, "a kind of event, see docs/events.md", EventKind::of);
    } else if (type.isEnum()) {
      return oneOf(type);
    } else if (type == Path.class) {
      return new Text<>(Path.class, "a path, absolute or from the working folder", KeyTree::path);
    } else if (type == Secret.class) {
      return new Text<>(Secret.class, "8 to 256 of A-Z a-z 0-9 . _ ~ -", Secret::parse);
    } else if (type == ListenAddress.class) {
      return new Text<>(
          ListenAddress.class,
          "address:port, [IPv6]:port, or :port for all addresses",
          ListenAddress::parse);
    } else if (type == AddressBlock.class) {
      return new Text<>(
          AddressBlock.class, "an IP address, or a block such as 10.0.0.0/8", AddressBlock::parse);
    } else if (type == WebOrigin.class) {
      return new Text<>(
          WebOrigin.class, "* or an origin in lower case: https://host[:port]", WebOrigin::parse);
    } else if (type == SourceInput.class) {
      return new Text<>(
          SourceInput.class,
          "publish, rtmp[s]://host[:port]/app/stream, file:PATH, playlist:PATH, or test:",
          SourceInput::parse);
    } else if (type == NodeUrl.class) {
      return new Text<>(NodeUrl.class, "http[s]://host[:port]", NodeUrl::parse);
    } else if (type == RtmpServerUrl.class) {
      return new Text<>(RtmpServerUrl.class, "rtmp[s]://host[:port]", RtmpServerUrl::parse);
    } else if (type == StreamPattern.class) {
      return new Text<>(
          StreamPattern.class,
          "[vhost!]element[/element…] with * in elements, or ** as the last one",
          StreamPattern::parseOrNull);
    } else if (type == PageHost.class) {
      return new Text<>(PageHost.class, "a host in lower case, *.host, or none", PageHost::parse);
    } else if (type == WebAddress.class) {
      return new Text<>(
          WebAddress.class, "http[s]://host[:port][/path][?query]", WebAddress::parse);
    } else if (type == WebTemplate.class) {
      return new Text<>(
          WebTemplate.class, "http[s]://host[:port][/path][?query]", WebTemplate::parse);
    } else if (type == Word.class) {
      return new Text<>(Word.class, "1 to 256 printable characters, no blanks", Word::parse);
    } else if (type == UserName.class) {
      return new Text<>(UserName.class, "1 to 64 of A-Z a-z 0-9 . _ ~ @ -", UserName::parse);
    } else if (type == UserPassword.class) {
      return new Text<>(
          UserPassword.class,
          "name:password, the password being 8 to 256 of A-Z a-z 0-9 . _ ~ -",
          UserPassword::parse);
    } else if (type == MemoryShare.class) {
      return new Text<>(
          MemoryShare.class,
          "%d%% to %d%%, or a size of at least %s"
              .formatted(MemoryShare.MIN_PERCENT, MemoryShare.MAX_PERCENT, MemoryShare.MIN_SIZE),
          MemoryShare::parse);
    }
    throw new IllegalStateException("no way to write a value of " + type);
  }

  private static OneOf oneOf(Class<?> type) {
    var choices = new LinkedHashMap<String, Enum<?>>();
    for (Object constant : type.getEnumConstants()) {
      var value = (Enum<?>) constant;
      String key = choice(value).key();
      choices.put(key.isEmpty() ? camelCase(value.name()) : key, value);
    }
    return new OneOf(choices);
  }

  /** The annotation of an enum's constant. */
  static Choice choice(Enum<?> constant) {
    try {
      Field field = constant.getDeclaringClass().getField(constant.name());
      Choice choice = field.getAnnotation(Choice.class);
      if (choice == null) {
        throw new IllegalStateException("no @Choice on " + field);
      }
      return choice;
    } catch (NoSuchFieldException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String camelCase(String constant) {
    var out = new StringBuilder();
    for (String word : constant.toLowerCase(Locale.ROOT).split("_")) {
      out.append(out.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return out.toString();
  }

  private static @Nullable Path path(String text) {
    try {
      return text.isEmpty() ? null : Path.of(text);
    } catch (InvalidPathException _) {
      return null;
    }
  }

  private static <T> T declared(@Nullable T value, Key key) {
    if (value == null) {
      throw new IllegalStateException("a declared value cannot be read: " + key);
    }
    return value;
  }
}
