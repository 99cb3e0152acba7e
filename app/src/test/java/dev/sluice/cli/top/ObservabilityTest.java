package dev.sluice.cli.top;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cli.StillSource;
import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.Fields;
import dev.sluice.cli.remote.ServerAddress;
import dev.sluice.cli.remote.ToolFailure;
import dev.sluice.cli.top.Prometheus.Series;
import dev.sluice.hub.Loop;
import dev.sluice.node.Node;
import dev.sluice.node.config.ConfigSource;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A running node with a publisher and viewers, by all faces that tell figures: where two of them
 * tell the same thing, they say the same; and what is done to the node on purpose is to be seen.
 */
@Timeout(90)
class ObservabilityTest {
  private static final long MEGABYTE = 1_000_000;

  @TempDir Path data;
  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init") // before each
  private Node node;

  @SuppressWarnings("NullAway.Init")
  private Api api;

  /** A face that tells figures, each under a name that all faces have for it. */
  private interface Face {
    Map<String, Double> figures() throws Exception;
  }

  @BeforeEach
  void start() throws Exception {
    var env =
        Map.of(
            "SLUICE_DATA", data.toString(),
            "SLUICE_HTTP_LISTEN", "127.0.0.1:0",
            "SLUICE_RTMP_LISTEN", "127.0.0.1:0",
            "SLUICE_FACES_SRS_LISTEN", "127.0.0.1:0",
            "SLUICE_FACES_NGINX_STAT", "true");
    node = Node.start(ConfigSource.load(null, env), new Node.Options("1.2.3", false));
    api = new Api(new ServerAddress(uri(""), node.access().token().reveal(), ""));
  }

  @AfterEach
  void stop() {
    api.close();
    http.close();
    node.close();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }

