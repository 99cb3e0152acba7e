package dev.sluice.imports;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.sluice.wire.MalformedException;
import java.util.List;
import java.util.Map;

/** Whatever stands in a file, what is made of it is a configuration of ours. */
class ImportFuzzTest {
  private static final Inclusion INCLUSION =
      pattern -> List.of(new Inclusion.Source(pattern, "included on;"));

  @FuzzTest
  void srs(@NotNull String text) {
    String value = text.substring(0, Math.min(text.length(), 50));
    Map<String, String> environment = Map.of("SRS_LISTEN", value, "SRS_VHOST_HLS_HLS_KEYS", value);
    try {
      check(SrsImport.read("srs.conf", text, INCLUSION, Map.of()));
      check(SrsImport.read("srs.conf", text, INCLUSION, environment));
    } catch (MalformedException malformed) {
      assertThat(malformed).hasMessageMatching("(?s).*:\\d+:\\d+: found .+; allowed: .+");
    }
  }

  @FuzzTest
  void nginx(@NotNull String text) {
    try {
      check(NginxImport.read("nginx.conf", text, INCLUSION));
    } catch (MalformedException malformed) {
      assertThat(malformed).hasMessageMatching("(?s).*:\\d+:\\d+: found .+; allowed: .+");
    }
  }

  private static void check(Imported imported) {
    assertThat(Written.read(imported.yaml())).isNotNull();
    assertThat(imported.report()).contains("Directives: ");
    assertThat(imported.findings().stream().map(Finding::path)).doesNotContainNull();
  }
}
