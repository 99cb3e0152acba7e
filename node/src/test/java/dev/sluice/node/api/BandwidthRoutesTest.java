package dev.sluice.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.TestFront;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connection is measured by whoever may, for a while, by a few at a time. */
@Timeout(30)
class BandwidthRoutesTest {
  private static final String DOWN = "GET /sluice/v1/bandwidth/down";
  private static final String UP = "POST /sluice/v1/bandwidth/up";
  private static final String TOKEN = "Authorization: Bearer the-token";

  /** Everybody may with streams of `open`, nobody with others. */
  private static final Admission RULES =
      new Admission() {
        @Override
        public void publish(
            StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
          answer.accept(name.path().equals("open/both") ? null : Reason.TOKEN_MISSING);
        }

        @Override
        public void play(
            StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
          assertThat(client.protocol()).isEqualTo(BandwidthRoutes.PROTOCOL);
          boolean open = name.path().startsWith("open/");
          loop.execute(() -> answer.accept(open ? null : Reason.LINK_MISSING)); // later
        }
      };

  private final AtomicBoolean on = new AtomicBoolean(true);
  private final BandwidthRoutes routes =
      new BandwidthRoutes(
          RULES, new HttpGuard("the-token"::equals, _ -> false), on::get, () -> "H-1");
  private final List<Socket> sockets = new ArrayList<>();
  private TestFront front;

  @BeforeEach
  void start() {
    front = TestFront.start(routes);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    front.close();
  }

  private Socket ask(String request, String... headers) throws IOException {
    Socket socket = front.connect(false);
    sockets.add(socket);
    String[] all = new String[headers.length + 2];
    all[0] = request + " HTTP/1.1";
    System.arraycopy(headers, 0, all, 1, headers.length);
    all[headers.length + 1] = "Connection: close";
    TestFront.request(socket, all);
    return socket;
  }

  private String status(String request, String... headers) throws IOException {
    Socket socket = ask(request, headers);
    return TestFront.readHead(socket.getInputStream()).split(" ", 3)[1];
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "down?seconds=1, '', 401",
    "down?seconds=1&stream=shut/a, '', 403",
    "down?seconds=0, x, 400",
    "down?seconds=11, x, 400",
    "down?seconds=+1, x, 400",
    "down?seconds=1&stream=a//b, x, 400",
    "down?seconds=1&stream=api/a, x, 400",
    "down?seconds=1, x, 200",
    "down?seconds=1&stream=open/a, '', 200",
  })
  void whoMayGetsBytes(String path, String token, String status) throws IOException {
    String request = "GET /sluice/v1/bandwidth/" + path;
    assertThat(token.isEmpty() ? status(request) : status(request, TOKEN)).isEqualTo(status);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "up, '', 401",
    "up?stream=open/a, '', 401",
    "up?stream=open/both, '', 200",
    "up, x, 200",
  })
  void whoMayGivesBytes(String path, String token, String status) throws IOException {
    String request = "POST /sluice/v1/bandwidth/" + path;
    String length = "Content-Length: 0";
    assertThat(token.isEmpty() ? status(request, length) : status(request, TOKEN, length))
        .isEqualTo(status);
  }

  @Test
  void thereIsNothingUnlessItIsOn() throws IOException {
    on.set(false);
    assertThat(status(DOWN, TOKEN)).isEqualTo("404");
    assertThat(status(UP, TOKEN, "Content-Length: 0")).isEqualTo("404");
  }

  @Test
  void bytesFlowForTheTimeThatWasAskedFor() throws IOException {
    InputStream in = ask(DOWN + "?seconds=1", TOKEN).getInputStream();
    assertThat(TestFront.readHead(in)).contains("200", "no-transform");
    byte[] body = in.readAllBytes(); // up to the end, which comes by itself
    assertThat(body.length).isBetween(65_536, (int) (BandwidthRoutes.MAX_BYTES * 101 / 100));
    assertThat(routes.underWay()).isZero();
  }

  @Test
  void saysHowManyBytesCame() throws IOException {
    byte[] body = new byte[100_000];
    Socket socket = ask(UP, TOKEN, "Content-Length: " + body.length);
    socket.getOutputStream().write(body);
    socket.getOutputStream().flush();
    InputStream in = socket.getInputStream();
    assertThat(TestFront.readHead(in)).contains(" 200 ");
    assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("{\"bytes\":100000}");
  }

  @Test
  void aFewAtATime() throws IOException {
    for (int i = 0; i < BandwidthRoutes.MAX_AT_A_TIME; i++) {
      assertThat(status(DOWN + "?seconds=10", TOKEN)).isEqualTo("200"); // and takes no more
    }
    InputStream in = ask(DOWN, TOKEN).getInputStream();
    assertThat(TestFront.readHead(in)).contains(" 429 ");
    assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("\"busy\"");
  }
}
