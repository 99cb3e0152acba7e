package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.config.KeyTree.Leaf;
import dev.sluice.node.config.KeyTree.Member;
import dev.sluice.node.config.KeyTree.Named;
import dev.sluice.node.config.KeyTree.Section;
import dev.sluice.node.config.KeyTree.Sections;
import dev.sluice.node.config.ValueType.ListOf;
import dev.sluice.node.config.ValueType.Text;
import dev.sluice.testkit.Seeds;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every key, whatever it is. */
class ConfigKeysTest {
  /** What there has to be so that anything can be proved. */
  private static final Map<String, String> PROOFS =
      Map.of(
          "access.users",
          "a:abcdefgh",
          "access.signed.secret",
          "abcdefgh",
          "access.backend.publish",
          "http://a",
          "access.backend.play",
          "http://a",
          "access.jwt.secret",
          "abcdefgh".repeat(4));

  /** Whose word is taken. */
  private static final Map<String, String> PROXIES = Map.of("access.trustedProxies", "10.0.0.1");

  /** Keys that are only right together; without them the rules between keys refuse a single one. */
  private static final Map<String, Map<String, String>> COMPANIONS =
      Map.ofEntries(
          Map.entry("http.tls.port", Map.of("http.tls.certificate", "c", "http.tls.key", "k")),
          Map.entry("http.tls.listen", Map.of("http.tls.certificate", "c", "http.tls.key", "k")),
          Map.entry("http.tls.certificate", Map.of("http.tls.port", "443", "http.tls.key", "k")),
          Map.entry("http.tls.key", Map.of("http.tls.port", "443", "http.tls.certificate", "c")),
          Map.entry("rtmp.tls.port", Map.of("rtmp.tls.certificate", "c", "rtmp.tls.key", "k")),
          Map.entry("rtmp.tls.listen", Map.of("rtmp.tls.certificate", "c", "rtmp.tls.key", "k")),
          Map.entry("rtmp.tls.certificate", Map.of("rtmp.tls.port", "443", "rtmp.tls.key", "k")),
          Map.entry("rtmp.tls.key", Map.of("rtmp.tls.port", "443", "rtmp.tls.certificate", "c")),
          Map.entry("http.proxyProtocol", PROXIES),
          Map.entry("http.tls.proxyProtocol", PROXIES),
          Map.entry("rtmp.proxyProtocol", PROXIES),
          Map.entry("rtmp.tls.proxyProtocol", PROXIES),
          Map.entry("access.publish", PROOFS),
          Map.entry("access.play", PROOFS),
          Map.entry("cluster.source", Map.of("cluster.key", "a".repeat(22))),
          Map.entry("pull.retryFirst", Map.of("pull.retryMost", "1h")),
          Map.entry("pull.retryMost", Map.of("pull.retryFirst", "100ms")),
          Map.entry("rtmp.pingInterval", Map.of("rtmp.pingTimeout", "1h")),
          Map.entry("rtmp.pingTimeout", Map.of("rtmp.pingInterval", "1s")));

