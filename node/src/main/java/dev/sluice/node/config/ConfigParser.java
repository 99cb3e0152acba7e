package dev.sluice.node.config;

import dev.sluice.node.config.KeyTree.Leaf;
import dev.sluice.node.config.KeyTree.Member;
import dev.sluice.node.config.KeyTree.Named;
import dev.sluice.node.config.KeyTree.Section;
import dev.sluice.node.config.KeyTree.Sections;
import dev.sluice.node.config.ValueType.ListOf;
import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a configuration of a text and an environment: a pure function.
 *
 * <p>The tree of keys is walked, not the text: each value is taken from its default, then from the
 * text, then from its variable. A faulty value is reported and its default put in its place, so
 * that one reading reports all faults.
 */
public final class ConfigParser {
  static final String STREAM_NAMES =
      "[vhost!]element[/element…], 1 to 8 elements of A-Z a-z 0-9 . _ -, at most 200 bytes,"
          + " not reserved; or a pattern, with * in elements, or ** as the last one";
  private static final Layer DEFAULT = new Layer.Default();
  private static final String OF_STORE = " of the store as well, which counts for nothing";
  private static final String ONE_PLACE =
      "managed: api in the file, or what it says at one of the two places";
  private static final String IN_FILE = "it in the file";
  private static final String OF_DEFAULTS = "defaults." + Managed.KEY;

  /** That of the file, then of the store; the rest as it was found. */
  private static final Comparator<Problem> IN_ORDER =
      Comparator.comparingInt((Problem problem) -> rank(problem.place()))
          .thenComparingLong(ConfigParser::position);

  private final Map<String, String> env;
  private final Map<Part, StoredPart> stored = new LinkedHashMap<>();

  /** Where the file says something of a section. */
  private final Map<String, Layer> sections = new HashMap<>();

  /** What is in the store and counts for nothing. */
  private final List<Problem> shadowed = new ArrayList<>();

  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> values = new HashMap<>();

  /** Keys whose value is not known for a fault; a section stands for its keys, "" for all. */
  private final Set<String> faulty = new HashSet<>();

  private ConfigParser(Map<String, String> env, List<StoredPart> stored) {
    this.env = env;
    stored.forEach(each -> this.stored.put(each.part(), each));
  }

  private static int rank(Layer place) {
    return switch (place) {
      case Layer.File _ -> 0;
      case Layer.Store _ -> 1;
      case Layer.Default _, Layer.Environment _ -> 2;
    };
  }

  private static long position(Problem problem) {
    return ((long) problem.place().line() << 32) + problem.place().column();
  }

  /** What becomes of a text. */
  public sealed interface Outcome {}

  /** It holds. */
  public record Valid(Loaded loaded) implements Outcome {}

  /** It is refused; {@code problems} is all that is wrong. */
  public record Invalid(List<Problem> problems) implements Outcome {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }

  /** What a section takes from where it has nothing itself: a record and that record's key. */
  private record Base(Record values, String key) {}

  /**
   * Reads {@code text}.
   *
   * @param file how problems name the text
   * @param text YAML; empty for none
   * @param env environment variables; only those that begin with {@code SLUICE_} count, and an
   *     empty one counts as not set
   */
  public static Outcome parse(String file, String text, Map<String, String> env) {
    return parse(file, text, env, List.of());
  }

  /**
   * Reads {@code text}, and what the store has.
   *
   * @param stored what it says of a part goes before what the file says where that lets it, by
   *     {@code managed: api}, and else counts for nothing, which is warned about
   */
  static Outcome parse(String file, String text, Map<String, String> env, List<StoredPart> stored) {
    var parser = new ConfigParser(env, stored);
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    YamlText.Node root = YamlText.read(file, plain, parser.problems::add);
    if (!parser.problems.isEmpty()) {
      parser.faulty.add("");
    }
    parser.findSections(root);
    var config = (Config) parser.section(KeyTree.ROOT, "", root, null, Where.ROOT);
    ConfigRules.check(config, parser::rule);
    if (!parser.problems.isEmpty()) {
      parser.problems.sort(IN_ORDER);
      return new Invalid(parser.problems);
    }
    return new Valid(
        new Loaded(
            config,
            new EffectiveConfig(parser.settings, parser.values),
            parser.sections,
            parser.warnings(),
            null));
  }

