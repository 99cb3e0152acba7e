package dev.sluice.bench.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAnswerTest {
  private static final byte[] OK =
      "HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\n\r\nFLV".getBytes(ISO_8859_1);

  @Test
  void theBodyBeginsAfterTheHead() {
    var whole = new HttpAnswer();
    assertThat(whole.feed(OK, 0, OK.length)).isEqualTo(OK.length - 3);
    assertThat(whole.status()).isEqualTo(200);
    var pieces = new HttpAnswer();
    for (int at = 0; at < OK.length - 4; at++) {
      assertThat(pieces.feed(OK, at, at + 1)).isEqualTo(-1);
      assertThat(pieces.status()).isZero();
    }
    assertThat(pieces.feed(OK, OK.length - 4, OK.length)).isEqualTo(OK.length - 3);
    assertThat(pieces.statusLine()).isEqualTo("HTTP/1.1 200 OK");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "hello\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      })
  void whatCannotBeReadIsRefused(String head) {
    byte[] bytes = head.getBytes(ISO_8859_1);
    assertThatThrownBy(() -> new HttpAnswer().feed(bytes, 0, bytes.length))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aHeadHasALimit() {
    byte[] endless = new byte[HttpAnswer.MAX_HEAD_BYTES];
    assertThat(new HttpAnswer().feed(endless, 1, endless.length)).isEqualTo(-1);
    assertThatThrownBy(() -> new HttpAnswer().feed(endless, 0, endless.length))
        .hasMessageContaining("over 8192 bytes");
  }

  @FuzzTest
  void anyBytesEitherParseOrAreRefused(byte[] input) {
    var answer = new HttpAnswer();
    try {
      int body = answer.feed(input, 0, input.length);
      assertThat(body >= 0).isEqualTo(answer.status() >= 100);
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }
}
