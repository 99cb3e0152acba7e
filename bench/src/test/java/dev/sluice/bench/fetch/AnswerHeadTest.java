package dev.sluice.bench.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerHeadTest {
  private static AnswerHead read(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return AnswerHead.read(bytes, bytes.length);
  }

  @Test
  void aHeadIsReadOnceItIsWhole() {
    String head = "HTTP/1.1 200 OK\r\nServer: x\r\nCONTENT-length:  1234\r\n\r\n";
    assertThat(read(head + "body")).isEqualTo(new AnswerHead(200, 1234, head.length()));
    for (int length = 0; length < head.length(); length++) {
      assertThat(read(head.substring(0, length))).isEqualTo(AnswerHead.INCOMPLETE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 20 OK\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1234567890123456\r\n\r\n",
      })
  void whatCannotBeReadIsRefused(String head) {
    assertThatThrownBy(() -> read(head)).isInstanceOf(MalformedException.class);
  }

  @Test
  void aHeadHasItsBound() {
    String most = "a".repeat(AnswerHead.MAX_BYTES - 1);
    assertThat(read(most)).isEqualTo(AnswerHead.INCOMPLETE);
    assertThatThrownBy(() -> read(most + "a")).isInstanceOf(MalformedException.class);
  }
}