  private void findSections(YamlText.@Nullable Node root) {
    if (root instanceof YamlText.Mapping mapping) {
      for (YamlText.Entry entry : mapping.entries()) {
        if (entry.key() instanceof YamlText.Scalar key
            && Part.section(key.text()) != null
            && saysSomething(entry.value())) {
          sections.putIfAbsent(key.text(), key.at());
        }
      }
    }
  }

  /** A section may stand there with all its keys as comments. */
  private static boolean saysSomething(YamlText.Node node) {
    return switch (node) {
      case YamlText.Scalar scalar -> !scalar.isNothing();
      case YamlText.Sequence _ -> true;
      case YamlText.Mapping mapping ->
          mapping.entries().stream().anyMatch(entry -> saysSomething(entry.value()));
    };
  }

  private List<Problem> warnings() {
    List<Problem> warnings = new ArrayList<>(UnknownVariables.in(env));
    warnings.addAll(shadowed);
    return warnings;
  }

  /** What kind of place a section stands in. */
  private enum Where {
    /** Somewhere with a path that is always the same. */
    ROOT,
    /** Under the name of a stream. */
    STREAM,
    /** In a list. */
    LIST
  }

  private Record section(
      Section section,
      String path,
      YamlText.@Nullable Node yaml,
      @Nullable Base base,
      Where where) {
    Map<String, YamlText.Node> given = entries(section, path, yaml, where);
    var made = new HashMap<String, @Nullable Object>();
    var arguments = new @Nullable Object[section.members().size()];
    for (int i = 0; i < arguments.length; i++) {
      Member member = section.members().get(i);
      String key = path + member.name();
      YamlText.Node value = given.get(member.name());
      arguments[i] =
          switch (member.node()) {
            case Leaf<?> leaf ->
                leaf(leaf, member.when(), key, value, inherited(base, member), where);
            case Section inner ->
                section(
                    inner, key + ".", layered(key, value), inheritedSection(base, member), where);
            case Sections sections -> sections(sections, key, value, inherited(base, member));
            case Named named -> {
              var from = (Record) made.get(named.inherits());
              if (from == null) {
                throw new IllegalStateException(key + " inherits from what does not stand before");
              }
              yield named(named, key, value, new Base(from, path + named.inherits() + "."));
            }
          };
      made.put(member.name(), arguments[i]);
    }
    return section.make(arguments);
  }

  private record Inherited(@Nullable Object value, String key) {}

  private static @Nullable Inherited inherited(@Nullable Base base, Member member) {
    String key = base == null ? "" : base.key + member.name();
    return base == null || key.equals(OF_DEFAULTS) // it is about that section alone
        ? null
        : new Inherited(member.of(base.values), key);
  }

  private static @Nullable Base inheritedSection(@Nullable Base base, Member member) {
    Inherited inherited = inherited(base, member);
    return inherited == null || inherited.value == null
        ? null
        : new Base((Record) inherited.value, inherited.key + ".");
  }

  /** The entries of a mapping by key, after unknown and repeated keys have been reported. */
  private Map<String, YamlText.Node> entries(
      Section section, String path, YamlText.@Nullable Node yaml, Where where) {
    var known = new ArrayList<String>();
    for (Member member : section.members()) {
      if (!member.single() || where != Where.ROOT) {
        known.add(member.name());
      }
    }
    var entries = new LinkedHashMap<String, YamlText.Node>();
    for (YamlText.Entry entry : mapping(path, yaml, "a section with " + String.join(", ", known))) {
      String name = name(path, entry);
      if (name == null || isRepeated(path, name, entry, entries)) {
        continue;
      }
      if (known.contains(name)) {
        entries.put(name, entry.value());
      } else if (section.members().stream().anyMatch(member -> member.name().equals(name))) {
        String found = "a key that single streams have";
        problem(entry.key(), path + name, found, "it under streams, in the section of a stream");
      } else {
        problem(entry.key(), path + name, "an unknown key", nearest(name, path, known));
        if (!path.isEmpty()) {
          faulty.add(withoutDot(path)); // one of its keys is meant, but which?
        }
      }
    }
    return entries;
  }

