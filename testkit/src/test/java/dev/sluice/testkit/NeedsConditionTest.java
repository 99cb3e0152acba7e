package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

class NeedsConditionTest {
  private final NeedsCondition here = new NeedsCondition("ffmpeg"::equals, false);
  private final NeedsCondition ci = new NeedsCondition("ffmpeg"::equals, true);

  @Test
  void runsWhereEverythingIsThere() {
    assertThat(here.evaluate(List.of("ffmpeg")).isDisabled()).isFalse();
    assertThat(ci.evaluate(List.of("ffmpeg")).isDisabled()).isFalse();
  }

  @Test
  void skipsWithTheNamesOfWhatIsMissing() {
    var result = here.evaluate(List.of("ffmpeg", "chromium", "cc"));
    assertThat(result.isDisabled()).isTrue();
    assertThat(result.getReason()).contains("needs chromium, cc");
  }

  @Test
  void failsInCi() {
    assertThatThrownBy(() -> ci.evaluate(List.of("ffmpeg", "chromium")))
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContaining("[chromium]");
  }

  @Test
  void anUnknownNameIsAMistake() {
    assertThatThrownBy(() -> here.evaluate(List.of("ffmpg")))
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContaining("ffmpg");
  }

  @Test
  void believesVerify() {
    Tools told = new Tools("ffmpeg,cc");
    assertThat(told.has("cc")).isTrue();
    assertThat(told.has("rtmpdump")).isFalse();
  }

  @Test
  void looksForItselfWhenNotTold() {
    Tools tools = new Tools(null);
    assertThat(tools.has("maven")).isEqualTo(Tools.program("mvn").isPresent());
  }

  @Test
  void verifyKnowsTheSameNames() throws IOException {
    String script = Files.readString(Path.of("..", "verify"));
    Matcher list = Pattern.compile("(?m)^TOOLS=\"([^\"]*)\"").matcher(script);
    assertThat(list.find()).isTrue();
    assertThat(list.group(1).split(" ")).containsExactlyInAnyOrderElementsOf(Tools.NAMES);
  }

  @Test
  void verifyFetchesTheSameFfmpeg8() throws IOException {
    assertThat(Files.readString(Path.of("..", "verify")))
        .contains("\nFFMPEG8=" + Ffmpeg8.VERSION + "\n");
  }
}
