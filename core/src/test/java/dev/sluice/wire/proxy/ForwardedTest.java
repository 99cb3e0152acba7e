package dev.sluice.wire.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.MalformedException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedTest {
  private static String shown(List<Forwarded> elements) {
    return elements.stream()
        .map(each -> each.from() + " " + each.by() + " " + each.host() + " " + each.proto())
        .collect(Collectors.joining(" | "));
  }

  /** Most of these are of RFC 7239, section 4. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "for=\"_gazonk\" # _gazonk null null null",
        "For=\"[2001:db8:cafe::17]:4711\" # [2001:db8:cafe::17]:4711 null null null",
        "for=192.0.2.60;proto=http;by=203.0.113.43 # 192.0.2.60 203.0.113.43 null http",
        "for=192.0.2.43, for=198.51.100.17 #"
            + " 192.0.2.43 null null null | 198.51.100.17 null null null",
        "for=192.0.2.43,for=unknown # 192.0.2.43 null null null | unknown null null null",
        "for=_hidden, for=_SEVKISEK # _hidden null null null | _SEVKISEK null null null",
        "host=a.example:8080;PROTO=HTTPS # null null a.example:8080 https",
        "for=192.0.2.43:47011 # 192.0.2.43:47011 null null null", // strictly to be quoted
        "for=[2001:db8::1]:80 # [2001:db8::1]:80 null null null",
        "for=\"a\\\"b\\\\c\" # a\"b\\c null null null",
        "for=\"a,b;c=d\" # a,b;c=d null null null", // what is quoted splits nothing
        "for=1.2.3.4 ; proto=http ,\tfor=5.6.7.8 # 1.2.3.4 null null http | 5.6.7.8 null null null",
        "for=1.2.3.4;;proto=http; # 1.2.3.4 null null http",
        ", ,for=1.2.3.4,, # 1.2.3.4 null null null",
        "secret=x;for=1.2.3.4 # 1.2.3.4 null null null",
        "secret=\"\" # null null null null",
      })
  void readsElements(String text, String expected) {
    assertThat(shown(Forwarded.parse(text))).isEqualTo(expected);
  }

  @Test
  void nothingIsNoElement() {
    assertThat(Forwarded.parse("")).isEmpty();
    assertThat(Forwarded.parse(" , ")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "for",
        "for=",
        "for=;proto=http",
        "=1.2.3.4",
        "for =1.2.3.4",
        "for= 1.2.3.4",
        "for=1.2.3.4 5.6.7.8",
        "for=\"1.2.3.4",
        "for=\", for=1.2.3.4", // what a client sends to swallow what a proxy adds
        "for=\"1.2.3.4\\\"",
        "for=\"\\",
        "for=\"1.2.3.4\"x",
        "for=1.2.3.4;for=5.6.7.8",
        "for=1.2.3.4;FOR=5.6.7.8",
        "for=\"a\nb\"",
        "for=\"a\\\rb\"",
        "for=a\u007F",
        "for=é",
        "for=a/b",
        "for=1.2.3.4?proto=http"
      })
  void refusesOthers(String text) {
    assertThatThrownBy(() -> Forwarded.parse(text))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("Forwarded: ");
    assertThatThrownBy(() -> Forwarded.parse("for=9.9.9.9, " + text))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void everyTruncationIsReadOrRefused() {
    String whole = "for=\"[2001:db8::1]:4711\";proto=https;host=\"a\\\"b\", for=192.0.2.7;by=_x";
    for (int length = 0; length < whole.length(); length++) {
      String cut = whole.substring(0, length);
      try {
        assertThat(Forwarded.parse(cut)).hasSizeLessThanOrEqualTo(2);
      } catch (MalformedException refused) {
        assertThat(refused).hasMessageStartingWith("Forwarded: ");
      }
    }
    assertThat(Forwarded.parse(whole)).hasSize(2);
  }

  @Test
  void thereAreBoundsForElementsAndParameters() {
    String most = "for=1.2.3.4,".repeat(Forwarded.MAX_ELEMENTS);
    assertThat(Forwarded.parse(most)).hasSize(Forwarded.MAX_ELEMENTS);
    assertThatThrownBy(() -> Forwarded.parse(most + "for=1.2.3.4"))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("more than " + Forwarded.MAX_ELEMENTS);
    var parameters = new StringBuilder();
    for (int i = 0; i < Forwarded.MAX_PARAMETERS; i++) {
      parameters.append("p").append(i).append("=1;");
    }
    assertThat(Forwarded.parse(parameters.toString())).hasSize(1);
    assertThatThrownBy(() -> Forwarded.parse(parameters + "q=1"))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("more than " + Forwarded.MAX_PARAMETERS);
  }
}
