package dev.sluice.endpoint.flv;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Hub;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Loop;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.Publication;
import dev.sluice.hub.Reason;
import dev.sluice.hub.StreamPolicy;
import dev.sluice.hub.TestSource;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.source.SourcePlan;
import dev.sluice.hub.source.SwitchRules;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.TimeReference;
import dev.sluice.media.Track;
import dev.sluice.media.TrackEpoch;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.flv.FlvDemuxer;
import dev.sluice.mux.flv.FlvReader;
import dev.sluice.net.TestFront;
import dev.sluice.wire.Bytes;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Viewers over real sockets, of a hub that is real, too. */
@Timeout(60)
class FlvEndpointTest {
  private static final StreamName NAME = StreamName.parse("live/demo");
  private static final StreamName NOBODY_WAITS = StreamName.parse("live/now");
  private static final long MS = 1_000_000;

  private final AtomicInteger ids = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Client> viewers = new ConcurrentLinkedQueue<>();
  private final Hub hub =
      new Hub(
          FlvEndpointTest::policy,
          new TokenIsRight(),
          new MemoryBudget(1 << 28),
          nowNs -> FlvFormTest.ZERO_MS * MS + nowNs,
          PooledByteBufAllocator.DEFAULT,
          new Listener(),
          100);
  private TestFront front;

  private static StreamPolicy policy(StreamName name) {
    return new StreamPolicy(
        0,
        true,
        1 << 20,
        10_000 * MS,
        StreamPolicy.Join.GOP,
        !name.equals(NOBODY_WAITS),
        0,
        SourcePlan.onePublisher(SwitchRules.Takeover.ALWAYS, 0, 50 * MS),
        3_600_000 * MS,
        1 << 22,
        5_000 * MS,
        10_000 * MS,
        2,
        0,
        TimeReference.AUTO,
        TrackEpoch.Rule.FIXED,
        false,
        true);
  }

  /** Whoever plays needs the token, if there is one in the name. */
  private static final class TokenIsRight implements Admission {
    @Override
    public void publish(
        StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
      answer.accept(null);
    }

    @Override
    public void play(StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
      boolean guarded = name.path().startsWith("guarded/");
      answer.accept(
          !guarded || "right".equals(client.token())
              ? null
              : client.token() == null ? Reason.TOKEN_MISSING : Reason.TOKEN_WRONG);
    }
  }

  private final class Listener implements HubListener {
    @Override
    public void viewerJoined(StreamName name, Client viewer, String form) {
      viewers.add(viewer);
      events.add("joined " + form);
    }

    @Override
    public void viewerLeft(StreamName name, Viewer.Report viewer, Reason reason) {
      events.add("left " + reason.label());
    }

    @Override
    public void failed(StreamName name, Throwable fault) {
      events.add("failed " + fault);
    }
  }

  @BeforeEach
  void start() {
    front = TestFront.start(new FlvEndpoint(hub, () -> "H-" + ids.incrementAndGet()));
  }

  @AfterEach
  void stop() {
    hub.close();
    await().atMost(10, SECONDS).until(() -> hub.memory().usedBytes() == 0); // all is given back
    front.close();
    assertThat(events).noneMatch(event -> event.startsWith("failed"));
  }

  /** A source on a loop of the front, with a picture each 40 ms, a key frame each tenth. */
  private final class Source {
    private final Loop loop = front.loops().getFirst();
    private final Publication publication;

    Source(StreamName name) {
      publication = TestSource.publish(hub, name, loop);
      loop.execute(() -> {
        publication.announce(FlvFormTest.VIDEO);
        publication.announce(FlvFormTest.AUDIO);
        publication.metadata(FlvFormTest.METADATA);
        publication.flush();
      });
    }

    void pictures(int from, int to) {
      var done = new CompletableFuture<Void>();
      loop.execute(() -> {
        for (int i = from; i < to; i++) {
          publication.offer(unit(FlvFormTest.AUDIO, i, true, Bytes.ofHex("2110")));
          boolean key = i % 10 == 0;
          publication.offer(unit(FlvFormTest.VIDEO, i, key, picture(i)));
        }
        publication.flush();
        done.complete(null);
      });
      done.orTimeout(10, SECONDS).join();
    }

    private SourceUnit unit(Track track, int i, boolean randomAccess, Bytes payload) {
      return new SourceUnit(track, i * 40L, 0, randomAccess, payload.buffer());
    }

    void end() {
      loop.execute(() -> publication.end(Reason.PEER_LEFT));
    }
  }

  /** A slice whose bytes say which picture it is. */
  private static Bytes picture(int i) {
    return Bytes.ofHex("00000005" + (i % 10 == 0 ? "65" : "41") + "%08x".formatted(i));
  }

  /** Collects what an FLV stream holds. */
  private static final class Film implements SourceOutput {
    private final FlvReader reader =
        new FlvReader(new FlvDemuxer(this), new UnpooledByteBufAllocator(false, true));
    private final List<String> tracks = new ArrayList<>();
    private final List<Integer> pictures = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private int sounds;
    private int metadata;

