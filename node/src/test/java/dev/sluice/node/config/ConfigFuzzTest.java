package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.Map;

/** No text brings the reader down. */
class ConfigFuzzTest {

  @FuzzTest
  void anyTextIsAConfigurationOrAListOfFaults(@NotNull String text) {
    String variable = text.substring(0, Math.min(text.length(), 100));
    var env = Map.of("SLUICE_HTTP_LISTEN", variable, "SLUICE_DEFAULTS_LATENCY", variable);
    switch (ConfigParser.parse("fuzz.yaml", text, env)) {
      case ConfigParser.Valid(Loaded loaded) ->
          assertThat(loaded.effective().settings()).isNotEmpty();
      case ConfigParser.Invalid invalid -> {
        assertThat(invalid.problems()).isNotEmpty();
        for (Problem problem : invalid.problems()) {
          assertThat(problem.toString()).doesNotContainPattern("\\p{Cntrl}");
        }
      }
    }
  }
}
