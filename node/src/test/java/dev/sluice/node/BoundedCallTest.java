package dev.sluice.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Peers that do not answer, or not as they should. */
class BoundedCallTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);

  /** Calls somebody who sends {@code text} and then nothing, without closing. */
  private static String call(String text, int maxBytes, Duration limit) throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HttpClient client = HttpClient.newHttpClient()) {
      Thread peer =
          Thread.ofVirtual()
              .start(() -> {
                try (Socket socket = server.accept()) {
                  socket.getOutputStream().write(text.getBytes(US_ASCII));
                  socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException gone) {
                  // the client has gone, which is what is waited for
                }
              });
      var address = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
      try {
        return BoundedCall.send(client, HttpRequest.newBuilder(address).build(), maxBytes, limit)
            .body();
      } finally {
        client.shutdownNow();
        peer.join();
      }
    }
  }

  @Test
  void theLongestAnswerIsTakenAndOneByteMoreIsNot() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nabcdefgh";
    assertThat(call(answer, 8, LONG)).isEqualTo("abcdefgh");
    assertThatThrownBy(() -> call(answer, 7, LONG)).isInstanceOf(IOException.class);
  }

  @Test
  void whoeverDoesNotAnswerOrStopsInTheMiddleIsNotWaitedFor() {
    for (String answer :
        new String[] {
          "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nabc"
        }) {
      assertThatThrownBy(() -> call(answer, 8, SHORT))
          .isInstanceOf(IOException.class)
          .hasMessage("no answer within 50 ms");
    }
  }

  @Test
  void whatIsNoAnswerIsAFailure() {
    assertThatThrownBy(() -> call("hello\r\n\r\n", 8, LONG)).isInstanceOf(IOException.class);
  }
}