    synchronized void feed(byte[] bytes) {
      reader.feed(Unpooled.wrappedBuffer(bytes));
    }

    @Override
    public void track(Track track) {
      tracks.add(track.label());
    }

    @Override
    public void unit(SourceUnit unit) {
      if (unit.track().kind() == Track.Kind.VIDEO) {
        pictures.add(unit.payload().getInt(unit.payload().readerIndex() + 5));
        times.add(unit.dts());
      } else {
        sounds++;
      }
      unit.payload().release();
    }

    @Override
    public void metadata(Bytes message) {
      metadata++;
    }

    synchronized int last() {
      return pictures.isEmpty() ? -1 : pictures.getLast();
    }
  }

  private static Film readUntil(Socket socket, int picture) throws IOException {
    var film = new Film();
    var buffer = new byte[4_096];
    while (film.last() < picture) {
      int read = socket.getInputStream().read(buffer);
      if (read < 0) {
        throw new IOException("ended after picture " + film.last());
      }
      film.feed(Arrays.copyOf(buffer, read));
    }
    return film;
  }

  private Socket get(boolean tls, String pathAndQuery, String... headers) throws IOException {
    Socket socket = front.connect(tls);
    var lines = new ArrayList<>(List.of("GET " + pathAndQuery + " HTTP/1.1"));
    lines.addAll(List.of(headers));
    TestFront.request(socket, lines.toArray(String[]::new));
    return socket;
  }

  @ParameterizedTest(name = "TLS: {0}")
  @ValueSource(booleans = {false, true})
  void aViewerSeesTheGopAndWhatFollows(boolean tls) throws Exception {
    var source = new Source(NAME);
    source.pictures(0, 15);
    try (Socket viewer = get(tls, "/live/demo.flv", "User-Agent: a player")) {
      assertThat(TestFront.readHead(viewer.getInputStream()))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: video/x-flv");
      source.pictures(15, 30);
      Film film = readUntil(viewer, 28);
      assertThat(film.tracks).containsExactly("h264", "aac");
      assertThat(film.metadata).isEqualTo(1);
      assertThat(film.pictures.getFirst()).isEqualTo(10); // the key frame before it came
      for (int i = 1; i < film.pictures.size(); i++) {
        assertThat(film.pictures.get(i)).isEqualTo(film.pictures.get(i - 1) + 1);
        assertThat(film.times.get(i) - film.times.get(i - 1)).isEqualTo(40);
      }
      assertThat(film.sounds).isPositive();
      assertThat(viewers)
          .singleElement()
          .satisfies(client -> {
            assertThat(client.protocol()).isEqualTo("flv");
            assertThat(client.address()).isEqualTo("127.0.0.1");
            assertThat(client.port()).isEqualTo(viewer.getLocalPort());
            assertThat(client.software()).isEqualTo("a player");
            assertThat(client.connectionId()).startsWith("H-");
          });
    }
    await().atMost(5, SECONDS).until(() -> events.contains("left peer-left"));
  }

  @Test
  void oneWhoCameEarlyWaitsWithoutAnAnswerAndIsThenServed() throws Exception {
    try (Socket viewer = get(false, "/live/demo.flv")) {
      await().atMost(5, SECONDS).until(() -> events.contains("joined flv/fourcc/av"));
      assertThat(viewer.getInputStream().available()).isZero();
      var source = new Source(NAME);
      source.pictures(0, 12);
      assertThat(TestFront.readHead(viewer.getInputStream())).startsWith("HTTP/1.1 200");
      assertThat(readUntil(viewer, 10).pictures.getFirst()).isZero();
    }
  }

  @Test
  void anEndOfTheStreamIsTheEndOfTheFile() throws Exception {
    var source = new Source(NAME);
    source.pictures(0, 12);
    try (Socket viewer = get(false, "/live/demo.flv")) {
      TestFront.readHead(viewer.getInputStream());
      source.end();
      byte[] rest = viewer.getInputStream().readAllBytes();
      var film = new Film();
      film.feed(rest);
      assertThat(film.last()).isEqualTo(11); // to the last picture, and then no reset
    }
    assertThat(events).contains("left stream-ended");
  }

  @ParameterizedTest(name = "only={0}")
  @CsvSource({"audio, aac, 0", "video, h264, 12"})
  void oneKindOfTracksCanBeAskedFor(String only, String track, int pictures) throws Exception {
    var source = new Source(NAME);
    source.pictures(0, 12);
    try (Socket viewer = get(false, "/live/demo.flv?only=" + only)) {
      await()
          .atMost(5, SECONDS)
          .until(() -> events.contains("joined flv/fourcc/" + only.charAt(0)));
      source.pictures(12, 22); // sound begins with what comes next
      TestFront.readHead(viewer.getInputStream());
      source.end();
      var film = new Film();
      film.feed(viewer.getInputStream().readAllBytes());
      assertThat(film.tracks).containsExactly(track);
      assertThat(film.pictures).hasSize(pictures);
      assertThat(film.sounds > 0).isEqualTo(only.equals("audio"));
    }
  }

