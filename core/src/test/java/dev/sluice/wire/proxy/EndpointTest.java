package dev.sluice.wire.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "192.0.2.7, 192.0.2.7:0",
    "192.0.2.7:4711, 192.0.2.7:4711",
    "192.0.2.7:65535, 192.0.2.7:65535",
    "192.0.2.7:_hidden, 192.0.2.7:0",
    "2001:db8::1, [2001:db8::1]:0",
    "[2001:db8::1], [2001:db8::1]:0",
    "[2001:DB8:0::1]:4711, [2001:db8::1]:4711",
    "[::ffff:192.0.2.7]:80, 192.0.2.7:80",
    "::ffff:192.0.2.7, 192.0.2.7:0",
  })
  void readsNodes(String text, String written) {
    assertThat(Endpoint.parse(text)).hasToString(written);
  }

  @ParameterizedTest(name = "\"{0}\" names no address")
  @ValueSource(
      strings = {
        "",
        "unknown",
        "_secret",
        "localhost",
        "192.0.2.7:",
        "192.0.2.7:65536",
        "192.0.2.7:080",
        "192.0.2.7:-1",
        "192.0.2.7:_",
        "192.0.2.7 ",
        "[192.0.2.7]",
        "[2001:db8::1",
        "[2001:db8::1]x",
        "[2001:db8::1]:",
        "[]",
        "[]:80",
        "2001:db8::1]:80",
        "[2001:db8::1]]:80",
        "a:80",
        ":80"
      })
  void othersAreNull(String text) {
    assertThat(Endpoint.parse(text)).isNull();
  }
}
