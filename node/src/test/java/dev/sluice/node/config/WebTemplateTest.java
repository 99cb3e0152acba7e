package dev.sluice.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebTemplateTest {
  @Test
  void keepsWhatIsReplaced() {
    WebTemplate template = WebTemplate.parse("https://cdn.example:81/[app]/[stream][param]?x=[y]");
    assertThat(template)
        .isEqualTo(
            new WebTemplate(
                URI.create("https://cdn.example:81/%5Bapp%5D/%5Bstream%5D%5Bparam%5D?x=%5By%5D")))
        .hasToString("https://cdn.example:81/[app]/[stream][param]?x=[y]");
  }

  @Test
  void aHostMayBeAnAddress() {
    assertThat(WebTemplate.parse("http://[::1]:81/[app]"))
        .isEqualTo(new WebTemplate(URI.create("http://[::1]:81/%5Bapp%5D")));
    assertThat(WebTemplate.parse("http://[::1]")).hasToString("http://[::1]");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"", "[app]", "ftp://a/[app]", "http://[app]/", "http://u@a/", "http://a/#[app]"})
  void whatIsNoAddressIsRefused(String text) {
    assertThat(WebTemplate.parse(text)).isNull();
  }
}