  @Test
  void webSocketsCarryTheSameFile() throws Exception {
    var source = new Source(NAME);
    source.pictures(0, 15);
    var film = new Film();
    var closed = new CompletableFuture<String>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(
                  URI.create("ws://localhost:" + front.port() + "/live/demo.flv"),
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onBinary(
                        WebSocket socket, ByteBuffer data, boolean last) {
                      var bytes = new byte[data.remaining()];
                      data.get(bytes);
                      film.feed(bytes);
                      socket.request(1);
                      return CompletableFuture.completedFuture(null);
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket socket, int code, String why) {
                      closed.complete(code + " " + why);
                      return CompletableFuture.completedFuture(null);
                    }
                  })
              .orTimeout(10, SECONDS)
              .join();
      assertThat(socket.isInputClosed()).isFalse();
      source.pictures(15, 25);
      source.end();
      assertThat(closed.orTimeout(10, SECONDS).join()).isEqualTo("1000 stream-ended");
      assertThat(film.last()).isEqualTo(24);
      assertThat(viewers.element().protocol()).isEqualTo("ws-flv");
    }
  }

  @ParameterizedTest(name = "{0} is {1} {2}")
  @CsvSource({
    "/live/now.flv, 404, not-found",
    "/live%2Fno%77.flv, 404, not-found", // the same name, decoded once
    "/live/no%2577.flv, 400, name-invalid",
    "/live/d$mo.flv, 400, name-invalid",
    "/live//demo.flv, 400, name-invalid",
    "/.flv, 400, name-invalid",
    "/a/b/c/d/e/f/g/h/i.flv, 400, name-invalid",
    "/player/live/demo.flv, 400, name-reserved",
    "/live/index.flv, 400, name-reserved",
    "/live/demo.flv?only=subtitles, 400, malformed",
    "/guarded/a.flv, 401, token-missing",
    "/guarded/a.flv?token=wrong, 403, token-wrong"
  })
  void refusalsAreJson(String path, int status, String reason) throws Exception {
    try (Socket viewer = get(false, path, "Origin: http://a.example", "Connection: close")) {
      assertThat(TestFront.readHead(viewer.getInputStream()))
          .startsWith("HTTP/1.1 " + status)
          .containsIgnoringCase("content-type: application/json")
          .containsIgnoringCase("access-control-allow-origin: *");
      assertThat(new String(viewer.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("{\"error\":{\"reason\":\"" + reason + "\",\"message\":\"")
          .endsWith("\"}}");
    }
  }

  @Test
  void tokensComeInQueryOrHeader() throws Exception {
    var source = new Source(StreamName.parse("guarded/a"));
    source.pictures(0, 5);
    for (String[] request :
        new String[][] {
          {"/guarded/a.flv?token=right"},
          {"/guarded/a.flv", "Authorization: Bearer right"},
          {"/guarded/a.flv?token=wrong", "Authorization: bearer  right"}
        }) {
      List<String> headers = List.of(request).subList(1, request.length);
      try (Socket viewer = get(false, request[0], headers.toArray(String[]::new))) {
        assertThat(TestFront.readHead(viewer.getInputStream())).startsWith("HTTP/1.1 200");
      }
      await().atMost(5, SECONDS).until(() -> events.remove("left peer-left"));
    }
  }

  @Test
  void theThirdOfTwoViewersIsRefused() throws Exception {
    var source = new Source(NAME);
    source.pictures(0, 5);
    try (Socket one = get(false, "/live/demo.flv");
        Socket two = get(false, "/live/demo.flv")) {
      TestFront.readHead(one.getInputStream());
      TestFront.readHead(two.getInputStream());
      try (Socket three = get(false, "/live/demo.flv", "Connection: close")) {
        assertThat(TestFront.readHead(three.getInputStream())).startsWith("HTTP/1.1 503");
        assertThat(three.getInputStream().readAllBytes()).asString().contains("\"viewer-limit\"");
      }
    }
  }

  @Test
  void headTellsWhetherTheStreamIsLive() throws Exception {
    try (Socket socket = front.connect(false)) {
      TestFront.request(socket, "HEAD /live/demo.flv HTTP/1.1");
      assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 404");
      var source = new Source(NAME);
      source.pictures(0, 5);
      TestFront.request(socket, "HEAD /live/demo.flv HTTP/1.1");
      assertThat(TestFront.readHead(socket.getInputStream()))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: video/x-flv");
      TestFront.request(socket, "HEAD /guarded/a.flv HTTP/1.1", "Connection: close");
      assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 401");
      assertThat(socket.getInputStream().read()).isEqualTo(-1); // no body after any of them
    }
    await()
        .atMost(5, SECONDS)
        .until(() -> events.stream().filter("left peer-left"::equals).count() == 2);
  }
}
