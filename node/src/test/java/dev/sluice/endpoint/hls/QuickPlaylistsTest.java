package dev.sluice.endpoint.hls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.endpoint.hls.QuickPlaylists.Wanted;
import dev.sluice.net.TestFront;
import dev.sluice.net.segments.SegmentsFixture;
import dev.sluice.net.segments.SessionPath;
import dev.sluice.wire.hls.MediaPlaylist;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Playlists of viewers who are known, over real sockets that are kept. */
@Timeout(60)
class QuickPlaylistsTest {
  private static final String ID = "ABCDEFGHIJKLMNOPQRSTUV";

  private final SegmentsFixture fixture = new SegmentsFixture(HlsEndpoint::new);

  @AfterEach
  void stop() {
    fixture.close();
  }

  /** The path of a viewer's playlists. */
  private String session() throws IOException, InterruptedException {
    var redirect = fixture.get("/live/cam/index.m3u8");
    assertThat(redirect.statusCode()).isEqualTo(302);
    String location = SegmentsFixture.header(redirect, "location");
    return location.substring(0, location.lastIndexOf('/'));
  }

  /** One answer: its head, and its body. */
  private record Answer(String head, String body) {}

  private static void ask(Socket socket, String path, String... fields) throws IOException {
    String more = fields.length == 0 ? "" : "\r\n" + String.join("\r\n", fields);
    TestFront.request(socket, "GET " + path + " HTTP/1.1" + more);
  }

