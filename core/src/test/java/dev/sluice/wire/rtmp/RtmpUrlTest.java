package dev.sluice.wire.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RtmpUrlTest {
  @ParameterizedTest(name = "{0} | {1} | {2}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // tcUrl | app | stream | vhost | path | parameters
        "rtmp://a.example/live | live | s | a.example | live/s | {}",
        "rtmp://A.Example:1936/live | live | S | a.example | live/S | {}",
        "rtmp://[2001:db8::1]:1935/live | live | s | 2001:db8::1 | live/s | {}",
        "rtmp://[2001:db8::1]/live | live | s | 2001:db8::1 | live/s | {}",
        "rtmps://user:pass@a/live | live | s | a | live/s | {}",
        "rtmp://a/live/deep/er | live/deep/er | s | a | live/deep/er/s | {}",
        "rtmp://a/live | live | b/c/s | a | live/b/c/s | {}",
        "rtmp://a/live/ | live/ | /s | a | live/s | {}",
        "rtmp://a//live | //live | s | a | live/s | {}",
        // query after the app, after the stream, after both
        "rtmp://a/live?vhost=b | live?vhost=b | s | b | live/s | {vhost=b}",
        "rtmp://a/live?domain=b | live?domain=b | s | b | live/s | {domain=b}",
        "rtmp://a/live?vhost=b&domain=c | live | s | b | live/s | {vhost=b, domain=c}",
        "rtmp://a/live | live | s?vhost=B&token=x | b | live/s | {vhost=B, token=x}",
        "rtmp://a/live?k=1 | live?k=1 | s?k=2&l=3 | a | live/s | {k=2, l=3}",
        "rtmp://a/live?token=a/b | live?token=a/b | s | a | live/s | {token=a/b}",
        "rtmp://a/live?vhost=b?token=x | live?vhost=b?token=x | s | b | live/s"
            + " | {vhost=b, token=x}",
        "rtmp://a/live | live | s?flag&=x&e= | a | live/s | {flag=, e=}",
        // a query before the last slash, by tools that take one URL
        "rtmp://a | live?vhost=b/s | - | b | live/s | {vhost=b}",
        "rtmp://a/live?vhost=b/s | - | - | b | live/s | {vhost=b}",
        // the old way
        "rtmp://a/live...vhost...b | live...vhost...b | s | b | live/s | {vhost=b}",
        "rtmp://a/live...vhost...b | live...vhost...b...token...x | s | b | live/s"
            + " | {vhost=b, token=x}",
        "rtmp://a/live...vhost...b/c | live...vhost...b/c | s | b | live/c/s | {vhost=b}",
        "rtmp://a/live...x | live...x | s | a | live/s | {}",
        // instances and the default app
        "rtmp://a/live/_definst_ | live/_definst_ | s | a | live/s | {}",
        "rtmp://a/live | live | _definst_/s | a | live/s | {}",
        "rtmp://a/live/_definst_?vhost=b | live/_definst_?vhost=b | s | b | live/s | {vhost=b}",
        "rtmp://a/__defaultApp__ | __defaultApp__ | s | a | s | {}",
        "rtmp://a/ | - | s | a | s | {}",
        "rtmp://a | - | s | a | s | {}",
        "rtmp://a/s | s | - | a | s | {}",
        "- | live | s | - | live/s | {}",
        "- | - | - | - | - | {}",
        // names like files
        "rtmp://a/live | live | s.flv | a | live/s | {}",
        "rtmp://a/live | live | mp4:s.mp4 | a | live/s | {}",
        "rtmp://a/live | live | flv:s?token=x | a | live/s | {token=x}",
        "rtmp://a/live | live | s.FLV?x=y | a | live/s | {x=y}",
        "rtmp://a/live | live | cam.1 | a | live/cam.1 | {}",
        "rtmp://a/live | live | .flv | a | live/.flv | {}",
        "rtmp://a/live | live | odd:s | a | live/odd:s | {}",
        // blanks, escapes
        "' rtmp://a/live ' | ' live' | 's ' | a | live/s | {}",
        "rtmp://a/live | live | s%2Dt?k=%26%3D+ | a | live/s-t | {k=&=+}",
        "rtmp://a/live | live | 100% | a | live/100% | {}",
        "rtmp://a/live | live | s%252D | a | live/s%2D | {}",
        // without a scheme
        "a/live | live | s | a | live/s | {}",
      })
  void readsEveryForm(
      String tcUrl, String app, String stream, String vhost, String path, String parameters) {
    RtmpUrl url = RtmpUrl.parse(orEmpty(tcUrl), orEmpty(app), orEmpty(stream));
    assertThat(url.vhost()).isEqualTo(orEmpty(vhost));
    assertThat(url.path()).isEqualTo(orEmpty(path));
    assertThat(url.parameters()).hasToString(parameters);
  }

  @Test
  void takesLineEndsAway() {
    assertThat(RtmpUrl.parse("rtmp://a/live\r\n", "live\n", "s\r").path()).isEqualTo("live/s");
  }

  @Test
  void theHostStaysKnownBesideAVhost() {
    RtmpUrl url = RtmpUrl.parse("rtmp://127.0.0.1/live?vhost=b", "live?vhost=b", "s");
    assertThat(url.host()).isEqualTo("127.0.0.1");
    assertThat(url.vhost()).isEqualTo("b");
  }

  @Test
  void valuesAreNotShown() {
    assertThat(RtmpUrl.parse("rtmp://a/live", "live", "s?token=secret").toString())
        .contains("token")
        .doesNotContain("secret");
  }

  @Test
  void parametersAreLimited() {
    String query =
        IntStream.range(0, 70).mapToObj(i -> "k" + i + "=1").collect(Collectors.joining("&"));
    assertThat(RtmpUrl.parse("", "live", "s?" + query + "&k0=2").parameters())
        .hasSize(RtmpUrl.MAX_PARAMETERS)
        .containsEntry("k0", "2")
        .doesNotContainKey("k64");
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
