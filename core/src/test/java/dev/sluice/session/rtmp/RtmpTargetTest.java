package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.session.rtmp.RtmpTarget.Purpose;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RtmpTargetTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        // url | tls | host | port | app | stream | tcUrl
        "rtmp://a/live/s | false | a | 1935 | live | s | rtmp://a/live",
        "RTMP://a:1936/live/s | false | a | 1936 | live | s | rtmp://a:1936/live",
        "rtmps://a/live/s | true | a | 443 | live | s | rtmps://a/live",
        "rtmps://a:443/live/s | true | a | 443 | live | s | rtmps://a/live",
        "rtmp://a/live/deep/s?k=v&l=/w | false | a | 1935 | live/deep | s?k=v&l=/w"
            + " | rtmp://a/live/deep",
        "rtmp://a/live?k=v/s | false | a | 1935 | live | s?k=v | rtmp://a/live",
        "rtmp://a/s | false | a | 1935 | | s | rtmp://a",
        "rtmp://a/live/ | false | a | 1935 | live | | rtmp://a/live",
        "rtmp://a | false | a | 1935 | | | rtmp://a",
        "rtmp://[::1]:1936/live/s | false | ::1 | 1936 | live | s | rtmp://[::1]:1936/live",
        "rtmp://[::1]/live/s | false | ::1 | 1935 | live | s | rtmp://[::1]/live",
      })
  void reads(
      String url,
      boolean tls,
      String host,
      int port,
      @Nullable String app,
      @Nullable String stream,
      String tcUrl) {
    RtmpTarget target = RtmpTarget.parse(url, Purpose.PLAY);
    assertThat(target.tls()).isEqualTo(tls);
    assertThat(target.host()).isEqualTo(host);
    assertThat(target.port()).isEqualTo(port);
    assertThat(target.app()).isEqualTo(app == null ? "" : app);
    assertThat(target.stream()).isEqualTo(stream == null ? "" : stream);
    assertThat(target.tcUrl()).isEqualTo(tcUrl);
    assertThat(target.redirects()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "http://a/live/s",
    "a/live/s",
    "rtmp:/a/live",
    "rtmpe://a/live/s",
    "rtmp:///live/s",
    "rtmp://user:secret@a/live/s",
    "rtmp://[::1/live/s",
    "rtmp://a:0/live/s",
    "rtmp://a:65536/live/s",
    "rtmp://a:/live/s",
    "rtmp://a:x/live/s",
    "rtmp://a:123456/live/s",
  })
  void refuses(String url) {
    assertThatThrownBy(() -> RtmpTarget.parse(url, Purpose.PUBLISH))
        .isInstanceOf(MalformedException.class)
        .message()
        .doesNotContain("secret");
  }

  @Test
  void refusesWhatIsTooLong() {
    String longest = "rtmp://a/live/" + "s".repeat(4096 - 14);
    assertThat(RtmpTarget.parse(longest, Purpose.PLAY).stream()).hasSize(4082);
    assertThatThrownBy(() -> RtmpTarget.parse(longest + "s", Purpose.PLAY))
        .isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest(name = "reconnect to {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | rtmps://a:444/live | s?k=v",
        "rtmp://b/live2 | rtmp://b/live2 | s?k=v",
        "rtmps://b:1/x/y | rtmps://b:1/x/y | s?k=v",
        "/other | rtmps://a:444/other | s?k=v",
        "//b/other | rtmps://b/other | s?k=v",
      })
  void followsAReconnectRequest(String reference, String tcUrl, String stream) {
    RtmpTarget target =
        RtmpTarget.parse("rtmps://a:444/live/s?k=v", Purpose.PUBLISH)
            .withProperties(AmfProperties.builder().put("x", 1).build())
            .withArguments(List.of(AmfValue.NULL))
            .redirectedToApp(reference);
    assertThat(target.tcUrl()).isEqualTo(tcUrl);
    assertThat(target.stream()).isEqualTo(stream);
    assertThat(target.purpose()).isEqualTo(Purpose.PUBLISH);
    assertThat(target.properties().size()).isEqualTo(1);
    assertThat(target.arguments()).hasSize(1);
    assertThat(target.redirects()).isEqualTo(1);
  }

  @Test
  void aQueryIsNotShown() {
    assertThat(RtmpTarget.parse("rtmp://a/live/s?key=secret", Purpose.PUBLISH))
        .hasToString("PUBLISH rtmp://a/live/s?…");
  }
}
