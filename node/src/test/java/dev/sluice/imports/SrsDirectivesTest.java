package dev.sluice.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** No directive of SRS is left without a word: {@code every.srs.conf} has them all. */
class SrsDirectivesTest {
  static String text(String name) throws IOException {
    try (InputStream in = SrsDirectivesTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void everyDirectiveIsExplained() throws IOException {
    String text = text("every.srs.conf");
    Imported imported = SrsImport.read("every.srs.conf", text, Inclusion.NONE, Map.of());
    assertThat(imported.with(Verdict.UNKNOWN)).isEmpty();
    assertThat(imported.findings())
        .allSatisfy(finding -> assertThat(finding.reason() + finding.counterpart()).isNotBlank());
    assertThat(imported.findings().stream().map(Finding::place))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(leaves("every.srs.conf", text));
    assertThat(Written.read(imported.yaml())).isNotNull();
  }

  /** Directives that are not a section, and so have a word of their own. */
  private static List<Place> leaves(String file, String text) {
    List<Statement> statements =
        ConfReader.read(file, text, ConfReader.Dialect.SRS, Inclusion.NONE);
    var places = new ArrayList<Place>();
    leaves(statements, "", places);
    return places;
  }

  private static void leaves(List<Statement> statements, String prefix, List<Place> places) {
    for (Statement statement : statements) {
      if (statement.hasBlock()) {
        leaves(statement.block(), prefix + statement.name() + ".", places);
      } else {
        places.add(statement.place());
      }
    }
  }

  @Test
  void theFileHasWhatTheTableHas() throws IOException {
    Set<String> used = new TreeSet<>();
    paths(
        ConfReader.read("every", text("every.srs.conf"), ConfReader.Dialect.SRS, Inclusion.NONE),
        "",
        used);
    var table = new TreeSet<String>();
    SrsDirectives.TABLE.directives().forEach(directive -> table.add(directive.path()));
    assertThat(used).isEqualTo(table);
  }

  private static void paths(List<Statement> statements, String prefix, Set<String> used) {
    for (Statement statement : statements) {
      String path = prefix + statement.name();
      Directive known = SrsDirectives.TABLE.find(path);
      if (statement.hasBlock()) {
        paths(statement.block(), path + ".", used);
      } else {
        used.add(known == null ? path + " (unknown)" : known.path());
      }
    }
  }

  @Test
  void whatIsNotTakenHasAReason() {
    assertThat(SrsDirectives.TABLE.directives())
        .allSatisfy(directive -> {
          if (directive.verdict() == Verdict.UNSUPPORTED) {
            assertThat(directive.reason())
                .as(directive.path())
                .matches("(?s)(no counterpart: .+|planned.*|SRS itself ignores it|removed .+)");
          }
        });
  }

  @Test
  void anUnknownDirectiveIsListedAsUnknown() {
    Imported imported =
        SrsImport.read(
            "srs.conf",
            """
            listen 1935;
            strange thing;
            vhost __defaultVhost__ { hls { hls_stranger on; } queue { a b; } gop_cache off; }
            """,
            Inclusion.NONE,
            Map.of());
    assertThat(imported.with(Verdict.UNKNOWN).stream().map(Finding::path))
        .containsExactly("strange", "vhost.hls.hls_stranger", "vhost.queue", "vhost.queue.a");
    assertThat(imported.with(Verdict.TAKEN).stream().map(Finding::path))
        .containsExactly("listen", "vhost.play.gop_cache");
  }
}
