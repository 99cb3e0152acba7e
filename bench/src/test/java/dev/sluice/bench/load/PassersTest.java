package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PassersTest {
  private static final int ALL = 60;

  private final AtomicInteger came = new AtomicInteger();
  private final AtomicInteger went = new AtomicInteger();

  /** Lets in two of three, refuses one of six, and hangs up on one of six. */
  private void serve(Socket player) {
    try (player) {
      InputStream in = player.getInputStream();
      OutputStream out = player.getOutputStream();
      int number = came.getAndIncrement();
      in.readNBytes(4);
      String answer =
          switch (number % 6) {
            case 0 -> "";
            case 1 -> "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
            default -> "HTTP/1.1 200 OK\r\n\r\nFLV";
          };
      if (answer.isEmpty()) {
        return;
      }
      out.write(answer.getBytes(StandardCharsets.US_ASCII));
      in.readAllBytes(); // until it goes
    } catch (IOException gone) {
      // a player that goes with bytes unread resets the connection
    } finally {
      went.incrementAndGet();
    }
  }

  private void accept(ServerSocket server) {
    try {
      while (true) {
        Socket player = server.accept();
        Thread.ofVirtual().start(() -> serve(player));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  @Test
  void theyComeWatchAndGo() throws Exception {
    try (var server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> accept(server));
      Target target =
          Target.parse("http://127.0.0.1:%d/live/a.flv".formatted(server.getLocalPort()));
      Passers.Figures figures;
      try (Passers passers = Passers.start(target, 200, Duration.ofMillis(20))) {
        Await.until("some to have gone", () -> went.get() >= ALL);
        figures = passers.stop();
      }
      assertThat(figures.came()).isGreaterThanOrEqualTo(ALL);
      assertThat(figures.letIn()).isBetween(ALL / 2L, figures.came());
      assertThat(figures.refused()).isBetween(ALL / 12L, figures.came() / 5);
      assertThat(figures.lost()).isBetween(ALL / 12L, figures.came() / 5);
      assertThat(figures.firstLoss())
          .isEqualTo("the server closed the connection without an answer");
      assertThat(figures.perSecond()).isBetween(10.0, 260.0);
      Await.until("all to have gone", () -> went.get() == came.get());
    }
  }
}
