package dev.sluice.endpoint.audio;

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
import dev.sluice.media.Codec;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.TimeReference;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.media.TrackEpoch;
import dev.sluice.net.TestFront;
import dev.sluice.wire.Bytes;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listeners over real sockets, of a hub that is real, too. */
@Timeout(60)
class AudioEndpointTest {
  private static final StreamName NAME = StreamName.parse("live/demo");
  private static final long MS = 1_000_000;
  private static final Track VIDEO =
      Track.of(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          Timescale.VIDEO,
          Bytes.ofHex("0142C01EFFE1000A6742C01EDA02D0F6840601000468CE3C80"),
          "");
  private static final Track AAC = audio(Codec.AAC, "1190");
  private static final Track MP3 = audio(Codec.MP3, "FFFB0400");

  private final AtomicInteger ids = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Client> listeners = new ConcurrentLinkedQueue<>();
  private final Hub hub =
      new Hub(
          AudioEndpointTest::policy,
          new Everybody(),
          new MemoryBudget(1 << 28),
          nowNs -> 1_800_000_000_000L * MS + nowNs,
          PooledByteBufAllocator.DEFAULT,
          new Listener(),
          100);
  private TestFront front;

  private static Track audio(Codec codec, String configuration) {
    return Track.of(
        1, Track.Kind.AUDIO, codec, new Timescale(48_000), Bytes.ofHex(configuration), "");
  }

  private static StreamPolicy policy(StreamName name) {
    return new StreamPolicy(
        0,
        true,
        1 << 20,
        10_000 * MS,
        StreamPolicy.Join.GOP,
        !name.path().endsWith("/now"),
        0,
        SourcePlan.onePublisher(SwitchRules.Takeover.ALWAYS, 0, 10_000 * MS),
        3_600_000 * MS,
        1 << 22,
        5_000 * MS,
        10_000 * MS,
        100,
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
      answer.accept(
          name.path().startsWith("guarded/") && !"right".equals(client.token())
              ? Reason.TOKEN_MISSING
              : null);
    }
  }

  private final class Listener implements HubListener {
    @Override
    public void viewerJoined(StreamName name, Client viewer, String form) {
      listeners.add(viewer);
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
    front = TestFront.start(new AudioEndpoint(hub, () -> "H-" + ids.incrementAndGet()));
  }

  @AfterEach
  void stop() {
    hub.close();
    await().atMost(10, SECONDS).until(() -> hub.memory().usedBytes() == 0); // all is given back
    front.close();
    assertThat(events).noneMatch(event -> event.startsWith("failed"));
  }

  /** A source on a loop of the front: a picture and a sound each 24 ms, one key frame at first. */
  private final class Source {
    private final Loop loop = front.loops().getFirst();
    private final Publication publication;
    private final Track audio;

    Source(Track audio) {
      this.audio = audio;
      publication = TestSource.publish(hub, NAME, loop);
      loop.execute(() -> {
        publication.announce(VIDEO);
        publication.announce(audio);
        publication.flush();
      });
    }

    Source frames(int from, int to) {
      var done = new CompletableFuture<Void>();
      loop.execute(() -> {
        for (int i = from; i < to; i++) {
          publication.offer(unit(audio, i, true, sound(i)));
          publication.offer(unit(VIDEO, i, i == 0, picture(i)));
        }
        publication.flush();
        done.complete(null);
      });
      done.orTimeout(10, SECONDS).join();
      return this;
    }

    private SourceUnit unit(Track track, int i, boolean randomAccess, Bytes payload) {
      return new SourceUnit(track, i * 24L, 0, randomAccess, payload.buffer());
    }

    void end() {
      loop.execute(() -> publication.end(Reason.PEER_LEFT));
    }
  }

  private static Bytes picture(int i) {
    return Bytes.ofHex("00000005" + (i == 0 ? "65" : "41") + "%08x".formatted(i));
  }

  /** Four bytes that say which one it is. */
  private static Bytes sound(int i) {
    return Bytes.ofHex("%08x".formatted(0x21_000000 + i));
  }

  private Socket get(boolean tls, String path, String... headers) throws IOException {
    Socket socket = front.connect(tls);
    String[] lines = new String[headers.length + 1];
    lines[0] = "GET " + path + " HTTP/1.1";
    System.arraycopy(headers, 0, lines, 1, headers.length);
    TestFront.request(socket, lines);
    return socket;
  }

  private static String read(InputStream in, int bytes) throws IOException {
    return HexFormat.of().formatHex(in.readNBytes(bytes));
  }

  @ParameterizedTest(name = "TLS: {0}")
  @CsvSource({"false", "true"})
  void listeningBeginsWithTheNextFrameInTheMiddleOfAGop(boolean tls) throws Exception {
    var source = new Source(AAC).frames(0, 15);
    try (Socket listener =
        get(tls, "/live/demo.aac", "User-Agent: a radio", "Origin: http://a.example")) {
      await().atMost(5, SECONDS).until(() -> events.contains("joined aac"));
      source.frames(15, 30);
      assertThat(TestFront.readHead(listener.getInputStream()))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: audio/aac")
          .containsIgnoringCase("access-control-allow-origin: *")
          .doesNotContainIgnoringCase("transfer-encoding");
      for (int i = 15; i < 30; i++) {
        assertThat(read(listener.getInputStream(), 11)).isEqualTo("fff14c80017ffc" + sound(i));
      }
      assertThat(listeners)
          .singleElement()
          .satisfies(client -> {
            assertThat(client.protocol()).isEqualTo("aac");
            assertThat(client.software()).isEqualTo("a radio");
          });
    }
    await().atMost(5, SECONDS).until(() -> events.contains("left peer-left"));
  }