  private static Answer read(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    String head = TestFront.readHead(in);
    int length = Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
    byte[] body = in.readNBytes(length);
    if (head.contains("content-encoding: gzip")) {
      try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(body))) {
        body = unzipped.readAllBytes();
      }
    }
    return new Answer(head, new String(body, UTF_8));
  }

  private int blocked() {
    int[] count = {0};
    fixture.on(() -> count[0] = BlockedReplies.of(fixture.stream()).waiting());
    return count[0];
  }

  private void awaitBlocked(int count) {
    await().atMost(10, SECONDS).until(() -> blocked() == count);
  }

  /** Asks for a segment that is not there yet. */
  private void block(Socket socket, String path) throws IOException {
    ask(socket, path);
    MediaPlaylist now = MediaPlaylist.read(read(socket).body);
    ask(socket, path + "?_HLS_msn=" + (now.mediaSequence() + now.segments().size() + 1));
    awaitBlocked(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v0", "a1"})
  void theAnswerIsThatOfTheStack(String track) throws Exception {
    fixture.until(7.5);
    String session = session();
    String expected =
        SegmentsFixture.text(fixture.get("/live/cam/index." + track + ".m3u8?session=0"));
    for (boolean tls : new boolean[] {false, true}) {
      try (Socket socket = fixture.front().connect(tls)) {
        for (int i = 0; i < 3; i++) {
          ask(socket, session + "/index." + track + ".m3u8");
          Answer answer = read(socket);
          assertThat(answer.body).isEqualTo(expected);
          assertThat(answer.head)
              .startsWith("HTTP/1.1 200 OK\r\n")
              .contains("content-type: application/vnd.apple.mpegurl\r\n")
              .contains("cache-control: public, max-age=1\r\n")
              .contains("vary: Accept-Encoding\r\n")
              .doesNotContain("content-encoding");
        }
        ask(socket, session + "/index." + track + ".m3u8", "Accept-Encoding: gzip");
        Answer zipped = read(socket);
        assertThat(zipped.head).contains("content-encoding: gzip\r\n");
        assertThat(zipped.body).isEqualTo(expected);
      }
    }
    assertThat(fixture.viewers()).hasSize(1);
    assertThat(fixture.viewers().getFirst().bytesSent()).isPositive();
  }

  @Test
  void whoBlocksIsAnsweredWithThePartAndMayAskOn() throws Exception {
    fixture.until(7.5);
    String path = session() + "/index.v0.m3u8";
    try (Socket socket = fixture.front().connect(false)) {
      ask(socket, path);
      MediaPlaylist now = MediaPlaylist.read(read(socket).body);
      long number = now.mediaSequence() + now.segments().size();
      int part = now.openParts().size();
      ask(socket, path + "?_HLS_msn=" + number + "&_HLS_part=" + part);
      awaitBlocked(1);
      fixture.until(7.9);
      Answer answer = read(socket);
      assertThat(answer.head).contains("max-age=12\r\n");
      assertThat(MediaPlaylist.read(answer.body).openParts()).hasSizeGreaterThan(part);
      assertThat(blocked()).isZero();
      ask(socket, path + "?_HLS_msn=" + number + "&_HLS_skip=YES");
      awaitBlocked(1);
      fixture.until(9.5);
      MediaPlaylist whole = MediaPlaylist.read(read(socket).body);
      assertThat(whole.mediaSequence() + whole.skipped() + whole.segments().size())
          .isGreaterThan(number);
    }
  }

  @Test
  void whatIsNoOrdinarySuccessIsAnsweredByTheStack() throws Exception {
    fixture.until(7.5);
    String session = session();
    try (Socket socket = fixture.front().connect(false)) {
      ask(socket, session + "/index.v7.m3u8");
      assertThat(read(socket).head).startsWith("HTTP/1.1 404");
      ask(socket, session + "/index.v0.m3u8?_HLS_msn=99999999999");
      assertThat(read(socket).head).startsWith("HTTP/1.1 400");
      ask(socket, session + "/index.v0.m3u8?_HLS_part=1");
      assertThat(read(socket).head).startsWith("HTTP/1.1 400");
      ask(socket, session + "/index.v0.m3u8");
      assertThat(read(socket).head).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whoWasEndedGetsNothingMore() throws Exception {
    fixture.until(7.5);
    String path = session() + "/index.v0.m3u8";
    try (Socket socket = fixture.front().connect(false)) {
      ask(socket, path);
      assertThat(read(socket).head).startsWith("HTTP/1.1 200");
      fixture.kick();
      ask(socket, path);
      assertThat(read(socket).head).doesNotStartWith("HTTP/1.1 200");
    }
  }

  @Test
  void whoLeavesWhileWaitingIsForgotten() throws Exception {
    fixture.until(7.5);
    String path = session() + "/index.v0.m3u8";
    try (Socket socket = fixture.front().connect(false)) {
      block(socket, path);
    }
    awaitBlocked(0);
  }

  @Test
  void whoWaitsWhileAllIsForgottenIsToldSo() throws Exception {
    fixture.until(7.5);
    String path = session() + "/index.v0.m3u8";
    try (Socket socket = fixture.front().connect(false)) {
      block(socket, path);
      socket.setSoTimeout(20_000);
      fixture.forget();
      assertThat(read(socket).head).doesNotStartWith("HTTP/1.1 200");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/s/ABCDEFGHIJKLMNOPQRSTUV/live/a/index.v0.m3u8, live/a, v0, -1, -1, false",
    "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.a12.m3u8?_HLS_msn=7, a, a12, 7, -1, false",
    "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?_HLS_msn=7&_HLS_part=0, a, v0, 7, 0, false",
    "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?_HLS_skip=v2&_HLS_part=3&_HLS_msn=1, a, v0, 1, 3,"
        + " true",
  })
  void pathsAreRead(
      String target, String stream, String track, long number, long part, boolean delta) {
    assertThat(Wanted.read(target)).isEqualTo(new Wanted(stream, track, number, part, delta));
    assertThat(SessionPath.id(target)).isEqualTo(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/s/",
        "/s/ABCDEFGHIJKLMNOPQRSTUV",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/index.v0.m3u8",
        "/s/ABCDEFGHIJKLMNOPQRSTU/a/index.v0.m3u8",
        "/s/ABCDEFGHIJKLMNOPQRSTUVW/a/index.v0.m3u8",
        "/live/a/index.v0.m3u8",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.m3u8",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index..m3u8",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8x",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?token=a",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?_HLS_msn",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?_HLS_msn=",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?_HLS_msn=-1",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?_HLS_msn=01",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?_HLS_msn=1&_HLS_msn=2",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?_HLS_part=1",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?_HLS_skip=NO",
        "/s/ABCDEFGHIJKLMNOPQRSTUV/a/index.v0.m3u8?_HLS_msn=1&",
      })
  void whatIsNotPlainlySaidIsLeftToTheStack(String target) {
    assertThat(Wanted.read(target)).isNull();
  }
}