  private static String nearest(String name, String path, List<String> known) {
    String here = NearestKey.of(name, known);
    String elsewhere = null;
    int least = here == null ? Integer.MAX_VALUE : NearestKey.distance(name, here);
    for (String key : KeyTree.leaves().keySet()) {
      if (key.equals(name)) { // written with dots
        return key.replace(".", ", ")
            + ", each on a line of its own, indented under the one before";
      }
      int distance = NearestKey.distance(name, key.substring(key.lastIndexOf('.') + 1)) + 1;
      if (distance < least) {
        least = distance;
        elsewhere = key;
      }
    }
    String likely = elsewhere == null ? path + here : elsewhere;
    return likely + " (the nearest); here: " + String.join(", ", known);
  }

  private List<YamlText.Entry> mapping(String path, YamlText.@Nullable Node yaml, String allowed) {
    return switch (yaml) {
      case null -> List.of();
      case YamlText.Scalar scalar when scalar.isNothing() -> List.of();
      case YamlText.Mapping mapping -> mapping.entries();
      case YamlText.Node other -> {
        // a value here may be a secret that has lost its key
        String found = other instanceof YamlText.Scalar ? "a single value" : found(other);
        problem(other, withoutDot(path), found, allowed);
        faulty.add(withoutDot(path));
        yield List.of();
      }
    };
  }

  private static String withoutDot(String path) {
    return path.isEmpty() ? "" : path.substring(0, path.length() - 1);
  }

  private @Nullable String name(String path, YamlText.Entry entry) {
    if (entry.key() instanceof YamlText.Scalar scalar) {
      return scalar.text();
    }
    problem(entry.key(), withoutDot(path), found(entry.key()) + " as a key", "a name");
    return null;
  }

  private boolean isRepeated(
      String path, String name, YamlText.Entry entry, Map<String, YamlText.Node> before) {
    YamlText.Node first = before.get(name);
    if (first != null) {
      problem(
          entry.key(),
          path + name,
          "the key a second time (the first has its value in line " + first.at().line() + ")",
          "each key once");
    }
    return first != null;
  }

  private StreamTable named(Named named, String path, YamlText.@Nullable Node yaml, Base defaults) {
    var seen = new LinkedHashMap<String, YamlText.Node>();
    var given = new LinkedHashMap<StreamSelector, YamlText.@Nullable Node>();
    var places = new HashMap<StreamSelector, Layer>();
    for (YamlText.Entry entry : mapping(path + ".", yaml, "a section for each stream name")) {
      String name = name(path, entry);
      if (name == null || isRepeated(path + ".", name, entry, seen)) {
        continue;
      }
      seen.put(name, entry.value());
      StreamSelector selector = selector(path, entry.key(), name);
      if (selector == null) { // what else is wrong with it is told, too
        section(named.section(), path + "." + name + ".", entry.value(), defaults, Where.STREAM);
      } else if (given.put(selector, entry.value()) != null) {
        problem(entry.key(), path, "a second spelling of " + selector, "each name once");
      } else {
        places.put(selector, entry.key().at());
      }
    }
    for (Part part : stored.keySet()) {
      if (part instanceof Part.Entry(StreamSelector selector)) {
        given.putIfAbsent(selector, null);
      }
    }
    checkPatterns(path, yaml, places.keySet(), given.keySet());
    return new StreamTable(table(named, path, given, defaults), places);
  }

  private void checkPatterns(
      String path,
      YamlText.@Nullable Node yaml,
      Set<StreamSelector> ofFile,
      Set<StreamSelector> all) {
    long patterns = patterns(all);
    if (patterns > StreamTable.MAX_PATTERNS) {
      Layer place =
          yaml != null && patterns(ofFile) > StreamTable.MAX_PATTERNS ? yaml.at() : lastPattern();
      String allowed = "at most " + StreamTable.MAX_PATTERNS;
      problems.add(new Problem(place, path, patterns + " patterns", allowed));
    }
  }

  private static long patterns(Set<StreamSelector> selectors) {
    return selectors.stream().filter(selector -> !selector.isName()).count();
  }

  /** Where the pattern stands that came into the store last. */
  private Layer lastPattern() {
    StoredPart last = null;
    for (StoredPart each : stored.values()) {
      boolean later = last == null || each.revision() > last.revision();
      boolean pattern = each.part() instanceof Part.Entry(var selector) && !selector.isName();
      last = later && pattern ? each : last;
    }
    return last == null ? DEFAULT : last.keys().at();
  }

