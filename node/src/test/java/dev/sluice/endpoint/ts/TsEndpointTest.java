package dev.sluice.endpoint.ts;

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
import dev.sluice.hub.source.SourcePlan;
import dev.sluice.hub.source.SwitchRules;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.TimeReference;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.media.TrackEpoch;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.mpegts.TsDemuxer;
import dev.sluice.mux.mpegts.TsFault;
import dev.sluice.net.TestFront;
import dev.sluice.wire.Bytes;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Viewers over real sockets, of a hub that is real, too. */
@Timeout(60)
class TsEndpointTest {
  private static final StreamName NAME = StreamName.parse("live/demo");
  private static final long MS = 1_000_000;
  private static final long ZERO_MS = 1_800_000_000_000L;

  private static final Track VIDEO =
      Track.of(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          Timescale.VIDEO,
          Bytes.ofHex(
              "01f4000affe1001767f4000a919b28c4d808800000030080000019078912cb01000668ef8f192190"
                  + "fff8f800"),
          "");
  private static final Track AUDIO =
      Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1190"), "eng");
  private static final Track G711A =
      Track.of(1, Track.Kind.AUDIO, Codec.G711A, new Timescale(8_000), Bytes.ofHex("01"), "");
  private static final Track VP9 =
      Track.of(0, Track.Kind.VIDEO, Codec.VP9, Timescale.VIDEO, Bytes.of(new byte[12]), "");

  private final AtomicInteger ids = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
  private final Hub hub =
      new Hub(
          TsEndpointTest::policy,
          new Everybody(),
          new MemoryBudget(1 << 28),
          nowNs -> ZERO_MS * MS + nowNs,
          PooledByteBufAllocator.DEFAULT,
          new Listener(),
          100);
  private TestFront front;

  private static StreamPolicy policy(StreamName name) {
    return new StreamPolicy(
        20 * MS,
        true,
        1 << 20,
        10_000 * MS,
        StreamPolicy.Join.GOP,
        true,
        0,
        SourcePlan.onePublisher(SwitchRules.Takeover.ALWAYS, 0, 50 * MS),
        3_600_000 * MS,
        1 << 22,
        5_000 * MS,
        10_000 * MS,
        5,
        0,
        TimeReference.AUTO,
        TrackEpoch.Rule.FIXED,
        false,
        true);
  }

  private static final class Everybody implements Admission {
    @Override
    public void publish(
        StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
      answer.accept(null);
    }

    @Override
    public void play(StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
      answer.accept(null);
    }
  }

  private final class Listener implements HubListener {
    @Override
    public void viewerJoined(StreamName name, Client viewer, String form) {
      events.add("joined " + viewer.protocol() + " " + form);
    }

    @Override
    public void viewerRefused(StreamName name, Client viewer, Reason reason) {
      events.add("refused " + reason.label());
    }

    @Override
    public void leftOut(StreamName name, String form, String what) {
      events.add("left out of " + form + ": " + what);
    }

    @Override
    public void failed(StreamName name, Throwable fault) {
      events.add("failed " + fault);
    }
  }

