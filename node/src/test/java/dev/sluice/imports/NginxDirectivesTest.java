package dev.sluice.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** No directive of nginx-rtmp is left without a word: {@code every.nginx.conf} has them all. */
class NginxDirectivesTest {
  private static final Set<String> BLOCKS = Set.of("rtmp", "server", "application", "recorder");

  @Test
  void everyDirectiveIsExplained() throws IOException {
    String text = SrsDirectivesTest.text("every.nginx.conf");
    Imported imported = NginxImport.read("nginx.conf", text, Inclusion.NONE);
    assertThat(imported.with(Verdict.UNKNOWN)).isEmpty();
    assertThat(imported.findings())
        .allSatisfy(finding -> assertThat(finding.reason() + finding.counterpart()).isNotBlank());
    var explained = new TreeSet<String>();
    imported.findings().forEach(finding -> explained.add(finding.path()));
    assertThat(explained).containsAll(names(text)).contains("worker_processes", "events", "http");
    assertThat(Written.read(imported.yaml())).isNotNull();
  }

  @Test
  void theFileHasWhatTheTableHas() throws IOException {
    var table = new TreeSet<String>();
    NginxDirectives.TABLE.directives().forEach(directive -> table.add(directive.path()));
    assertThat(names(SrsDirectivesTest.text("every.nginx.conf"))).isEqualTo(table);
  }

  /** All names but those of blocks and of nginx itself. */
  private static Set<String> names(String text) {
    var names = new TreeSet<String>();
    for (Statement statement :
        ConfReader.read("nginx.conf", text, ConfReader.Dialect.NGINX, Inclusion.NONE)) {
      collect(statement, statement.name().equals("rtmp"), names);
    }
    return names;
  }

  private static void collect(Statement statement, boolean within, Set<String> names) {
    boolean ours = within || statement.name().startsWith("rtmp_");
    if (ours && !(BLOCKS.contains(statement.name()) && statement.hasBlock())) {
      names.add(statement.name());
    }
    statement.block().forEach(inner -> collect(inner, within, names));
  }

  @Test
  void whatIsNotTakenHasAReason() {
    assertThat(NginxDirectives.TABLE.directives())
        .allSatisfy(directive -> {
          if (directive.verdict() == Verdict.UNSUPPORTED) {
            assertThat(directive.reason())
                .as(directive.path())
                .matches("(no counterpart: .+|planned.*)");
          }
        });
  }

  @Test
  void anUnknownDirectiveIsListedAsUnknownAndClosesTheDoor() {
    Imported imported =
        NginxImport.read(
            "nginx.conf",
            "rtmp { server { listen 1935; application live { live on; guard a; } } }",
            Inclusion.NONE);
    assertThat(imported.with(Verdict.UNKNOWN).stream().map(Finding::path))
        .isEqualTo(List.of("guard"));
    assertThat(Written.keys(imported.yaml())).containsEntry("access.rules[0].needs", "token");
  }
}