  /** The general ones first: those that they cover inherit from them. */
  private Map<StreamSelector, StreamSettings> table(
      Named named, String path, Map<StreamSelector, YamlText.@Nullable Node> given, Base defaults) {
    List<StreamSelector> order = new ArrayList<>(given.keySet());
    order.sort(StreamSelector.MOST_SPECIFIC_FIRST.reversed());
    var done = new LinkedHashMap<StreamSelector, StreamSettings>();
    List<StreamSelector> patterns = new ArrayList<>();
    for (StreamSelector selector : order) {
      StreamSelector above = null;
      for (StreamSelector pattern : patterns) {
        above = pattern.covers(selector) ? pattern : above; // the later, the more specific
      }
      StreamSettings from = above == null ? null : done.get(above);
      Base base = from == null ? defaults : new Base(from, path + "." + above + ".");
      String prefix = path + "." + selector + ".";
      YamlText.Node keys =
          keys(prefix, given.get(selector), stored.get(new Part.Entry(selector)), from);
      done.put(
          selector, (StreamSettings) section(named.section(), prefix, keys, base, Where.STREAM));
      if (!selector.isName()) {
        patterns.add(selector);
      }
    }
    var inOrder = new LinkedHashMap<StreamSelector, StreamSettings>();
    given
        .keySet()
        .forEach(selector -> inOrder.put(selector, Objects.requireNonNull(done.get(selector))));
    return inOrder;
  }

  /**
   * What is said of an entry: by the store, and for what that leaves out by the file.
   *
   * @param above the pattern from which it inherits; null for none
   */
  private YamlText.@Nullable Node keys(
      String prefix,
      YamlText.@Nullable Node inFile,
      @Nullable StoredPart inStore,
      @Nullable StreamSettings above) {
    if (inStore == null) {
      return inFile;
    }
    if (inFile != null && !isManaged(inFile, above)) {
      shadowed.add(new Problem(inFile.at(), withoutDot(prefix), "an entry" + OF_STORE, ONE_PLACE));
      return inFile;
    }
    return together(storable(inStore.keys(), KeyTree.STREAM, prefix), inFile);
  }

  private static YamlText.Node together(YamlText.Mapping over, YamlText.@Nullable Node inFile) {
    return switch (inFile) {
      case null -> over;
      case YamlText.Mapping mapping -> StoredText.over(over, mapping);
      case YamlText.Scalar scalar when scalar.isNothing() -> over;
      case YamlText.Node wrong -> wrong; // of which will be told
    };
  }

  /** What is said of a section, if it is one that can be in the store: as with an entry. */
  private YamlText.@Nullable Node layered(String key, YamlText.@Nullable Node inFile) {
    Part.Whole part = new Part.Whole(key);
    StoredPart inStore = stored.get(part);
    Section keys = part.keys();
    if (inStore == null || keys == null) {
      return inFile;
    }
    Layer place = sections.get(key);
    if (place != null && !isManaged(key, inFile)) {
      shadowed.add(new Problem(place, key, "a section" + OF_STORE, ONE_PLACE));
      return inFile;
    }
    return together(storable(inStore.keys(), keys, key + "."), inFile);
  }

  /** Without the keys that only the file has, which are reported. */
  private YamlText.Mapping storable(YamlText.Mapping inStore, Section section, String path) {
    List<YamlText.Entry> said = new ArrayList<>();
    for (YamlText.Entry entry : inStore.entries()) {
      String name = entry.key() instanceof YamlText.Scalar key ? key.text() : "";
      Member member = section.member(name);
      if (name.equals(Managed.KEY)) { // or the API could make its own what is the file's
        problem(entry.key(), path + name, "a key that only the file has", IN_FILE);
      } else if (member != null
          && member.node() instanceof Section inner
          && entry.value() instanceof YamlText.Mapping keys) {
        said.add(new YamlText.Entry(entry.key(), storable(keys, inner, path + name + ".")));
      } else if (member != null && member.when() == When.RESTART) {
        problem(entry.key(), path + name, "a key whose change waits for a restart", IN_FILE);
        faulty.add(path + name);
      } else {
        said.add(entry);
      }
    }
    return new YamlText.Mapping(said, inStore.at());
  }

  private static boolean isManaged(YamlText.Node inFile, @Nullable StreamSettings above) {
    String said = managed(inFile);
    return said == null
        ? above != null && above.managed() == Managed.API
        : said.equals(Managed.BY_API);
  }

  private boolean isManaged(String section, YamlText.@Nullable Node inFile) {
    String variable = env.getOrDefault(KeyTree.variable(section + "." + Managed.KEY), "").strip();
    return Managed.BY_API.equals(variable.isEmpty() ? managed(inFile) : variable);
  }

