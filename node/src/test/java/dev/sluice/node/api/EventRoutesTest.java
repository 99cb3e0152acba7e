package dev.sluice.node.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.AccessRules;
import dev.sluice.access.Token;
import dev.sluice.event.EventFilter;
import dev.sluice.event.EventKind;
import dev.sluice.event.Events;
import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;
import dev.sluice.net.TestFront;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-sent events over a real port. */
@Timeout(60)
class EventRoutesTest {
  private static final String TOKEN = "Authorization: Bearer the secret";
  private static final Client CLIENT =
      new Client("R-1", "rtmp", "192.0.2.7", 4_000, "another secret", "");

  private final Events events = new Events(() -> 1, Runnable::run);
  private final EventRoutes routes =
      new EventRoutes(events, AccessRules.simple(new Token("the secret"), true));
  private TestFront front;

  @BeforeEach
  void start() {
    front = TestFront.start(routes);
  }

  @AfterEach
  void stop() {
    front.close();
  }

  private void tell(EventKind kind, String stream) {
    synchronized (events) { // which here are numbered by whoever tells
      events.tell(kind, StreamName.parse(stream), CLIENT, "", Map.of());
    }
  }

  private static void ask(Socket socket, String query, String... headers) throws IOException {
    List<String> lines = new ArrayList<>(List.of("GET /sluice/v1/events" + query + " HTTP/1.1"));
    lines.add(TOKEN);
    lines.addAll(List.of(headers));
    TestFront.request(socket, lines.toArray(String[]::new));
  }

  /** Reads a body line by line. */
  private static BufferedReader body(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    assertThat(TestFront.readHead(in))
        .startsWith("HTTP/1.1 200")
        .contains("text/event-stream", "no-store");
    var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    assertThat(next(reader)).isEqualTo("retry: 2000");
    return reader;
  }

  /** The lines up to the next empty one. */
  private static String next(BufferedReader reader) throws IOException {
    var lines = new ArrayList<String>();
    for (String line; (line = reader.readLine()) != null && !line.isEmpty(); ) {
      lines.add(line);
    }
    return String.join("\n", lines);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eventsComeAsTheyHappen(boolean tls) throws IOException {
    tell(EventKind.PUBLISH, "live/before");
    try (Socket socket = front.connect(tls)) {
      ask(socket, "");
      BufferedReader reader = body(socket);
      tell(EventKind.PLAY, "live/a");
      assertThat(next(reader))
          .isEqualTo(
              """
              id: 000000000001-000000000002
              event: play
              data: {"id":"000000000001-000000000002","time":"1970-01-01T00:00:00.001Z",\
              "kind":"play","stream":"live/a","client":{"id":"R-1","protocol":"rtmp",\
              "address":"192.0.2.7","port":4000,"agent":"","user":""},"figures":{}}\
              """);
      tell(EventKind.STOP, "live/a");
      assertThat(next(reader)).contains("event: stop");
      assertThat(routes.readers()).isEqualTo(1);
    }
    await().atMost(10, SECONDS).until(() -> routes.readers() == 0);
  }

  @Test
  void onlyWhatIsWantedComes() throws IOException {
    try (Socket socket = front.connect(false)) {
      ask(socket, "?kind=play,stop&stream=live/*");
      BufferedReader reader = body(socket);
      tell(EventKind.PUBLISH, "live/a");
      tell(EventKind.PLAY, "other/a");
      tell(EventKind.STOP, "live/a");
      assertThat(next(reader)).startsWith("id: 000000000001-000000000003\nevent: stop\n");
    }
  }

  @Test
  void whoComesBackGoesOn() throws IOException {
    for (int i = 0; i < 4; i++) {
      tell(EventKind.PLAY, "live/a");
    }
    try (Socket header = front.connect(false);
        Socket query = front.connect(false)) {
      ask(header, "", "Last-Event-ID: 000000000001-000000000003");
      ask(query, "?lastEventId=000000000001-000000000002");
      assertThat(next(body(header))).startsWith("id: 000000000001-000000000004");
      assertThat(next(body(query))).startsWith("id: 000000000001-000000000003");
    }
  }

  @Test
  void whatIsNotKeptIsAGap() throws IOException {
    for (int i = 0; i < Events.MAX_KEPT + 5; i++) {
      tell(EventKind.PLAY, "live/a");
    }
    try (Socket known = front.connect(false);
        Socket unknown = front.connect(false)) {
      ask(known, "", "Last-Event-ID: 000000000001-000000000001");
      BufferedReader reader = body(known);
      assertThat(next(reader)).isEqualTo("event: gap\ndata: {\"kind\":\"gap\",\"missed\":4}");
      for (long number = 6; number <= Events.MAX_KEPT + 5; number++) {
        assertThat(next(reader)).startsWith("id: 000000000001-%012x\n".formatted(number));
      }
      ask(unknown, "", "Last-Event-ID: 000000000000-000000000001");
      assertThat(next(body(unknown)))
          .isEqualTo("event: gap\ndata: {\"kind\":\"gap\",\"missed\":null}");
    }
  }

  @Test
  void aReaderThatDoesNotKeepUpIsCutOff() throws IOException {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), front.port()));
      ask(socket, "");
      await().atMost(10, SECONDS).until(() -> routes.readers() == 1);
      await() // as many as are kept, and more than kernels hold, in front of it
          .atMost(40, SECONDS)
          .until(() -> {
            for (int i = 0; i < Events.MAX_KEPT; i++) {
              tell(EventKind.PLAY, "live/a");
            }
            return routes.readers() == 0;
          });
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "?kind=nonsense, 400",
    "?stream=a//b, 400",
    "?lastEventId=7, 400",
    "?token=wrong, 403",
  })
  void isRefused(String query, String status) throws IOException {
    try (Socket socket = front.connect(false)) {
      String token = query.contains("token") ? "X: y" : TOKEN;
      TestFront.request(socket, "GET /sluice/v1/events" + query + " HTTP/1.1", token);
      assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 " + status);
    }
    assertThat(routes.readers()).isZero();
  }

  @Test
  void readersAreBounded() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < EventRoutes.MAX_READERS; i++) {
        Socket socket = front.connect(false);
        sockets.add(socket);
        ask(socket, "");
        body(socket);
      }
      try (Socket more = front.connect(false)) {
        ask(more, "");
        assertThat(TestFront.readHead(more.getInputStream())).startsWith("HTTP/1.1 503");
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void theEndOfTheServerIsTheEndOfReading() throws IOException {
    try (Socket socket = front.connect(false);
        Socket late = front.connect(false)) {
      ask(socket, "");
      BufferedReader reader = body(socket);
      routes.close();
      assertThat(reader.readLine()).isNull();
      ask(late, "");
      assertThat(TestFront.readHead(late.getInputStream())).startsWith("HTTP/1.1 503");
    }
    assertThat(events.reader(EventFilter.ALL).next(1).isEmpty()).isTrue();
  }
}