  static Stream<String> keys() {
    return KeyTree.leaves().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyIsSetByFileAndByEnvironmentAlike(String key) throws ReflectiveOperationException {
    var companions = COMPANIONS.getOrDefault(key, Map.of());
    var leaf = Objects.requireNonNull(KeyTree.leaves().get(key));
    String value = new RandomConfig(new SplittableRandom(key.hashCode())).otherThanDefault(leaf);
    var given = new LinkedHashMap<>(companions);
    given.put(key, value);

    Loaded byFile = ConfigParserTest.valid(yaml(given), Map.of());
    assertSet(byFile, key, value);
    assertThat(setting(byFile, key).layer()).isInstanceOf(Layer.File.class);

    var env = new HashMap<String, String>();
    given.forEach((name, text) -> env.put(KeyTree.variable(name), text));
    Loaded byEnvironment = ConfigParserTest.valid("", env);
    assertSet(byEnvironment, key, value);
    assertThat(setting(byEnvironment, key).layer())
        .isEqualTo(new Layer.Environment(KeyTree.variable(key)));
    assertThat(byEnvironment.config()).isEqualTo(byFile.config());
    assertThat(byEnvironment.warnings()).isEmpty();
  }

  /** What the reference page says of when a change holds is what happens. */
  @ParameterizedTest
  @MethodSource("keys")
  void aChangeHoldsWhenTheKeySays(String key) throws Exception {
    var given = new LinkedHashMap<>(COMPANIONS.getOrDefault(key, Map.of()));
    var leaf = Objects.requireNonNull(KeyTree.leaves().get(key));
    Loaded before = ConfigParserTest.valid("", Map.of());
    given.put(key, new RandomConfig(new SplittableRandom(key.hashCode())).otherThanDefault(leaf));
    Loaded next = ConfigParserTest.valid(yaml(given), Map.of());
    Loaded held = HeldConfig.of(before, next);
    boolean waits = setting(next, key).when() == When.RESTART;
    assertThat(read(held.config(), key)).isEqualTo(read((waits ? before : next).config(), key));
    assertThat(setting(held, key)).isEqualTo(setting(waits ? before : next, key));
    List<ConfigChange> changes = before.effective().changesTo(next.effective());
    assertThat(changes).extracting(ConfigChange::key).contains(key);
  }

  private static void assertSet(Loaded loaded, String key, String value)
      throws ReflectiveOperationException {
    Object read = read(loaded.config(), key);
    assertThat(read).isNotNull().isNotEqualTo(read(Config.defaultConfig(), key));
    String shown = setting(loaded, key).value();
    switch (read) {
      case Secret _ -> assertThat(shown).isEqualTo("(hidden)");
      case List<?> list when list.getFirst() instanceof UserPassword ->
          assertThat(shown).contains(":(hidden)").doesNotContain("~", "aa");
      default -> assertThat(shown).isEqualTo(value);
    }
  }

  private static Setting setting(Loaded loaded, String key) {
    return Objects.requireNonNull(loaded.effective().setting(key));
  }

  private static @Nullable Object read(Config config, String key)
      throws ReflectiveOperationException {
    Object value = config;
    for (String name : key.split("\\.")) {
      value = value.getClass().getMethod(name).invoke(value);
    }
    return value;
  }

  @Test
  void noTwoKeysShareAVariable() {
    var variables = new HashMap<String, String>();
    keys().forEach(key -> assertThat(variables.put(KeyTree.variable(key), key)).as(key).isNull());
    assertThat(ConfigSource.OTHER_VARIABLES).doesNotContainAnyElementsOf(variables.keySet());
    assertThat(variables)
        .containsEntry("SLUICE_HTTP_PORT", "http.port")
        .containsEntry("SLUICE_EVENT_LOOPS", "eventLoops")
        .containsEntry("SLUICE_DEFAULTS_LATENCY", "defaults.latency")
        .containsEntry("SLUICE_DEFAULTS_GOP_CACHE_MAX_BYTES", "defaults.gopCacheMaxBytes")
        .containsEntry("SLUICE_DATA", "data");
  }

  @Test
  void aValueIsNullableExactlyWhenItHasNoDefault() {
    var checked = new HashSet<String>();
    assertNullness(KeyTree.ROOT, checked);
    assertThat(checked).contains("Rtmp.port", "Tls.certificate", "SourceSettings.key");
  }

  private static void assertNullness(Section section, Set<String> checked) {
    Class<?> type = section.constructor().getDeclaringClass();
    for (RecordComponent component : type.getRecordComponents()) {
      Member member =
          section.members().stream()
              .filter(each -> each.name().equals(component.getName()))
              .findFirst()
              .orElseThrow();
      switch (member.node()) {
        case Leaf<?> leaf -> {
          assertThat(component.getAnnotatedType().isAnnotationPresent(Nullable.class))
              .as("%s is @Nullable", component)
              .isEqualTo(leaf.byDefault() == null);
          checked.add(type.getSimpleName() + "." + component.getName());
        }
        case Section inner -> assertNullness(inner, checked);
        case Named named -> assertNullness(named.section(), checked);
        case Sections sections -> assertNullness(sections.section(), checked);
      }
      assertThat(member.doc()).endsWith(".");
    }
  }

  @RepeatedTest(200)
  void anyValidTreeReadsBack(RepetitionInfo run) throws ReflectiveOperationException {
    var random = Seeds.random(run);
    var values = new RandomConfig(random);
    var given = new LinkedHashMap<String, String>();
    KeyTree.leaves()
        .forEach((key, leaf) -> {
          if (random.nextInt(3) == 0) {
            given.put(key, values.value(leaf.type()));
          }
        });
    for (String section : List.of("http.tls.", "rtmp.tls.")) {
      if (given.keySet().stream().anyMatch(key -> key.startsWith(section))) {
        given.putIfAbsent(section + "certificate", "c");
        given.putIfAbsent(section + "key", "k");
        given.putIfAbsent(section + "port", "0");
      }
    }
    if (given.containsKey("cluster.source")) {
      given.putIfAbsent("cluster.key", "a".repeat(22));
    }
    if (given.keySet().stream().anyMatch(key -> key.endsWith(".proxyProtocol"))) {
      PROXIES.forEach(given::putIfAbsent);
    }
    if (given.containsKey("access.publish") || given.containsKey("access.play")) {
      PROOFS.forEach(given::putIfAbsent);
    }
    given.remove("pull.retryMost"); // nor is it less than the first
    given.remove("pull.retryFirst");
    // listeners and pings are subject to rules; what is drawn for them would often break one
    given.keySet().removeIf(key -> key.endsWith(".listen") || key.startsWith("rtmp.ping"));
    given.replaceAll((key, value) -> key.endsWith(".port") ? "0" : value);
    var streams = new ArrayList<String>();
    for (int i = random.nextInt(3); i > 0; i--) {
      streams.add((random.nextBoolean() ? "host" + i + "!" : "") + "live/stream-" + i);
    }

    Config config =
        ConfigParserTest.valid(yaml(given) + streams(streams, values), Map.of()).config();
    given.forEach((key, value) -> assertReads(config, key, value));
    assertThat(config.streams().entries()).hasSize(streams.size());
    Loaded again = ConfigParserTest.valid(ConfigYaml.write(config), Map.of());
    assertThat(again.config()).isEqualTo(config);
  }

  private static void assertReads(Config config, String key, String value) {
    try {
      var leaf = Objects.requireNonNull(KeyTree.leaves().get(key));
      assertThat(read(config, key)).as(key).isEqualTo(leaf.type().parse(value));
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError(impossible.getMessage(), impossible);
    }
  }

  private static String streams(List<String> names, RandomConfig values) {
    if (names.isEmpty()) {
      return "";
    }
    var out = new StringBuilder("streams:\n");
    for (String name : names) {
      out.append("  ").append(name).append(":\n");
      KeyTree.leaves()
          .forEach((key, leaf) -> {
            if (key.startsWith("defaults.")) {
              String text = values.value(leaf.type());
              out.append("    ").append(key.substring("defaults.".length()));
              out.append(": ").append(text).append('\n');
            }
          });
      out.append("    onDemand: ").append(values.value(new ValueType.YesNo())).append('\n');
      out.append("    sources:\n      - publish\n");
      out.append("      - input: ").append(values.input()).append("\n        priority: 7\n");
    }
    return out.toString();
  }

  /** The keys as a file: a section is opened whenever it is not the one of the key before. */
  private static String yaml(Map<String, String> given) {
    var root = new LinkedHashMap<String, Object>();
    given.forEach((key, value) -> put(root, key, value));
    var out = new StringBuilder();
    write(root, "", "", out);
    return out.toString();
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Object> root, String key, String value) {
    Map<String, Object> section = root;
    String[] names = key.split("\\.");
    for (int i = 0; i < names.length - 1; i++) {
      section = (Map<String, Object>) section.computeIfAbsent(names[i], _ -> new LinkedHashMap<>());
    }
    section.put(names[names.length - 1], value);
  }

  private static void write(Map<?, ?> section, String path, String indent, StringBuilder out) {
    section.forEach((name, value) -> {
      out.append(indent).append(name).append(':');
      if (value instanceof Map<?, ?> inner) {
        write(inner, path + name + ".", indent + "  ", out.append('\n'));
      } else {
        var leaf = Objects.requireNonNull(KeyTree.leaves().get(path + name));
        Object parsed = leaf.type().parse((String) value);
        assertThat(parsed).as("%s%s: %s", path, name, value).isNotNull();
        boolean asText = leaf.type() instanceof ListOf<?> || leaf.type() instanceof Text<?>;
        out.append(' ').append(asText ? ConfigYaml.text(leaf.type(), parsed) : value);
        out.append('\n');
      }
    });
  }
}
