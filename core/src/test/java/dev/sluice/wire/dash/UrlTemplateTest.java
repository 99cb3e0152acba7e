package dev.sluice.wire.dash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTemplateTest {
  private static final UrlTemplate VALUES = new UrlTemplate("v$1", 2_500_000, 42, 1_795_636_800L);

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "plain.m4s, plain.m4s",
    "$Time$, 1795636800",
    "a/$RepresentationID$/$Number$.m4s?b=$Bandwidth$, a/v$1/42.m4s?b=2500000",
    "$Number%05d$, 00042",
    "$Number%01d$, 42",
    "$Number%020d$, 00000000000000000042",
    "$Time%012d$.m4s, 001795636800.m4s",
    "$$Number$$, $Number$",
    "$$$Number$, $42",
    "100%$Number$, 100%42",
  })
  void fills(String template, String url) {
    assertThat(VALUES.fill(template)).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$",
        "$Number",
        "$Number$$",
        "$number$",
        "$SubNumber$",
        "$Number%d$",
        "$Number%5d$",
        "$Number%00d$",
        "$Number%021d$",
        "$Number%0+5d$",
        "$Number%05x$",
        "$Number%05$",
        "$Number%$",
        "$RepresentationID%05d$",
        "$%05d$",
      })
  void refuses(String template) {
    assertThatThrownBy(() -> VALUES.fill(template)).isInstanceOf(MalformedException.class);
  }

  @Test
  void hasALimit() {
    String most = "x".repeat(UrlTemplate.MAX_CHARACTERS);
    assertThat(VALUES.fill(most)).isEqualTo(most);
    assertThatThrownBy(() -> VALUES.fill(most + "x"))
        .isInstanceOf(MalformedException.class)
        .hasMessage("a template of 4097 characters, allowed are 4096");
  }
}
