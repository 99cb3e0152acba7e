package dev.sluice.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.imports.ConfReader.Dialect;
import dev.sluice.wire.MalformedException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConfReaderTest {
  private static List<Statement> read(String text, Dialect dialect) {
    return ConfReader.read("a.conf", text, dialect, Inclusion.NONE);
  }

  private static String shown(List<Statement> statements) {
    var out = new StringBuilder();
    for (Statement statement : statements) {
      out.append(statement.name()).append(statement.arguments());
      if (statement.hasBlock()) {
        out.append('{').append(shown(statement.block())).append('}');
      }
    }
    return out.toString();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "a b c; | a[b, c]",
        "a; | a[]",
        "a{b c;d{}} | a[]{b[c]d[]{}}",
        "a b{c;} | a[b]{c[]}",
        "a 'b; c {' \"d # }\"; | a[b; c {, d # }]",
        "a b#c 'd'e; | !a.conf:1:10",
        "a b#c; # d | a[b#c]",
        "a x\"y\"z; | a[x\"y\"z]",
        "a '' b; | a[, b]",
        "a b}c; | a[b}c]",
        "'include' x; | include[x]",
        "a | !a.conf:1:2",
        "a b | !a.conf:1:4",
        "a { b; | !a.conf:1:7",
        "a } | !a.conf:1:3",
        "} | !a.conf:1:1",
        "; | !a.conf:1:1",
        "{ | !a.conf:1:1",
        "a \"b; | !a.conf:1:3",
        "include x; | !a.conf:1:1",
      })
  void reads(String text, String expected) {
    for (Dialect dialect : Dialect.values()) {
      if (expected.startsWith("!")) {
        assertThatThrownBy(() -> read(text, dialect))
            .isInstanceOf(MalformedException.class)
            .hasMessageStartingWith(expected.substring(1) + ": found ");
      } else {
        assertThat(shown(read(text, dialect))).isEqualTo(expected);
      }
    }
  }

  @Test
  void saysLineAndColumn() {
    Statement inner = read("a {\n  # b\n\tc d;\r\n  e 'x\ny' f;\n g;}", Dialect.SRS).getFirst();
    assertThat(inner.block().stream().map(Statement::place).map(Place::toString))
        .containsExactly("a.conf:3:2", "a.conf:4:3", "a.conf:6:2");
  }

  @Test
  void aBackslashMeansSomethingToNginxOnly() {
    String text = "a 'b\\'c' d\\ e\\;f \"\\t\\n\\x\" g;";
    assertThat(read(text, Dialect.NGINX).getFirst().arguments())
        .containsExactly("b'c", "d\\ e\\;f", "\t\n\\x", "g");
    assertThat(read("a 'b\\' c\\n;", Dialect.SRS).getFirst().arguments())
        .containsExactly("b\\", "c\\n");
  }

  @Test
  void aVariableIsNoBlockToNginx() {
    assertThat(shown(read("a ${b}/c${d}; e f${g} {h;}", Dialect.NGINX)))
        .isEqualTo("a[${b}/c${d}]e[f${g}]{h[]}");
    assertThat(shown(read("a ${b;}", Dialect.SRS))).isEqualTo("a[$]{b[]}");
  }

  @Test
  void aBlockOfLuaIsPassedOver() {
    String lua = "a { x_by_lua_block { local t = {\"}\", '\\'}'} -- } not\n } b; }";
    assertThat(shown(read(lua, Dialect.NGINX))).isEqualTo("a[]{x_by_lua_block[]{}b[]}");
    assertThatThrownBy(() -> read("x_by_lua_block { {}", Dialect.NGINX))
        .hasMessageStartingWith("a.conf:1:20: found the end");
  }

  /** Names texts, one of them including itself. */
  private static @Nullable List<Inclusion.Source> open(String pattern) {
    Map<String, String> texts = Map.of("one", "b; c {d;}", "self", "include self;", "bad", "x\ny");
    String text = texts.get(pattern);
    return pattern.equals("none*")
        ? List.of()
        : text == null ? null : List.of(new Inclusion.Source(pattern, text));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void includes(Dialect dialect) {
    List<Statement> read =
        ConfReader.read(
            "a.conf", "a; e {include one one; include none*;}", dialect, ConfReaderTest::open);
    assertThat(shown(read)).isEqualTo("a[]e[]{b[]c[]{d[]}b[]c[]{d[]}}");
    assertThat(read.getLast().block().getFirst().place()).hasToString("one:1:1");
    assertThatThrownBy(
            () -> ConfReader.read("a.conf", "include bad;", dialect, ConfReaderTest::open))
        .hasMessageStartingWith("bad:2:2: found the end");
    assertThatThrownBy(
            () -> ConfReader.read("a.conf", "include self;", dialect, ConfReaderTest::open))
        .hasMessageStartingWith("self:1:1: found one more include in an include");
    assertThatThrownBy(
            () -> ConfReader.read("a.conf", "rtmp {include gone;}", dialect, ConfReaderTest::open))
        .hasMessage("a.conf:1:7: found \"gone\", which cannot be read; allowed: a file that can");
  }

  @Test
  void whatTheWebServerIncludesMayBeMissing() {
    assertThat(shown(read("http { include mime.types; }", Dialect.NGINX)))
        .isEqualTo("http[]{include[mime.types]}");
  }

  @Test
  void limitsHoldAtTheirEdges() {
    edge("a " + "b ".repeat(ConfReader.MAX_ARGUMENTS) + ";", "a " + "b ".repeat(501) + ";");
    edge("a".repeat(ConfReader.MAX_WORD) + ";", "a".repeat(ConfReader.MAX_WORD + 1) + ";");
    edge("a;".repeat(ConfReader.MAX_STATEMENTS), "a;".repeat(ConfReader.MAX_STATEMENTS + 1));
    edge(nested(ConfReader.MAX_DEPTH), nested(ConfReader.MAX_DEPTH + 1));
    edge("#".repeat(ConfReader.MAX_TEXT), "#".repeat(ConfReader.MAX_TEXT + 1));
    String includes = "include one;".repeat(ConfReader.MAX_FILES - 1);
    assertThat(ConfReader.read("a", includes, Dialect.SRS, ConfReaderTest::open)).hasSize(198);
    assertThatThrownBy(() ->
            ConfReader.read("a", includes + "include one;", Dialect.SRS, ConfReaderTest::open))
        .hasMessageContaining("one more file; allowed: at most 100");
  }

  private static String nested(int depth) {
    return "a{".repeat(depth) + "}".repeat(depth);
  }

  private static void edge(String good, String tooMuch) {
    assertThat(read(good, Dialect.SRS)).isNotNull();
    assertThatThrownBy(() -> read(tooMuch, Dialect.SRS)).isInstanceOf(MalformedException.class);
  }

  @Test
  void everyBeginningOfATextIsReadOrRefused() {
    String text = "a 'b' \"c\" {\n d ${e} # f\n; include one; } g h;";
    for (int length = 0; length <= text.length(); length++) {
      String part = text.substring(0, length);
      for (Dialect dialect : Dialect.values()) {
        try {
          assertThat(ConfReader.read("a", part, dialect, ConfReaderTest::open)).isNotNull();
        } catch (MalformedException malformed) {
          assertThat(malformed).hasMessageMatching("(?s)a:\\d+:\\d+: found .+; allowed: .+");
        }
      }
    }
  }
}
