package dev.sluice.node.api;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.AccessRules;
import dev.sluice.access.Token;
import dev.sluice.control.Author;
import dev.sluice.control.Content;
import dev.sluice.control.MemoryStore;
import dev.sluice.control.ObjectKey;
import dev.sluice.control.Store;
import dev.sluice.control.Write;
import dev.sluice.endpoint.flv.FlvEndpoint;
import dev.sluice.event.Events;
import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Hub;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Loop;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.Publication;
import dev.sluice.hub.TestSource;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.TestFront;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.ConfigException;
import dev.sluice.node.config.ConfigSource;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.WantedConfig;
import dev.sluice.node.metrics.MetricsRoutes;
import dev.sluice.node.metrics.NodeMetrics;
import dev.sluice.node.metrics.Vitals;
import dev.sluice.wire.Bytes;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The document, the routes and the answers say the same. */
@Timeout(60)
class OpenApiTest {
  private static final StreamName NAME = StreamName.parse("live/demo");
  private static final Track VIDEO =
      new Track(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          "h264",
          Timescale.VIDEO,
          Bytes.ofHex("0142C01EFFE1000A6742C01EDA02D0F6840601000468CE3C80"));

  private final AccessRules access = AccessRules.simple(new Token("the secret"), true);
  private final NodeMetrics counters = new NodeMetrics(HubListener.NONE);
  private final Hub hub =
      new Hub(
          Config.defaultConfig()::policy,
          access,
          new MemoryBudget(1 << 28),
          nowNs -> 1_800_000_000_000_000_000L + nowNs,
          PooledByteBufAllocator.DEFAULT,
          counters,
          100);
  private final Store store = new MemoryStore();
  private final JsonNode document = document();
  private final List<HttpRoutes> faces = new ArrayList<>();
  private TestFront front;