  @Test
  void mp3IsWhatTheSourceSent() throws Exception {
    try (Socket listener = get(false, "/live/demo.mp3")) {
      await().atMost(5, SECONDS).until(() -> events.contains("joined mp3"));
      assertThat(listener.getInputStream().available()).isZero();
      var source = new Source(MP3).frames(0, 10);
      assertThat(TestFront.readHead(listener.getInputStream()))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: audio/mpeg");
      for (int i = 0; i < 10; i++) {
        assertThat(read(listener.getInputStream(), 4)).isEqualTo(sound(i).toString());
      }
      source.end();
    }
  }

  @Test
  void http2CarriesTheSameFile() throws Exception {
    var source = new Source(AAC).frames(0, 5);
    try (HttpClient client = HttpClient.newBuilder().sslContext(TestFront.trustingAll()).build()) {
      URI address = URI.create("https://localhost:" + front.tlsPort() + "/live/demo.aac");
      var answer =
          client.sendAsync(
              HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofByteArray());
      await().atMost(5, SECONDS).until(() -> events.contains("joined aac"));
      source.frames(5, 20);
      await()
          .atMost(5, SECONDS)
          .until(() -> hub.streams().iterator().next() != null); // the stream is there
      hub.end(NAME, Reason.STREAM_ENDED);
      HttpResponse<byte[]> whole = answer.orTimeout(10, SECONDS).join();
      assertThat(whole.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(whole.headers().firstValue("content-type")).contains("audio/aac");
      var expected = new StringBuilder();
      for (int i = 5; i < 20; i++) {
        expected.append("fff14c80017ffc").append(sound(i));
      }
      assertThat(HexFormat.of().formatHex(whole.body())).startsWith(expected.substring(0, 11 * 2));
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "GET, mp3, 'the audio is aac, and .mp3 carries mp3'",
    "HEAD, mp3, ''",
  })
  void soundOfAnotherCodecIsRefusedByName(String method, String suffix, String detail)
      throws Exception {
    new Source(AAC).frames(0, 5);
    try (Socket listener = front.connect(false)) {
      TestFront.request(
          listener,
          method + " /live/demo." + suffix + " HTTP/1.1",
          "Origin: http://a.example",
          "Connection: close");
      assertThat(TestFront.readHead(listener.getInputStream()))
          .startsWith("HTTP/1.1 406")
          .containsIgnoringCase("content-type: application/json")
          .containsIgnoringCase("access-control-allow-origin: *");
      String body = new String(listener.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(body)
          .isEqualTo(
              detail.isEmpty()
                  ? ""
                  : "{\"error\":{\"reason\":\"codec\",\"message\":\"the stream has a codec that"
                      + " this form does not carry: "
                      + detail
                      + "\"}}");
    }
    assertThat(listeners).isEmpty();
  }

  @Test
  void oneWhoWaitedIsRefusedAsSoonAsTheCodecIsKnown() throws Exception {
    try (Socket listener = get(false, "/live/demo.aac")) {
      await().atMost(5, SECONDS).until(() -> events.contains("joined aac"));
      new Source(MP3).frames(0, 5);
      assertThat(TestFront.readHead(listener.getInputStream())).startsWith("HTTP/1.1 406");
    }
    await().atMost(5, SECONDS).until(() -> events.contains("left codec"));
  }

  @Test
  void listenersEndInGoodOrderWhenTheCodecChanges() throws Exception {
    var source = new Source(AAC).frames(0, 5);
    try (Socket listener = get(false, "/live/demo.aac")) {
      await().atMost(5, SECONDS).until(() -> events.contains("joined aac"));
      source.frames(5, 10);
      TestFront.readHead(listener.getInputStream());
      read(listener.getInputStream(), 5 * 11);
      new Source(MP3).frames(0, 5); // takes over
      assertThat(listener.getInputStream().readAllBytes()).isEmpty(); // an end, and no reset
    }
    await().atMost(5, SECONDS).until(() -> events.contains("left codec"));
  }

  @Test
  void headTellsWhetherThereIsSuchSound() throws Exception {
    try (Socket socket = front.connect(false)) {
      TestFront.request(socket, "HEAD /live/demo.aac HTTP/1.1");
      assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 404");
      new Source(AAC).frames(0, 5);
      TestFront.request(socket, "HEAD /live/demo.aac HTTP/1.1", "Connection: close");
      assertThat(TestFront.readHead(socket.getInputStream()))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: audio/aac");
      assertThat(socket.getInputStream().read()).isEqualTo(-1); // no body after any of them
    }
  }

  @ParameterizedTest(name = "{0} is {1} {2}")
  @CsvSource({
    "/live/now.aac, 404, not-found",
    "/live/now.mp3, 404, not-found",
    "/live/d$mo.mp3, 400, name-invalid",
    "/.aac, 400, name-invalid",
    "/player/live/demo.mp3, 400, name-reserved",
    "/guarded/a.aac, 401, token-missing",
  })
  void refusalsAreJson(String path, int status, String reason) throws Exception {
    try (Socket listener = get(false, path, "Connection: close")) {
      assertThat(TestFront.readHead(listener.getInputStream()))
          .startsWith("HTTP/1.1 " + status)
          .containsIgnoringCase("content-type: application/json");
      assertThat(new String(listener.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("{\"error\":{\"reason\":\"" + reason + "\",\"message\":\"");
    }
  }

  @Test
  void everyAudioAddressHasItsForm() {
    assertThat(List.of(AudioForm.values()))
        .extracting(AudioForm::suffix)
        .containsExactly(".aac", ".mp3");
  }
}
