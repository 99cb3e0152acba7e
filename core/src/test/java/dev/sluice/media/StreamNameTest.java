package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamNameTest {
  @ParameterizedTest(name = "{0} is vhost {1}, path {2}")
  @CsvSource({
    "live/mine,'',live/mine",
    "Mine,'',Mine",
    "a.b_c-D9,'',a.b_c-D9",
    "example.com!live/mine,example.com,live/mine",
    "Example.COM!Live/Mine,example.com,Live/Mine",
    "live%2Fmine,'',live/mine",
    "live%2fm%69ne,'',live/mine",
    "host%21live,host,live",
    "a/b/c/d/e/f/g/h,'',a/b/c/d/e/f/g/h",
    "...,'',...",
  })
  void reads(String text, String vhost, String path) {
    StreamName name = StreamName.parse(text);
    assertThat(name).isEqualTo(new StreamName(vhost, path));
    assertThat(StreamName.parse(name.toString())).isEqualTo(name);
    assertThat(String.join("/", name.elements())).isEqualTo(path);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''              | is no element",
        "/live           | is no element",
        "live/           | is no element",
        "live//mine      | is no element",
        ".               | is no element",
        "live/../mine    | is no element",
        "live/%2E%2e     | is no element",
        "!live           | empty vhost",
        "..!live         | is no vhost",
        "a!b!c           | U+0021",
        "a b             | U+0020",
        "live/m%C3%A4rz  | U+00E4",
        "live%252Fmine   | U+0025",
        "live%00         | U+0000",
        "live%           | without two hexadecimal digits",
        "live%2          | without two hexadecimal digits",
        "live%zz         | without two hexadecimal digits",
        "a/b/c/d/e/f/g/h/i | has 9 elements, allowed are 8",
      })
  void refuses(String text, String fault) {
    assertThatThrownBy(() -> StreamName.parse(text))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void twoHundredBytesAreAllowed() {
    assertThat(StreamName.parse("x".repeat(200)).path()).hasSize(200);
    assertThat(StreamName.parse("v!" + "x".repeat(198)).path()).hasSize(198);
    for (String long201 : new String[] {"x".repeat(201), "v!" + "x".repeat(199)}) {
      assertThatThrownBy(() -> StreamName.parse(long201))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("has 201 bytes, allowed are 200");
    }
  }

  @Test
  void percentIsNotDecodedTwice() {
    assertThatThrownBy(() -> StreamName.ofDecoded("live%2Fmine"))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("U+0025");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "player/x",
        "images/a.jpg",
        "status",
        "api/v1",
        "live/restream",
        "live/restream/x",
        "as/v1",
        "sluice/v1/streams",
        "link/v1",
        "console",
        "metrics",
        "healthz",
        "index.html",
        "rtc/v1/whip",
        "s/17",
        "assets/x.js",
        "index",
        "live/index",
        "host!api"
      })
  void reservedNamesAreNotPublishable(String text) {
    assertThatThrownBy(() -> StreamName.parse(text).requirePublishable())
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("api, as, assets, console")
        .hasMessageContaining("live/restream")
        .hasMessageContaining("nor end with index");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "live",
        "live/mine",
        "live/restreamer",
        "x/live/restream",
        "index/mine",
        "live/index2",
        "live/api",
        "Api/mine",
        "statuses"
      })
  void otherNamesArePublishable(String text) {
    assertThat(StreamName.parse(text).requirePublishable()).isEqualTo(StreamName.parse(text));
  }

  @Test
  void messagesShowNoControlCharactersAndEnd() {
    assertThatThrownBy(() -> StreamName.ofDecoded("a\n" + "b".repeat(1_000)))
        .isInstanceOf(MalformedException.class)
        .satisfies(
            failure -> assertThat(failure.getMessage()).doesNotContain("\n").hasSizeLessThan(320));
  }

  @FuzzTest
  void anyTextIsANameOrRefused(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      StreamName name = StreamName.parse(text);
      assertThat(StreamName.parse(name.toString())).isEqualTo(name);
      assertThat(name.toString()).matches("([a-z0-9._-]+!)?[A-Za-z0-9._/-]+").hasSizeLessThan(201);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageStartingWith("stream name '");
    }
  }
}