  private static JsonNode document() {
    try (InputStream in = OpenApiRoutes.class.getResourceAsStream("openapi.yaml")) {
      Object tree =
          new Load(LoadSettings.builder().build()).loadFromInputStream(requireNonNull(in));
      return new JsonMapper().valueToTree(tree);
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  @BeforeEach
  void start() {
    front =
        TestFront.start(
            TestFront.options(),
            ConnectionGate.OPEN,
            loops -> {
              faces.add(
                  new ApiRoutes(
                      hub,
                      access,
                      new ApiRoutes.Facts("1.2.3", () -> true, false),
                      () -> false,
                      () -> 1935));
              var vitals = new Vitals(hub, counters, loops, () -> 0, System::nanoTime, () -> 7);
              faces.add(new MetricsRoutes(hub, counters, vitals, access, System::nanoTime));
              faces.add(new NodeRoutes("1.2.3", vitals, access));
              LiveConfig live = live();
              faces.add(new ConfigRoutes(live, access));
              faces.add(new StoreRoutes(new WantedConfig(live, store, () -> 0), access));
              faces.add(new OpenApiRoutes());
              faces.add(new SessionRoutes(access));
              faces.add(new AccessRoutes(access));
              faces.add(
                  new BandwidthRoutes(
                      access,
                      new HttpGuard(access::isToken, access::trusted),
                      () -> true,
                      () -> "H-2"));
              faces.add(new EventRoutes(new Events(() -> 0, Runnable::run), access));
              List<HttpRoutes> all = new ArrayList<>(faces);
              all.add(new FlvEndpoint(hub, () -> "H-1"));
              return all;
            });
  }

  private LiveConfig live() {
    try {
      var write =
          new Write(
              new ObjectKey("stream", "live/wanted"), Write.NONE, new Content(1, "join: live\n"));
      var section =
          new Write(new ObjectKey("section", "limits"), Write.NONE, new Content(1, "bitrate: 0\n"));
      store.commit(List.of(write, section), new Author("me", "192.0.2.1", "put"), 7);
      return new LiveConfig(
          WantedConfig.read(ConfigSource.load(null, Map.of()), store), LiveConfig.Listener.NONE);
    } catch (ConfigException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @AfterEach
  void stop() {
    hub.close();
    await().atMost(10, SECONDS).until(() -> hub.memory().usedBytes() == 0); // all is given back
    front.close();
  }

  @Test
  void eachRouteIsInTheDocumentAndNoOther() {
    Set<String> routes = new TreeSet<>();
    for (HttpRoutes face : faces) {
      face.mount(recorder(routes), front.loops().getFirst());
    }
    Set<String> documented = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (String method : List.of("get", "put", "post", "patch", "delete")) {
        if (path.getValue().has(method)) {
          documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
    }
    assertThat(routes).isEqualTo(documented).hasSizeGreaterThan(9);
  }

  /** A router that only writes down what is asked of it. */
  private static Router recorder(Set<String> routes) {
    Route[] route = new Route[1];
    route[0] =
        (Route)
            Proxy.newProxyInstance(
                Route.class.getClassLoader(), new Class<?>[] {Route.class}, (_, _, _) -> route[0]);
    return (Router)
        Proxy.newProxyInstance(
            Router.class.getClassLoader(),
            new Class<?>[] {Router.class},
            (_, method, arguments) -> {
              String verb = method.getName().replace("WithRegex", "").toUpperCase(Locale.ROOT);
              if (!verb.equals("ROUTE")) { // a guard, for whatever follows
                String path =
                    arguments[0]
                        .toString()
                        .replaceAll("\\(\\?<(\\w+)>[^)]*\\)", "{$1}")
                        .replaceAll(":(\\w+)", "{$1}");
                routes.add(verb + " " + path);
              }
              return route[0];
            });
  }

  private JsonNode answer(String path) throws IOException {
    try (Socket socket = front.connect(false)) {
      TestFront.request(
          socket,
          "GET " + path + " HTTP/1.1",
          "Authorization: Bearer the secret",
          "Connection: close");
      assertThat(TestFront.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200");
      return new JsonMapper().readTree(socket.getInputStream().readAllBytes());
    }
  }

  private void assertFields(JsonNode answer, String schema) {
    JsonNode properties = document.get("components").get("schemas").get(schema).get("properties");
    assertThat(answer.propertyNames())
        .as(schema)
        .containsExactlyInAnyOrderElementsOf(properties.propertyNames());
  }

  @Test
  void answersHaveTheFieldsOfTheDocument() throws Exception {
    publish();
    try (Socket viewer = front.connect(false)) {
      TestFront.request(viewer, "GET /live/demo.flv HTTP/1.1");
      TestFront.readHead(viewer.getInputStream());
      JsonNode stream = answer("/sluice/v1/streams").get("streams").get(0);
      assertFields(stream, "Stream");
      assertThat(answer("/sluice/v1/streams/live/demo").get("name")).isEqualTo(stream.get("name"));
      assertFields(stream.get("source"), "Client");
      JsonNode source = stream.get("sources").get(0);
      assertFields(source, "Source");
      assertThat(source.get("state").asString()).isEqualTo("good");
      assertThat(source.get("active").asBoolean()).isTrue();
      assertFields(stream.get("tracks").get(0), "Track");
      assertFields(answer("/sluice/v1/viewers").get("viewers").get(0), "Viewer");
      JsonNode sessions = answer("/sluice/v1/sessions");
      assertFields(sessions, "SessionList");
      assertFields(sessions.get("sessions").get(0), "Session");
      JsonNode explained = answer("/sluice/v1/access/explain?stream=live/demo");
      assertFields(explained, "Explanation");
      assertThat(explained.get("allowed").asBoolean()).isTrue();
      JsonNode live = answer("/sluice/v1/live");
      assertFields(live, "LiveList");
      assertFields(live.get("streams").get(0), "LiveStream");
      assertFields(answer("/healthz"), "Health");
      JsonNode node = answer("/sluice/v1/node");
      assertFields(node, "Node");
      assertThat(node.get("viewersByProtocol").get("flv").asInt()).isEqualTo(1);
      assertThat(node.get("loops")).hasSize(front.loops().size());
    }
  }

  /** At every path that names a stream. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a//b",
        "a///b",
        "/a",
        "a/",
        "a/./b",
        "./a",
        "a/.",
        "a/x/../b",
        "a/%2e/b",
        "a/x/%2E%2e/b",
        "a/x/.%2e/b",
        "a%2f%2fb",
        "a%2f..%2fb",
        "a%20b",
        "a%00",
        "a%C3%BC",
        "a;b",
        "a@b",
        "!a",
        "b!",
        "1/2/3/4/5/6/7/8/9"
      })
  void whatIsNoNameIsRefused(String name) throws Exception {
    int asked = 0;
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      if (!path.getKey().contains("{name}")) {
        continue;
      }
      String real = path.getKey().replace("{id}", "1").replace("{index}", "0");
      for (String method : List.of("get", "put", "post", "patch", "delete")) {
        if (path.getValue().has(method)) {
          String verb = method.toUpperCase(Locale.ROOT);
          String token = "Authorization: Bearer the secret";
          assertThat(status(verb, real.replace("{name}", name), token))
              .as(verb + " " + real)
              .isEqualTo("400");
          assertThat(path.getValue().get(method).get("responses").has("400")).isTrue();
          asked++;
        }
      }
    }
    assertThat(asked).isGreaterThan(9);
  }

  @Test
  void theHeadOfAPathMayBeWrittenAsEver() throws Exception {
    publish();
    for (String path :
        List.of(
            "/sluice/v1/streams",
            "/sluice/v1/streams/",
            "/sluice/v1/streams/live/demo",
            "//sluice//v1//streams/live/demo",
            "/sluice/v1/streams/live%2Fdemo",
            "/sluice/v1/streams/live/d%65mo",
            "/sluice/v1/config/streams",
            "/sluice/v1/config/streams/",
            "//sluice/v1/config/streams/live/wanted")) {
      assertThat(status("GET", path, "Authorization: Bearer the secret")).as(path).isEqualTo("200");
    }
  }

  @Test
  void whatTheDocumentGuardsIsGuarded() throws Exception {
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      boolean open = path.getValue().path("get").has("security");
      for (String method : List.of("get", "put", "post", "patch", "delete")) {
        if (path.getValue().has(method)) {
          String real =
              path.getKey()
                  .replace("{name}", "live/demo")
                  .replace("{section}", "limits")
                  .replace("{id}", "H-1")
                  .replace("{index}", "0");
          String verb = method.toUpperCase(Locale.ROOT);
          assertThat(status(verb, real, "Authorization: Bearer nonsense"))
              .as(verb + " " + real)
              .isEqualTo(open ? "200" : "403");
          // from this host, but on behalf of somebody else's page
          assertThat(status(verb, real, "Origin: http://evil.example"))
              .as(verb + " " + real)
              .isEqualTo(open ? "200" : "401");
        }
      }
    }
  }

  private String status(String verb, String path, String header) throws IOException {
    try (Socket socket = front.connect(false)) {
      TestFront.request(socket, verb + " " + path + " HTTP/1.1", header, "Connection: close");
      return TestFront.readHead(socket.getInputStream()).split(" ", 3)[1];
    }
  }

  @Test
  void anOperatorWantsASourceByHandAndLeavesItToThePriorities() throws Exception {
    publish();
    String sources = "/sluice/v1/streams/live/demo/sources/";
    String token = "Authorization: Bearer the secret";
    assertThat(status("POST", sources + "0/activate", token)).isEqualTo("200");
    assertThat(pinned()).isTrue();
    assertThat(status("POST", sources + "automatic", token)).isEqualTo("200");
    assertThat(pinned()).isFalse();
    assertThat(status("POST", sources + "1/activate", token)).isEqualTo("404");
    assertThat(status("POST", sources + "0/items/0", token)).as("no playlist").isEqualTo("404");
    assertThat(status("POST", sources.replace("demo", "none") + "automatic", token))
        .isEqualTo("404");
  }

  private boolean pinned() throws IOException {
    JsonNode stream = answer("/sluice/v1/streams/live/demo");
    return stream.get("sources").get(0).get("pinned").asBoolean();
  }

  @Test
  void theConfigurationHasTheFieldsOfTheDocument() throws Exception {
    JsonNode config = answer("/sluice/v1/config");
    assertFields(config, "Config");
    assertFields(config.get("settings").get(0), "Setting");
    JsonNode effective = answer("/sluice/v1/config/effective?stream=live/demo");
    assertFields(effective, "EffectiveConfig");
    assertThat(effective.get("settings").get(0).get("key").asString()).isEqualTo("latency");
    String token = "Authorization: Bearer the secret";
    JsonNode section = answer("/sluice/v1/config/effective?section=access");
    assertFields(section, "EffectiveSection");
    assertThat(section.get("settings").get(0).get("key").asString()).isEqualTo("trustLoopback");
    assertThat(status("GET", "/sluice/v1/config/effective?section=none", token)).isEqualTo("400");
    assertThat(status("GET", "/sluice/v1/config/effective?stream=a//b", token)).isEqualTo("400");
    assertThat(status("GET", "/sluice/v1/config/effective", token)).isEqualTo("400");
    assertThat(status("POST", "/sluice/v1/config/reload", token)).isEqualTo("200");
  }

  @Test
  void theStoreHasTheFieldsOfTheDocument() throws Exception {
    JsonNode list = answer("/sluice/v1/config/streams");
    assertFields(list, "EntryList");
    assertFields(list.get("entries").get(0), "Entry");
    assertFields(answer("/sluice/v1/config/streams/live/wanted"), "Entry");
    JsonNode history = answer("/sluice/v1/config/history");
    assertFields(history, "History");
    assertFields(history.get("history").get(0), "Revision");
    JsonNode diff = answer("/sluice/v1/config/diff");
    assertFields(diff, "Differences");
    JsonNode difference = diff.get("entries").get(0);
    assertFields(difference, "Difference");
    assertFields(difference.get("keys").get(0), "KeyDifference");
    assertFields(diff.get("sections").get(0), "SectionDifference");
    JsonNode sections = answer("/sluice/v1/config/sections");
    assertFields(sections, "SectionList");
    assertFields(sections.get("sections").get(0), "Section");
    assertFields(answer("/sluice/v1/config/sections/limits"), "Section");
    assertThat(names(sections.get("sections"), "section"))
        .isEqualTo(
            names(
                document
                    .get("paths")
                    .get("/sluice/v1/config/sections/{section}")
                    .get("parameters")
                    .get(0)
                    .get("schema")
                    .get("enum"),
                ""));
    assertThat(status("GET", "/sluice/v1/config/export", "Authorization: Bearer the secret"))
        .isEqualTo("200");
  }

  /** The texts of a list, or of one field of its elements. */
  private static List<String> names(JsonNode list, String field) {
    List<String> names = new ArrayList<>();
    for (JsonNode each : list) {
      names.add((field.isEmpty() ? each : each.get(field)).asString());
    }
    return names;
  }

  @Test
  void theDocumentIsServed() throws Exception {
    try (Socket socket = front.connect(false)) {
      TestFront.request(socket, "GET /sluice/v1/openapi.yaml HTTP/1.1", "Connection: close");
      TestFront.readHead(socket.getInputStream());
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("openapi: 3.1.0");
    }
  }

  private void publish() {
    Loop loop = front.loops().getFirst();
    Publication publication = TestSource.publish(hub, NAME, loop);
    loop.execute(() -> {
      publication.announce(VIDEO);
      for (int i = 0; i < 5; i++) {
        Bytes slice = Bytes.ofHex("000000026500");
        publication.offer(new SourceUnit(VIDEO, i * 40L, 0, true, slice.buffer()));
      }
      publication.flush();
    });
  }
}