  private static @Nullable String managed(YamlText.@Nullable Node inFile) {
    if (inFile instanceof YamlText.Mapping mapping) {
      for (YamlText.Entry entry : mapping.entries()) {
        if (entry.key() instanceof YamlText.Scalar key
            && key.text().equals(Managed.KEY)
            && entry.value() instanceof YamlText.Scalar value
            && !value.isNothing()) {
          return value.text().strip();
        }
      }
    }
    return null;
  }

  private List<Record> sections(
      Sections sections, String key, YamlText.@Nullable Node yaml, @Nullable Inherited inherited) {
    if (yaml == null || (yaml instanceof YamlText.Scalar scalar && scalar.isNothing())) {
      return inherited == null ? List.of() : inheritedSections(sections, key, inherited);
    }
    if (!(yaml instanceof YamlText.Sequence sequence)
        || sequence.items().size() > sections.most()) {
      String found =
          yaml instanceof YamlText.Sequence many ? many.items().size() + " elements" : found(yaml);
      faulty.add(key);
      problem(yaml, key, found, sections.allowed());
      return List.of();
    }
    var values = new ArrayList<Record>();
    for (YamlText.Node item : sequence.items()) {
      String path = key + "[" + values.size() + "].";
      Record value = section(sections.section(), path, whole(sections, item), null, Where.LIST);
      values.add(value);
      Member first = sections.section().members().getFirst();
      String needed = path + first.name();
      if (Objects.requireNonNull(inherited(new Base(value, path), first)).value() == null
          && !isFaulty(needed)) {
        faulty.add(needed);
        problem(item, needed, "nothing", first.name() + " with each element");
      }
    }
    return List.copyOf(values);
  }

  /** The whole list of what is inherited, and where that has its values from. */
  private List<Record> inheritedSections(Sections sections, String key, Inherited inherited) {
    @SuppressWarnings("unchecked") // read from the component that this list was made of
    List<Record> list = (List<Record>) Objects.requireNonNull(inherited.value);
    for (int place = 0; place < list.size(); place++) {
      for (Member member : sections.section().members()) {
        String end = "[" + place + "]." + member.name();
        Setting setting = settings.get(inherited.key + end);
        if (setting != null) {
          settings.put(key + end, setting.at(key + end));
          values.put(key + end, values.get(inherited.key + end));
        }
      }
    }
    return list;
  }

  /** A value that stands for a section is that of the section's first member. */
  private static YamlText.Node whole(Sections sections, YamlText.Node item) {
    if (!(item instanceof YamlText.Scalar scalar) || scalar.isNothing()) {
      return item;
    }
    String first = sections.section().members().getFirst().name();
    var name = new YamlText.Scalar(first, true, item.at());
    return new YamlText.Mapping(List.of(new YamlText.Entry(name, item)), item.at());
  }

  private @Nullable StreamSelector selector(String path, YamlText.Node at, String name) {
    try {
      return StreamSelector.parse(name);
    } catch (MalformedException malformed) {
      problem(at, path, Problem.quote(name) + " (" + malformed.getMessage() + ")", STREAM_NAMES);
      return null;
    }
  }

  private <T> @Nullable T leaf(
      Leaf<T> leaf,
      When when,
      String key,
      YamlText.@Nullable Node yaml,
      @Nullable Inherited inherited,
      Where where) {
    T value = leaf.byDefault();
    Layer layer = DEFAULT;
    if (inherited != null) {
      @SuppressWarnings("unchecked") // read from the component that this leaf was made of
      T of = (T) inherited.value;
      value = of;
      Setting setting = settings.get(inherited.key);
      layer = setting == null ? DEFAULT : setting.layer();
    }
    if (yaml != null && !(yaml instanceof YamlText.Scalar scalar && scalar.isNothing())) {
      T read = read(leaf.type(), key, yaml);
      if (read != null) {
        value = read;
        layer = yaml.at();
      }
    }
    String variable = KeyTree.variable(key);
    String text = where == Where.ROOT ? env.getOrDefault(variable, "").strip() : "";
    if (!text.isEmpty()) {
      T read = leaf.type().parse(text);
      if (layer instanceof Layer.Store) {
        String found = "a value of the store, which counts for nothing: " + variable + " is set";
        shadowed.add(new Problem(layer, key, found, "the value at one of the two places"));
      }
      layer = new Layer.Environment(variable);
      if (read == null) {
        faulty.add(key);
        problems.add(new Problem(layer, key, found(leaf.type(), text), leaf.type().allowed()));
      } else {
        value = read;
      }
    }
    String shown = value == null ? null : leaf.type().format(value);
    settings.put(key, new Setting(key, shown, layer, when));
    values.put(key, value);
    return value;
  }