  @BeforeEach
  void start() {
    front = TestFront.start(new TsEndpoint(hub, () -> "H-" + ids.incrementAndGet()));
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
    private final Track video;
    private final Track audio;

    Source(Track video) {
      this(video, AUDIO);
    }

    Source(Track video, Track audio) {
      this.video = video;
      this.audio = audio;
      publication = TestSource.publish(hub, NAME, loop);
      loop.execute(() -> {
        publication.announce(video);
        publication.announce(audio);
        publication.flush();
      });
    }

    void pictures(int from, int to) {
      var done = new CompletableFuture<Void>();
      loop.execute(() -> {
        for (int i = from; i < to; i++) {
          publication.offer(unit(audio, i, true, Bytes.ofHex("2110")));
          boolean key = i % 10 == 0;
          publication.offer(unit(video, i, key, picture(i)));
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
    return Bytes.ofHex(
        "00000007" + (i % 10 == 0 ? "6588" : "419a") + "ff%08x".formatted(i + 0x01010101));
  }

  /** Collects what a transport stream holds. */
  private static final class Film implements SourceOutput {
    private final TsDemuxer demuxer =
        new TsDemuxer(this, new UnpooledByteBufAllocator(false, true));
    private final List<String> tracks = new ArrayList<>();
    private final List<Integer> pictures = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private int sounds;

    void feed(byte[] bytes) {
      demuxer.feed(Unpooled.wrappedBuffer(bytes));
    }

    @Override
    public void track(Track track) {
      tracks.add(track.label());
    }

    @Override
    public void unit(SourceUnit unit) {
      if (unit.track().kind() == Track.Kind.VIDEO) {
        int end = unit.payload().writerIndex();
        pictures.add(unit.payload().getInt(end - 4) - 0x01010101);
        times.add(unit.dts());
      } else {
        sounds++;
      }
      unit.payload().release();
    }

    @Override
    public void metadata(Bytes message) {}

    int last() {
      return pictures.isEmpty() ? -1 : pictures.getLast();
    }

    void checkWhole() {
      for (TsFault fault : TsFault.values()) {
        assertThat(demuxer.count(fault)).as(fault.label()).isZero();
      }
      for (int i = 1; i < pictures.size(); i++) {
        assertThat(pictures.get(i)).isEqualTo(pictures.get(i - 1) + 1);
        assertThat(times.get(i) - times.get(i - 1)).isEqualTo(3_600);
      }
      demuxer.close();
    }
  }

  private static Film readUntil(InputStream in, int picture) throws IOException {
    var film = new Film();
    var buffer = new byte[1_000];
    while (film.last() < picture) {
      int read = in.read(buffer);
      if (read < 0) {
        throw new IOException("ended after picture " + film.last());
      }
      film.feed(Arrays.copyOf(buffer, read));
    }
    return film;
  }

  private Socket get(String path, String... headers) throws IOException {
    Socket socket = front.connect(false);
    List<String> lines = new ArrayList<>();
    lines.add("GET " + path + " HTTP/1.1");
    lines.addAll(List.of(headers));
    TestFront.request(socket, lines.toArray(String[]::new));
    return socket;
  }

  @Test
  void aViewerGetsTheStreamFromTheLastKeyFrameOnAndTheNext() throws Exception {
    var source = new Source(VIDEO);
    source.pictures(0, 15);
    try (Socket one = get("/live/demo.ts", "Origin: http://page.example")) {
      assertThat(TestFront.readHead(one.getInputStream()))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: video/mp2t")
          .containsIgnoringCase("access-control-allow-origin: *\r\n")
          .doesNotContainIgnoringCase("transfer-encoding")
          .containsIgnoringCase("connection: close");
      source.pictures(15, 25);
      try (Socket two = get("/live/demo.ts")) {
        TestFront.readHead(two.getInputStream());
        source.pictures(25, 40);
        Film first = readUntil(one.getInputStream(), 37);
        Film second = readUntil(two.getInputStream(), 37);
        assertThat(first.tracks).containsExactlyInAnyOrder("h264", "aac");
        assertThat(first.pictures.getFirst()).isEqualTo(10);
        assertThat(second.pictures.getFirst()).isIn(10, 20); // whose block may still gather
        assertThat(first.sounds).isPositive();
        first.checkWhole();
        second.checkWhole();
      }
    }
    assertThat(events).contains("joined ts ts/av");
  }

  @Test
  void theEndOfTheStreamEndsTheAnswer() throws Exception {
    var source = new Source(VIDEO);
    source.pictures(0, 15);
    try (Socket viewer = get("/live/demo.ts?only=video")) {
      TestFront.readHead(viewer.getInputStream());
      source.end();
      var film = new Film();
      film.feed(viewer.getInputStream().readAllBytes());
      film.demuxer.end();
      assertThat(film.tracks).containsExactly("h264");
      assertThat(film.last()).isEqualTo(14);
      film.checkWhole();
    }
    assertThat(events).contains("joined ts ts/v");
  }

  @Test
  void overHttp2() throws Exception {
    var source = new Source(VIDEO);
    source.pictures(0, 15);
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(TestFront.trustingAll())
            .build()) {
      HttpResponse<InputStream> answer =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("https://127.0.0.1:" + front.tlsPort() + "/live/demo.ts"))
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.headers().firstValue("content-type")).contains("video/mp2t");
      source.pictures(15, 25);
      try (InputStream body = answer.body()) {
        Film film = readUntil(body, 22);
        assertThat(film.pictures.getFirst()).isEqualTo(10);
        film.checkWhole();
      }
      client.shutdownNow();
    }
  }

  @Test
  void aCodecThatStandsInTheWayIsNamed() throws Exception {
    var source = new Source(VP9);
    source.pictures(0, 5);
    for (String method : List.of("GET", "HEAD")) {
      try (Socket viewer = front.connect(false)) {
        TestFront.request(viewer, method + " /live/demo.ts HTTP/1.1", "Connection: close");
        assertThat(TestFront.readHead(viewer.getInputStream()))
            .startsWith("HTTP/1.1 406")
            .containsIgnoringCase("content-type: application/json");
        String body = new String(viewer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(body)
            .isEqualTo(
                method.equals("HEAD")
                    ? ""
                    : "{\"error\":{\"reason\":\"codec\",\"message\":"
                        + "\"the stream has a codec that this form does not carry: "
                        + "the video is vp9, which a transport stream does not carry\"}}");
      }
    }
    assertThat(events).contains("refused codec");
    try (Socket viewer = get("/live/demo.ts?only=audio")) { // of which it is not in the way
      await().atMost(10, SECONDS).until(() -> events.contains("joined ts ts/a"));
      source.pictures(5, 10);
      assertThat(TestFront.readHead(viewer.getInputStream())).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void soundThatIsLeftOutBesideAPictureIsToldOnceForAFeed() throws Exception {
    String told = "left out of ts/av: the audio is g711a, which a transport stream does not carry";
    try (Socket early = get("/live/demo.ts")) { // told when the stream begins
      await().atMost(10, SECONDS).until(() -> events.contains("joined ts ts/av"));
      var source = new Source(VIDEO, G711A);
      source.pictures(0, 15);
      assertThat(TestFront.readHead(early.getInputStream())).startsWith("HTTP/1.1 200");
      assertThat(events).containsOnlyOnce(told);
      try (Socket late = get("/live/demo.ts");
          Socket silent = get("/live/demo.ts?only=video")) {
        TestFront.readHead(late.getInputStream());
        TestFront.readHead(silent.getInputStream());
        source.pictures(15, 25);
        Film film = readUntil(early.getInputStream(), 20);
        assertThat(film.tracks).containsExactly("h264");
        film.checkWhole();
      }
    }
    assertThat(events).containsOnlyOnce(told);
    assertThat(events).filteredOn(event -> event.startsWith("left out")).hasSize(1);
    try (Socket listener = get("/live/demo.ts?only=audio", "Connection: close")) {
      assertThat(TestFront.readHead(listener.getInputStream())).startsWith("HTTP/1.1 406");
    }
  }

  @Test
  void whoeverWaitsIsToldWhenTheStreamBegins() throws Exception {
    try (Socket viewer = get("/live/demo.ts", "Connection: close")) {
      await().atMost(10, SECONDS).until(() -> events.contains("joined ts ts/av"));
      var source = new Source(VP9);
      source.pictures(0, 5);
      assertThat(TestFront.readHead(viewer.getInputStream())).startsWith("HTTP/1.1 406");
      assertThat(viewer.getInputStream().readAllBytes()).asString().contains("vp9");
    }
  }
}
