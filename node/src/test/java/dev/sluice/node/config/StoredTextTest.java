package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredTextTest {
  private static final Layer HERE = new Layer.Store(1, 0, 0);
  private static final List<String> PIECES =
      List.of(
          "a", "7", ":", " ", "#", "-", "'", "\"", "\\", "\n", "\t", "\r", "{", "]", ",", "&", "*",
          "!", "|", "%", "@", "`", "~", "null", "true", "---", "...", "é", "\u0085", "\u2028",
          "\uFEFF", "\0", "\u007F", "😀", "?", "=", "<<");

  static YamlText.Mapping read(String text) {
    List<Problem> problems = new ArrayList<>();
    YamlText.Node node = YamlText.read((_, _) -> HERE, text, problems::add);
    assertThat(problems).as(text).isEmpty();
    if (node instanceof YamlText.Mapping mapping) {
      return mapping;
    }
    throw new AssertionError(text);
  }

  private static YamlText.Scalar scalar(RandomGenerator random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return new YamlText.Scalar(text.toString(), false, HERE);
  }

  private static YamlText.Node node(RandomGenerator random, int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(3)) {
      case 1 -> mapping(random, depth - 1);
      case 2 -> {
        List<YamlText.Node> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(node(random, depth - 1));
        }
        yield new YamlText.Sequence(items, HERE);
      }
      default -> scalar(random);
    };
  }

  private static YamlText.Mapping mapping(RandomGenerator random, int depth) {
    List<YamlText.Entry> entries = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      entries.add(new YamlText.Entry(scalar(random), node(random, depth)));
    }
    return new YamlText.Mapping(entries, HERE);
  }

  /** All values, without how they were written. */
  private static Object values(YamlText.Node node) {
    return switch (node) {
      case YamlText.Scalar scalar -> scalar.text();
      case YamlText.Sequence sequence -> sequence.items().stream().map(it -> values(it)).toList();
      case YamlText.Mapping mapping ->
          mapping.entries().stream()
              .map(entry -> List.of(values(entry.key()), values(entry.value())))
              .toList();
    };
  }

  @RepeatedTest(100)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    YamlText.Mapping mapping = mapping(random, 3);
    String text = StoredText.write(mapping);
    assertThat(text).matches("[ -~\n]*");
    assertThat(values(read(text))).as(text).isEqualTo(values(mapping));
    assertThat(StoredText.write(read(text))).isEqualTo(text);
  }

  @Test
  void manyAreAFile() {
    Map<Part, YamlText.Mapping> parts = new LinkedHashMap<>();
    parts.put(
        entry("a.example!live/**"),
        read(
            "{latency: 50ms, sources: [\"test:\", {input: publish, key: a-secret-key}], tracks:"
                + " }"));
    parts.put(entry("live/a"), read("{}"));
    parts.put(new Part.Whole("limits"), read("{}"));
    parts.put(new Part.Whole("access"), read("{jwt: {issuer: me, skew: }, play: [jwt]}"));
    parts.put(entry("live/b"), read("{sources: []}"));
    assertThat(StoredText.write(parts))
        .isEqualTo(
            """
            limits: {}
            access:
              jwt:
                issuer: me
              play:
                - jwt
            streams:
              "a.example!live/**":
                latency: 50ms
                sources:
                  - "test:"
                  -
                    input: publish
                    key: a-secret-key
              live/a: {}
              live/b:
                sources: []
            """);
    assertThat(StoredText.write(Map.<Part, YamlText.Mapping>of())).isEqualTo("streams: {}\n");
  }

  private static Part entry(String name) {
    return new Part.Entry(StreamSelector.parse(name));
  }

  @Test
  void secretsAndWhatNobodyKnowsAreNotShown() {
    YamlText.Mapping keys =
        read(
            """
            latency: 0.05s
            gopCache: no
            keyPeriod: not-a-time-but-perhaps-a-secret
            sources:
              - rtmp://a.example/live/x?token=abcdefgh
              - {input: publish, key: a-secret-key, priority: 07}
              - [a-list]
            ofAnotherVersion: {a: secret}
            backup:
            """);
    Map<String, ?> shown = StoredText.plain(StoredText.shown(entry("live/a"), keys));
    assertThat(shown.toString())
        .isEqualTo(
            "{latency=50ms, gopCache=false, keyPeriod=(hidden), sources=["
                + "rtmp://a.example/live/x?(hidden), {input=publish, key=(hidden), priority=7},"
                + " (hidden)], ofAnotherVersion=(hidden), backup=null}");
    assertThat(shown.get("gopCache")).isEqualTo(false);
  }

  @Test
  void whatIsOverGoesBeforeWhatIsUnder() {
    YamlText.Mapping both = StoredText.over(read("{a: 1, b: }"), read("{b: 2, c: 3}"));
    assertThat(StoredText.write(both)).isEqualTo("c: 3\na: 1\n");
    assertThat(StoredText.said(both).entries()).hasSize(2);
    YamlText.Mapping sections =
        StoredText.over(read("{a: {b: 1, c: }, d: {e: 2}}"), read("{a: {b: 0, c: 3, f: 4}, d: 5}"));
    assertThat(StoredText.write(sections)).isEqualTo("a:\n  f: 4\n  b: 1\nd:\n  e: 2\n");
    YamlText.Mapping said = StoredText.said(read("{a: {b: , c: [1, ]}, d: }"));
    assertThat(StoredText.over(said, read("{a: {b: 1}}")).toString())
        .as("what is said to be nothing hides nothing")
        .contains("text=b");
    Layer there = new Layer.Store(7, 1, 2);
    YamlText.Mapping moved = StoredText.at(read("{a: [1, {b: c}]}"), there);
    assertThat(moved.toString()).doesNotContain(HERE.toString()).contains(there.toString());
    assertThat(StoredText.write(moved)).isEqualTo("a:\n  - 1\n  -\n    b: c\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{a: (hidden)}",
        "{a: [b, 'rtmp://x/y?(hidden)']}",
        "{a: {b: '(hidden)'}}",
        "{[a]: b}",
        "{a: {? {x: y} : z}}",
      })
  void whatCannotBeKeptIsSaid(String text) {
    List<Problem> problems = new ArrayList<>();
    StoredText.check(read(text), "streams.live/a", problems::add);
    assertThat(problems).hasSize(1).allMatch(it -> it.key().startsWith("streams.live/a"));
  }
}