  private <T> @Nullable T read(ValueType<T> type, String key, YamlText.Node yaml) {
    if (type instanceof ListOf<?> listOf && yaml instanceof YamlText.Sequence sequence) {
      @SuppressWarnings("unchecked") // T is the list that listOf reads
      T list = (T) list(listOf, key, sequence);
      return list;
    }
    T read = yaml instanceof YamlText.Scalar scalar ? type.parse(scalar.text().strip()) : null;
    if (read == null) {
      String found =
          yaml instanceof YamlText.Scalar scalar ? found(type, scalar.text()) : found(yaml);
      faulty.add(key);
      problem(yaml, key, found, type.allowed());
    }
    return read;
  }

  private <T> @Nullable List<T> list(ListOf<T> type, String key, YamlText.Sequence sequence) {
    if (sequence.items().size() > ListOf.MAX_ELEMENTS) {
      faulty.add(key);
      problem(sequence, key, sequence.items().size() + " elements", type.allowed());
      return null;
    }
    var values = new ArrayList<T>();
    for (YamlText.Node item : sequence.items()) {
      T value = read(type.element(), key, item);
      if (value != null) {
        values.add(value);
      }
    }
    return List.copyOf(values);
  }

  /** A rule between keys that does not hold; not reported when one of them is faulty by itself. */
  private void rule(List<String> keys, String found, String allowed) {
    if (keys.stream().noneMatch(this::isFaulty)) {
      String key = keys.getFirst();
      Setting setting = settings.get(key);
      problems.add(new Problem(setting == null ? DEFAULT : setting.layer(), key, found, allowed));
    }
  }

  private boolean isFaulty(String key) {
    boolean whole = faulty.contains("") || faulty.contains(key);
    for (int dot = key.indexOf('.'); dot > 0 && !whole; dot = key.indexOf('.', dot + 1)) {
      whole = faulty.contains(key.substring(0, dot));
    }
    return whole;
  }

  private void problem(YamlText.Node at, String key, String found, String allowed) {
    problems.add(new Problem(at.at(), key, found, allowed));
  }

  private static String found(ValueType<?> type, String text) {
    ValueType<?> element = type instanceof ListOf<?> list ? list.element() : type;
    Class<?> kind = element instanceof ValueType.Text<?> of ? of.type() : Object.class;
    boolean secret =
        kind == Secret.class
            || kind == UserPassword.class
            || (kind == WebAddress.class && (text.contains("?") || text.contains("@")))
            || (kind == SourceInput.class && text.contains("?"));
    return secret ? text.length() + " characters" : Problem.quote(text);
  }

  private static String found(YamlText.Node node) {
    return switch (node) {
      case YamlText.Scalar scalar -> Problem.quote(scalar.text());
      case YamlText.Mapping _ -> "a section";
      case YamlText.Sequence _ -> "a list";
    };
  }

  /** Variables that look like ours and are not. */
  private static final class UnknownVariables {
    static List<Problem> in(Map<String, String> env) {
      var known = new TreeMap<String, String>();
      KeyTree.leaves().keySet().forEach(key -> known.put(KeyTree.variable(key), key));
      var warnings = new ArrayList<Problem>();
      for (String variable : new TreeMap<>(env).keySet()) {
        if (variable.startsWith("SLUICE_")
            && !known.containsKey(variable)
            && !ConfigSource.OTHER_VARIABLES.contains(variable)) {
          warnings.add(
              new Problem(
                  new Layer.Environment(variable),
                  "",
                  "an unknown variable",
                  nearest(variable, known.keySet()) + " (the nearest)"));
        }
      }
      return warnings;
    }

    private static @Nullable String nearest(String variable, Set<String> known) {
      String end = variable.substring("SLUICE".length());
      for (String candidate : known) {
        if (candidate.endsWith(end)) { // only the section was left out
          return candidate;
        }
      }
      return NearestKey.of(variable, known);
    }
  }
}