  private HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri)
        .header("Authorization", "Bearer " + node.access().token().reveal());
  }

  private HttpResponse<InputStream> ask(String path) throws IOException, InterruptedException {
    return http.send(request(uri(path)).build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private String text(URI uri) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(request(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("%s", uri).isEqualTo(200);
    return answer.body();
  }

  private InputStream watch(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer = ask(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  private Prometheus metrics() throws IOException, InterruptedException {
    return Prometheus.read(text(uri("/metrics")));
  }

  /** The faces by name. A further one is one more line here. */
  private Map<String, Face> faces() {
    return Map.of(
        "streams", this::ofStreams,
        "sessions", this::ofSessions,
        "node", this::ofNode,
        "metrics", () -> ofMetrics(metrics()),
        "top", this::ofTop,
        "SRS's streams", this::ofSrsStreams,
        "SRS's clients", this::ofSrsClients,
        "SRS's summaries", this::ofSrsSummaries,
        "SRS's metrics", this::ofSrsMetrics,
        "nginx-rtmp's stat", this::ofNginx);
  }

  private Map<String, Double> ofStreams() throws ToolFailure {
    Map<String, Double> figures = new TreeMap<>();
    List<JsonObject> streams = Fields.objects(api.get("/sluice/v1/streams"), "streams");
    long viewers = 0;
    for (JsonObject stream : streams) {
      String name = Fields.text(stream, "name") + " ";
      for (String field :
          "bytesIn bytesOut videoFrames audioFrames unitsDropped repairs sourcesAccepted gopCacheBytes blocksAlive viewers blocksDropped"
              .split(" ")) {
        figures.put(name + field, Fields.number(stream, field));
      }
      figures.put(name + "gopSeconds", Fields.number(stream, "keyFrameIntervalMs") / 1_000);
      figures.put(name + "live", Fields.text(stream, "state").equals("live") ? 1.0 : 0.0);
      Fields.numbers(stream, "viewersByProtocol")
          .forEach(
              (protocol, count) -> figures.put(name + "viewers by " + protocol, (double) count));
      viewers += Fields.whole(stream, "viewers");
      figures.merge("media gop_caches", Fields.number(stream, "gopCacheBytes"), Double::sum);
      figures.merge("bytesIn of all", Fields.number(stream, "bytesIn"), Double::sum);
      figures.merge("bytesOut of all", Fields.number(stream, "bytesOut"), Double::sum);
    }
    figures.put("streams", (double) streams.size());
    figures.put("viewers", (double) viewers);
    return figures;
  }

  private Map<String, Double> ofSessions() throws ToolFailure {
    Map<String, Double> figures = new TreeMap<>();
    for (JsonObject session : Fields.objects(api.get("/sluice/v1/sessions"), "sessions")) {
      String name = Fields.text(session, "stream") + " ";
      figures.merge("sessions", 1.0, Double::sum);
      figures.merge(name + "sessions", 1.0, Double::sum);
      if (Fields.text(session, "action").equals("play")) {
        figures.merge(name + "bytesOut", Fields.number(session, "bytesOut"), Double::sum);
        String one = name + "bytesOut of " + Fields.text(session, "connection");
        figures.merge(one, Fields.number(session, "bytesOut"), Double::sum);
        figures.merge(name + "blocksDropped", Fields.number(session, "skips"), Double::sum);
        figures.merge(name + "backlogBytes", Fields.number(session, "backlogBytes"), Double::sum);
        figures.merge(name + "viewers", 1.0, Double::sum);
        String protocol = Fields.text(session, "protocol");
        figures.merge(name + "viewers by " + protocol, 1.0, Double::sum);
        figures.merge("viewers by " + protocol, 1.0, Double::sum);
        figures.merge("bytesOut by " + protocol, Fields.number(session, "bytesOut"), Double::sum);
        figures.merge("viewers", 1.0, Double::sum);
      } else {
        figures.put(name + "bytesIn", Fields.number(session, "bytesIn"));
      }
    }
    return figures;
  }

  private Map<String, Double> ofNode() throws ToolFailure {
    JsonObject is = api.get("/sluice/v1/node");
    Map<String, Double> figures = new TreeMap<>();
    figures.put("streams", Fields.number(is, "streams"));
    figures.put("connections", Fields.number(is, "connections"));
    figures.put("loops", (double) Fields.objects(is, "loops").size());
    figures.put("media limit", Fields.number(Fields.object(is, "media"), "limitBytes"));
    figures.put("media used", Fields.number(Fields.object(is, "media"), "usedBytes"));
    Fields.numbers(Fields.object(is, "media"), "accounts")
        .forEach((account, bytes) -> figures.put("media " + account, (double) bytes));
    Fields.numbers(is, "viewersByProtocol")
        .forEach((protocol, count) -> figures.put("viewers by " + protocol, (double) count));
    figures.put("processors", Fields.number(is, "processors"));
    JsonObject kernel = Fields.maybe(is, "kernel");
    if (kernel != null) { // Linux
      figures.put("listenOverflows", Fields.number(kernel, "listenOverflows"));
    }
    return figures;
  }

  private static Map<String, Double> ofMetrics(Prometheus metrics) {
    Map<String, String> ofStream =
        Map.ofEntries(
            Map.entry("sluice_stream_live", "live"),
            Map.entry("sluice_stream_viewers", "viewers"),
            Map.entry("sluice_stream_gop_seconds", "gopSeconds"),
            Map.entry("sluice_stream_gop_cache_bytes", "gopCacheBytes"),
            Map.entry("sluice_stream_blocks_alive", "blocksAlive"),
            Map.entry("sluice_stream_blocks_dropped", "blocksDropped"),
            Map.entry("sluice_stream_backlog_bytes", "backlogBytes"),
            Map.entry("sluice_stream_in_bytes_total", "bytesIn"),
            Map.entry("sluice_stream_out_bytes_total", "bytesOut"),
            Map.entry("sluice_stream_frames_video_total", "videoFrames"),
            Map.entry("sluice_stream_frames_audio_total", "audioFrames"),
            Map.entry("sluice_stream_units_dropped_total", "unitsDropped"),
            Map.entry("sluice_stream_repairs_total", "repairs"),
            Map.entry("sluice_stream_sources_total", "sourcesAccepted"));
    Map<String, Double> figures = new TreeMap<>();
    for (Map.Entry<Series, Double> sample : metrics.values().entrySet()) {
      Map<String, String> labels = sample.getKey().labels();
      String name = sample.getKey().name();
      String figure = ofStream.get(name);
      double value = sample.getValue();
      if (figure != null) {
        figures.put(labels.get("stream") + " " + figure, value);
      }
      switch (name) {
        case "sluice_stream_protocol_viewers" ->
            figures.put(labels.get("stream") + " viewers by " + labels.get("protocol"), value);
        case "sluice_viewers" -> {
          figures.put("viewers by " + labels.get("protocol"), value);
          figures.merge("viewers", value, Double::sum);
        }
        case "sluice_protocol_out_bytes_total" ->
            figures.put("bytesOut by " + labels.get("protocol"), value);
        case "sluice_streams" -> figures.merge("streams", value, Double::sum);
        case "sluice_connections" -> figures.put("connections", value);
        case "sluice_loop_lag_seconds" -> figures.merge("loops", 1.0, Double::sum);
        case "sluice_media_memory_limit_bytes" -> figures.put("media limit", value);
        case "sluice_media_memory_bytes" -> {
          figures.put("media " + labels.get("account"), value);
          figures.merge("media used", value, Double::sum);
        }
        case "system_cpu_count" -> figures.put("processors", value);
        case "sluice_kernel_listen_overflows_total" -> figures.put("listenOverflows", value);
        default -> {}
      }
    }
    return figures;
  }

  private Map<String, Double> ofTop() throws ToolFailure {
    TopModel model = TopModel.of("here", null, new ApiServer(api).snapshot(null));
    JsonObject json = model.json();
    Map<String, Double> figures = new TreeMap<>();
    for (JsonObject stream : Fields.objects(json, "streams")) {
      String name = Fields.text(stream, "name") + " ";
      figures.put(name + "bytesIn", Fields.number(stream, "bytesIn"));
      figures.put(name + "bytesOut", Fields.number(stream, "bytesOut"));
      figures.put(name + "viewers", Fields.number(stream, "viewers"));
      figures.put(name + "blocksDropped", Fields.number(stream, "skips"));
      figures.put(name + "live", Fields.text(stream, "state").equals("live") ? 1.0 : 0.0);
      Fields.numbers(stream, "viewersByProtocol")
          .forEach(
              (protocol, count) -> figures.put(name + "viewers by " + protocol, (double) count));
    }
    figures.put("streams", (double) model.rows().size());
    figures.put("viewers", Fields.number(json, "viewers"));
    figures.put("connections", Fields.number(json, "connections"));
    figures.put("loops", (double) Fields.objects(json, "loops").size());
    figures.put("processors", Fields.number(json, "processors"));
    figures.put("media used", Fields.number(json, "mediaBytes"));
    figures.put("media limit", Fields.number(json, "mediaLimitBytes"));
    if (json.getValue("kernelListenOverflows") != null) {
      figures.put("listenOverflows", Fields.number(json, "kernelListenOverflows"));
    }
    Fields.numbers(json, "mediaAccounts")
        .forEach((account, bytes) -> figures.put("media " + account, (double) bytes));
    Fields.numbers(json, "viewersByProtocol")
        .forEach((protocol, count) -> figures.put("viewers by " + protocol, (double) count));
    String screen = TopScreen.screen(model, View.START, 140, 30).plain();
    assertThat(screen)
        .contains("Viewers " + model.viewers(), "connections " + model.node().connections());
    return figures;
  }

  private Map<String, Double> ofSrsStreams() throws ToolFailure {
    Map<String, Double> figures = new TreeMap<>();
    List<JsonObject> streams = Fields.objects(api.get("/api/v1/streams?count=1000"), "streams");
    for (JsonObject stream : streams) {
      String name = Fields.text(stream, "app") + "/" + Fields.text(stream, "name") + " ";
      figures.put(name + "bytesIn", Fields.number(stream, "recv_bytes"));
      figures.put(name + "bytesOut", Fields.number(stream, "send_bytes"));
      figures.put(name + "videoFrames", Fields.number(stream, "video_frames"));
      figures.put(name + "audioFrames", Fields.number(stream, "audio_frames"));
      figures.put(name + "sessions", Fields.number(stream, "clients"));
      boolean live = Fields.object(stream, "publish").getBoolean("active");
      figures.put(name + "live", live ? 1.0 : 0.0);
    }
    figures.put("streams", (double) streams.size());
    return figures;
  }

  /** Sessions, as SRS calls them. */
  private Map<String, Double> ofSrsClients() throws ToolFailure {
    Map<String, Double> figures = new TreeMap<>();
    for (JsonObject client : Fields.objects(api.get("/api/v1/clients?count=1000"), "clients")) {
      String name = Fields.text(client, "url").substring(1) + " ";
      figures.merge("sessions", 1.0, Double::sum);
      if (client.getBoolean("publish")) {
        figures.put(name + "bytesIn", Fields.number(client, "recv_bytes"));
      } else {
        String one = name + "bytesOut of " + Fields.text(client, "id");
        figures.merge(one, Fields.number(client, "send_bytes"), Double::sum);
        figures.merge(name + "viewers", 1.0, Double::sum);
        figures.merge("viewers", 1.0, Double::sum);
      }
    }
    return figures;
  }

  /** What it tells of the whole server; its one vhost has everything in it. */
  private Map<String, Double> ofSrsSummaries() throws ToolFailure {
    Map<String, Double> figures = new TreeMap<>();
    JsonObject data = Fields.object(api.get("/api/v1/summaries"), "data");
    JsonObject system = Fields.object(data, "system");
    figures.put("bytesIn of all", Fields.number(system, "srs_recv_bytes"));
    figures.put("bytesOut of all", Fields.number(system, "srs_send_bytes"));
    figures.put("connections", Fields.number(system, "conn_srs"));
    figures.put("processors", Fields.number(system, "cpus"));
    for (JsonObject vhost : Fields.objects(api.get("/api/v1/vhosts"), "vhosts")) {
      figures.put("streams", Fields.number(vhost, "streams"));
      figures.put("sessions", Fields.number(vhost, "clients"));
      assertThat(Fields.number(vhost, "recv_bytes")).isEqualTo(figures.get("bytesIn of all"));
      assertThat(Fields.number(vhost, "send_bytes")).isEqualTo(figures.get("bytesOut of all"));
    }
    return figures;
  }

  private Map<String, Double> ofSrsMetrics() throws IOException, InterruptedException {
    Prometheus srs =
        Prometheus.read(text(URI.create("http://127.0.0.1:" + node.srsPort() + "/metrics")));
    return Map.of(
        "bytesIn of all", srs.value("srs_receive_bytes_total"),
        "bytesOut of all", srs.value("srs_send_bytes_total"),
        "streams", srs.value("srs_streams"),
        "sessions", srs.value("srs_clients"),
        "sessions so far", srs.value("srs_clients_total"));
  }

  private Map<String, Double> ofNginx() throws IOException, InterruptedException {
    Map<String, Double> figures = new TreeMap<>();
    StatDocument stat = StatDocument.read(text(uri("/stat")));
    figures.put("bytesIn of all", stat.number("bytes_in"));
    figures.put("bytesOut of all", stat.number("bytes_out"));
    figures.put("sessions so far", stat.number("naccepted"));
    for (StatDocument application : stat.all("server", "application")) {
      for (StatDocument stream : application.all("live", "stream")) {
        String name = application.text("name") + "/" + stream.text("name") + " ";
        figures.put(name + "bytesIn", stream.number("bytes_in"));
        figures.put(name + "bytesOut", stream.number("bytes_out"));
        figures.put(name + "sessions", stream.number("nclients"));
        figures.put(name + "live", stream.has("publishing") ? 1.0 : 0.0);
        figures.merge("streams", 1.0, Double::sum);
        for (StatDocument client : stream.all("client")) {
          figures.merge("sessions", 1.0, Double::sum);
          if (!client.has("publishing")) {
            String one = name + "bytesOut of " + client.text("id");
            figures.merge(one, client.number("bytes_out"), Double::sum);
            figures.merge(name + "viewers", 1.0, Double::sum);
            figures.merge(name + "blocksDropped", client.number("dropped"), Double::sum);
          }
        }
      }
    }
    return figures;
  }

  /** Of each figure, what each face that has it says. */
  private Map<String, Map<String, Double>> told() throws Exception {
    Map<String, Map<String, Double>> told = new TreeMap<>();
    for (Map.Entry<String, Face> face : faces().entrySet()) {
      face.getValue()
          .figures()
          .forEach((figure, value) ->
              told.computeIfAbsent(figure, _ -> new TreeMap<>()).put(face.getKey(), value));
    }
    return told;
  }

  private void allAgree() throws Exception {
    Map<String, Map<String, Double>> told = told();
    assertThat(told)
        .allSatisfy((figure, values) ->
            assertThat(Set.copyOf(values.values())).as(figure + " " + values).hasSize(1));
    // a test of figures that nobody else has would prove nothing
    long shared = told.values().stream().filter(values -> values.size() > 1).count();
    assertThat(shared).isGreaterThan(30);
    assertThat(told.get("bytesIn of all")).hasSize(4);
    assertThat(told.get("streams")).hasSize(8);
  }

  @Test
  void allFacesSayTheSame() throws Exception {
    StillSource one = StillSource.publish(node, "live/one");
    StillSource two = StillSource.publish(node, "live/two");
    one.pictures(60, 1_200);
    two.pictures(30, 700);
    try (InputStream flv = watch("/live/one.flv");
        InputStream again = watch("/live/one.flv");
        InputStream ts = watch("/live/one.ts");
        InputStream other = watch("/live/two.flv")) {
      for (InputStream each : List.of(flv, again, ts, other)) {
        each.readNBytes(13);
      }
      one.pictures(25, 1_000);
      ask("/live/one.mp3").body().close(); // somebody is refused or waits: that counts alike, too
      await().atMost(30, SECONDS).untilAsserted(this::allAgree);
      Map<String, Map<String, Double>> told = told();
      assertThat(told.get("live/one viewers")).containsEntry("metrics", 3.0).hasSize(6);
      assertThat(told.get("live/one sessions")).containsEntry("sessions", 4.0).hasSize(3);
      assertThat(told.get("sessions so far")).hasSize(2);
      assertThat(told.get("viewers by flv")).containsEntry("top", 3.0).hasSize(4);
      assertThat(told.get("live/one videoFrames")).containsEntry("metrics", 85.0);
      assertThat(told.getOrDefault("live/one bytesOut", Map.of()).get("sessions"))
          .isGreaterThan(60_000);
    }
    await()
        .atMost(30, SECONDS)
        .untilAsserted(() -> assertThat(ofMetrics(metrics())).containsEntry("viewers", 0.0));
    await().atMost(30, SECONDS).untilAsserted(this::allAgree); // what leavers had is still counted
    assertThat(metrics().value("sluice_protocol_out_bytes_total", "protocol", "flv")).isPositive();
  }

  @Test
  void viewersThatTakeNothingAreSeenInMemoryQueuesAndSkips() throws Exception {
    StillSource source = StillSource.publish(node, "live/one");
    source.pictures(2, 1_000);
    List<Socket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort());
        stalled.add(socket);
        socket
            .getOutputStream()
            .write(
                "GET /live/one.flv HTTP/1.1\r\nHost: x\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        socket.getInputStream().readNBytes(12);
      }
      await().atMost(20, SECONDS).until(() -> ofNode().getOrDefault("viewers by flv", 0.0) == 20);
      double blocks = ofNode().getOrDefault("media blocks", 0.0);
      for (int i = 0; i < 40; i++) {
        source.pictures(1, 900_000);
      }
      await()
          .atMost(30, SECONDS)
          .untilAsserted(() -> {
            Map<String, Double> metrics = ofMetrics(metrics());
            assertThat(metrics.get("live/one blocksDropped")).isGreaterThanOrEqualTo(20);
            assertThat(metrics.get("live/one backlogBytes")).isGreaterThan(MEGABYTE);
            assertThat(metrics.get("media blocks")).isGreaterThan(blocks + MEGABYTE);
          });
      await().atMost(30, SECONDS).untilAsserted(this::allAgree);
      JsonObject kernel = Fields.maybe(api.get("/sluice/v1/node"), "kernel");
      if (kernel != null) { // Linux; it counts in steps of a megabyte for each processor
        assertThat(Fields.whole(kernel, "tcpBytes")).isGreaterThan(MEGABYTE);
        assertThat(metrics().value("sluice_kernel_tcp_bytes")).isGreaterThan(MEGABYTE);
      }
      TopModel model = TopModel.of("here", null, new ApiServer(api).snapshot("live/one"));
      assertThat(TopScreen.screen(model, View.START, 80, 24).plain())
          .contains(" live/one ")
          .containsPattern("blocks [0-9.]+M");
      assertThat(ofNginx().get("live/one blocksDropped")).isGreaterThanOrEqualTo(20);
      for (Socket socket : stalled) {
        socket.close();
      }
      await()
          .atMost(30, SECONDS)
          .untilAsserted(() -> {
            Map<String, Double> metrics = ofMetrics(metrics());
            assertThat(metrics).containsEntry("live/one viewers", 0.0);
            assertThat(metrics).containsEntry("live/one backlogBytes", 0.0);
            assertThat(metrics.get("media blocks")).isLessThan(blocks + MEGABYTE);
          });
      await().atMost(30, SECONDS).untilAsserted(this::allAgree);
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  @Test
  void aListenerWhoseQueueIsFullIsSeen() throws Exception {
    Double before = ofNode().get("listenOverflows");
    assumeThat(before).as("only Linux tells").isNotNull();
    List<SocketChannel> callers = new ArrayList<>();
    try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 20; i++) {
        SocketChannel caller = SocketChannel.open();
        callers.add(caller);
        caller.configureBlocking(false);
        caller.connect(full.getLocalSocketAddress()); // nobody accepts it
      }
      for (Face face : List.<Face>of(this::ofNode, () -> ofMetrics(metrics()), this::ofTop)) {
        await()
            .atMost(20, SECONDS)
            .untilAsserted(
                () -> assertThat(face.figures().get("listenOverflows")).isGreaterThan(before));
      }
    } finally {
      for (SocketChannel caller : callers) {
        caller.close();
      }
    }
  }

  /** An answer while one loop is held up: by a connection that another one has. */
  private String beside(String path) {
    return await()
        .atMost(30, SECONDS)
        .until(
            () -> {
              try (HttpClient another = HttpClient.newHttpClient()) {
                HttpRequest request = request(uri(path)).timeout(Duration.ofSeconds(1)).build();
                return another.send(request, HttpResponse.BodyHandlers.ofString()).body();
              } catch (HttpTimeoutException ofTheOther) {
                return "";
              }
            },
            answer -> !answer.isEmpty());
  }

  @Test
  void aLoopThatIsHeldUpIsSeen() throws Exception {
    Loop loop = node.loops().all().getLast();
    var held = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    loop.execute(() -> {
      held.countDown();
      try {
        goOn.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    });
    held.await();
    long beganNs = System.nanoTime();
    for (int i = 0; i < 7; i++) {
      loop.execute(() -> {});
    }
    assertThat(node.loops().queuedTasks(loop)).isGreaterThanOrEqualTo(7);
    String index = Integer.toString(loop.index());
    if (node.loops().all().size() > 1) { // else nobody answers
      Prometheus meanwhile = Prometheus.read(beside("/metrics"));
      assertThat(meanwhile.value("sluice_loop_queued_tasks", "loop", index))
          .isGreaterThanOrEqualTo(7);
      JsonObject told =
          Fields.objects(new JsonObject(beside("/sluice/v1/node")), "loops").get(loop.index());
      assertThat(Fields.number(told, "queuedTasks")).isGreaterThanOrEqualTo(7);
    }
    await().atMost(10, SECONDS).until(() -> System.nanoTime() - beganNs > 1_300_000_000L);
    goOn.countDown();
    await()
        .atMost(20, SECONDS)
        .untilAsserted(() -> {
          double lagMs = new ApiServer(api).snapshot(null).node().loops().get(loop.index()).lagMs();
          assertThat(lagMs).isGreaterThan(250);
          assertThat(metrics().value("sluice_loop_lag_seconds", "loop", index)).isGreaterThan(0.25);
        });
    TopModel model = TopModel.of("here", null, new ApiServer(api).snapshot(null));
    assertThat(TopScreen.screen(model, View.START, 80, 24).plain())
        .containsPattern("lag [0-9]{3,} ms");
  }

  @Test
  void theDashboardAsksForWhatThereIs() throws Exception {
    StillSource source = StillSource.publish(node, "live/one");
    source.pictures(30, 1_000);
    try (InputStream flv = watch("/live/one.flv")) {
      flv.readNBytes(13);
      await()
          .atMost(20, SECONDS)
          .until(() -> ofMetrics(metrics()).containsKey("live/one viewers by flv"));
      Map<String, Set<String>> exported = metrics().labelNames();
      List<Dashboard.Query> queries =
          Dashboard.read(Path.of("../docs/samples/grafana-dashboard.json"));
      assertThat(queries).hasSizeGreaterThan(15);
      for (Dashboard.Query query : queries) {
        assertThat(query.faults(exported)).as(query.toString()).isEmpty();
      }
      Set<String> named =
          queries.stream()
              .flatMap(query -> query.metrics().stream())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(named)
          .contains(
              "sluice_loop_lag_seconds",
              "sluice_kernel_tcp_bytes",
              "sluice_stream_protocol_viewers");
    }
  }
}
