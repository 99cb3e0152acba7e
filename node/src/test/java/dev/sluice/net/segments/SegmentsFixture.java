package dev.sluice.net.segments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Hub;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Loop;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.segments.CutSource;
import dev.sluice.hub.segments.Ledgers;
import dev.sluice.hub.segments.SegmentPolicy;
import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.hub.segments.SegmentStreams;
import dev.sluice.hub.segments.Sessions;
import dev.sluice.media.StreamName;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.SegmentKeys;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.TestFront;
import dev.sluice.node.config.Config;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A stream whose segments are made on demand, over real sockets. */
public final class SegmentsFixture implements AutoCloseable {
  public static final StreamName NAME = StreamName.parse("live/cam");
  private static final long LIST_NS = 10_000_000_000L;

  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final MemoryBudget memory = new MemoryBudget(1 << 28);
  private final HttpClient client =
      HttpClient.newBuilder().sslContext(TestFront.trustingAll()).build();
  private final SegmentStreams segments;
  private final Hub hub;
  private final Sessions sessions;
  private final TestFront front;
  private volatile @Nullable Reason refusal;

  @SuppressWarnings("NullAway.Init") // on another thread
  private CutSource source;

  /** Lets everybody in, or nobody. */
  private final class Door implements Admission {
    @Override
    public void publish(StreamName name, Client who, Loop loop, Consumer<@Nullable Reason> answer) {
      answer.accept(Reason.NOT_PUBLISHED);
    }

    @Override
    public void play(StreamName name, Client who, Loop loop, Consumer<@Nullable Reason> answer) {
      answer.accept(refusal);
    }
  }

  /** Starts with the media and some routes more. */
  public SegmentsFixture(Function<SegmentRequests, HttpRoutes> routes) {
    this(_ -> policy(null), routes);
  }

  /** As that, where streams are cut as {@code policies} say. */
  public SegmentsFixture(
      Function<StreamName, SegmentPolicy> policies, Function<SegmentRequests, HttpRoutes> routes) {
    this(policies, requests -> List.of(new MediaRoutes(requests), routes.apply(requests)), 1);
  }

  /** Starts with these routes, and pictures of {@code weight} times as many bytes. */
  SegmentsFixture(Function<SegmentRequests, List<HttpRoutes>> routes, int weight) {
    this(_ -> policy(null), routes, weight);
  }

  private SegmentsFixture(
      Function<StreamName, SegmentPolicy> policies,
      Function<SegmentRequests, List<HttpRoutes>> routes,
      int weight) {
    HubListener listener =
        new HubListener() {
          @Override
          public void failed(StreamName name, Throwable fault) {
            failures.add(String.valueOf(fault));
          }
        };
    segments =
        new SegmentStreams(
            policies, Ledgers.NONE, PooledByteBufAllocator.DEFAULT, memory, listener);
    Door door = new Door();
    hub =
        new Hub(
            Config.defaultConfig()::policy,
            door,
            memory,
            nowNs -> nowNs,
            PooledByteBufAllocator.DEFAULT,
            listener,
            10);
    sessions = new Sessions(hub, new SplittableRandom(1));
    var requests = new SegmentRequests(hub, segments, sessions, door, () -> "H-1");
    front = TestFront.start(routes.apply(requests).toArray(HttpRoutes[]::new));
    on(() -> source = new CutSource(segments.open(NAME, loop()), 0, weight));
  }

  /** How streams are cut as a rule; encrypted with {@code keys} where there are some. */
  public static SegmentPolicy policy(@Nullable SegmentKeys keys) {
    return new SegmentPolicy(true, PackagerSettings.DEFAULT, LIST_NS, keys, false);
  }

  @Override
  public void close() {
    hub.close();
    segments.close();
    await().atMost(10, SECONDS).until(() -> memory.usedBytes() == 0);
    await().atMost(10, SECONDS).until(() -> hub.streams().isEmpty());
    front.close();
    client.close();
    assertThat(failures).isEmpty();
    assertThat(source.allReleased()).isTrue();
  }

  public TestFront front() {
    return front;
  }

  /** What everything that is held is counted in. */
  public MemoryBudget memory() {
    return memory;
  }

  /** Whoever wants to play is refused from now on. */
  public void refuse(@Nullable Reason reason) {
    refusal = reason;
  }

  private Loop loop() {
    return front.loops().getFirst();
  }

  public void on(Runnable task) {
    var done = new CompletableFuture<Void>();
    loop()
        .execute(() -> {
          try {
            task.run();
            done.complete(null);
          } catch (RuntimeException fault) {
            done.completeExceptionally(fault);
          }
        });
    done.orTimeout(10, SECONDS).join();
  }

  /** Delivers up to a second. */
  public void until(double seconds) {
    on(() -> source.until(seconds));
  }

  /** Leaves out so many seconds. */
  public void pass(double seconds) {
    on(() -> source.pass(seconds));
  }

  /** Another stream begins, and is delivered by the caller {@link #on} the loop. */
  public CutSource begin(StreamName name) {
    var begun = new CompletableFuture<CutSource>();
    on(() -> begun.complete(new CutSource(segments.open(name, loop()), 0)));
    return begun.join();
  }

  /** How many sessions are known. */
  public int sessions() {
    return sessions.size();
  }

  /** How many wait for the segments of {@code name} to grow. */
  public int waiting(StreamName name) {
    int[] waiting = {0};
    on(() -> waiting[0] = Objects.requireNonNull(segments.stream(name)).waiting());
    return waiting[0];
  }

  /** Forgets all segments. */
  public void forget() {
    segments.close();
  }

  public SegmentStream stream() {
    return Objects.requireNonNull(segments.stream(NAME));
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + front.port() + path))
        .version(HttpClient.Version.HTTP_1_1);
  }

  /** The same over TLS, where HTTP/2 is spoken. */
  public HttpRequest.Builder secure(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + front.tlsPort() + path))
        .version(HttpClient.Version.HTTP_2);
  }

  public HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  public CompletableFuture<HttpResponse<byte[]>> sendLater(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  public <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    return client.send(request.build(), body);
  }

  public HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  public static String text(HttpResponse<byte[]> response) {
    assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
    return new String(response.body(), UTF_8);
  }

  public static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  public static void assertRefused(HttpResponse<byte[]> response, int status, String reason) {
    assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(status);
    assertThat(new String(response.body(), UTF_8)).contains("\"reason\":\"" + reason + "\"");
    assertThat(header(response, "cache-control")).isEqualTo("no-store");
  }

  /** Waits until so many wait for the segments to grow. */
  public void awaitWaiting(int count) {
    await().atMost(10, SECONDS).until(() -> waiting(NAME) == count);
  }

  /** Everybody who watches. */
  public List<Viewer.Report> viewers() {
    var reports = new CompletableFuture<List<Viewer.Report>>();
    LiveStream stream = hub.stream(NAME);
    if (stream == null) {
      return List.of();
    }
    stream
        .loop()
        .execute(() -> {
          List<Viewer.Report> all = new ArrayList<>();
          stream.report().viewers().forEach(viewer -> all.add(viewer.report()));
          reports.complete(all);
        });
    return reports.orTimeout(10, SECONDS).join();
  }

  /** Ends the first viewer. */
  public void kick() {
    end(Reason.KICKED);
  }

  /** Ends the first viewer, for a reason. */
  public void end(Reason reason) {
    LiveStream stream = Objects.requireNonNull(hub.stream(NAME));
    stream.loop().execute(() -> stream.report().viewers().getFirst().end(reason));
    await().atMost(10, SECONDS).until(() -> viewers().isEmpty());
  }
}
