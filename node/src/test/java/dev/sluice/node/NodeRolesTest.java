package dev.sluice.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.api.OpenApiRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Who may use which path: of every route that a node mounts it is known, and tried. A new route
 * fails here until it has a role: in the API's document, or in the table below.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class NodeRolesTest {
  private static final String TOKEN = "the-token-of-all";

  /** Who may use a path. */
  private enum Role {
    /** Whoever can reach the port. */
    EVERYBODY,
    /** Whoever the rules of access let play the stream that the path names. */
    VIEWER,
    /** Whoever has the token. */
    TOKEN,
    /** Another node, which has the cluster's key. */
    NODE
  }

  /** A route's role, and a path that it is for. */
  private record Use(Role role, String path) {}

  /** Routes that the API's document does not have. */
  private static final Map<String, Use> TABLE = new HashMap<>();

  static {
    for (String guarded : List.of("streams", "viewers", "sessions", "config")) {
      put("* /sluice/v1/" + guarded, Role.TOKEN, "/sluice/v1/" + guarded);
      put("* /sluice/v1/" + guarded + "/*", Role.TOKEN, "/sluice/v1/" + guarded + "/x");
    }
    put("* /sluice/v1/node", Role.TOKEN, "/sluice/v1/node");
    put("* /sluice/v1/config/streams/*", Role.TOKEN, "/sluice/v1/config/streams/x");
    put("* /sluice/v1/access/*", Role.TOKEN, "/sluice/v1/access/x");
    put("* /api(?:/.*)?", Role.TOKEN, "/api/v1/streams"); // each of them: NodeSrsFaceTest
    both("/stat", Role.TOKEN, "/stat");
    both("/rtmp-stat.xml", Role.TOKEN, "/rtmp-stat.xml");
    put("GET /control/{section}/{method}", Role.TOKEN, "/control/drop/client");
    put("POST /control/{section}/{method}", Role.TOKEN, "/control/drop/client");
    both("/", Role.EVERYBODY, "/");
    both("/index.html", Role.EVERYBODY, "/index.html");
    both("/player/*", Role.EVERYBODY, "/player/live/none");
    both("/bandwidth", Role.EVERYBODY, "/bandwidth");
    both("/sluice/web/*", Role.EVERYBODY, "/sluice/web/index.html");
    both("/sluice/time", Role.EVERYBODY, "/sluice/time");
    for (String suffix : List.of("flv", "ts", "aac", "mp3")) {
      both(".+\\." + suffix, Role.VIEWER, "/live/none." + suffix);
    }
    both("{stream}/index\\.m3u8", Role.VIEWER, "/live/none/index.m3u8");
    both("{stream}/index\\.([va]\\d{1,3})\\.m3u8", Role.VIEWER, "/live/none/index.v0.m3u8");
    both("{stream}\\.m3u8", Role.VIEWER, "/live/none.m3u8");
    both("{stream}/(\\d{1,18})\\.ts", Role.VIEWER, "/live/none/7.ts");
    both("{stream}/(\\d{1,18})\\.key", Role.VIEWER, "/live/none/7.key");
    both("{stream}/\\Qindex.mpd\\E", Role.VIEWER, "/live/none/index.mpd");
    both("{stream}/([va]\\d{1,3}-[0-9.]+\\.m4s)", Role.VIEWER, "/live/none/v0-7.m4s");
    both(
        "{stream}/([va]\\d{1,3})-([0-9a-f]{12})\\.mp4",
        Role.VIEWER,
        "/live/none/v0-0123456789ab.mp4");
    put("GET /link/v1/catalogue", Role.NODE, "/link/v1/catalogue");
    put("GET /link/v1/media/([^?]+)", Role.NODE, "/link/v1/media/live/none");
    put(
        "GET /link/v1/segment/([^?]+)/([av]\\d{1,3}-[0-9a-f]{1,20}\\.m(?:4s|p4))",
        Role.NODE,
        "/link/v1/segment/live/none/v0-7.m4s");
  }

  private static void put(String route, Role role, String path) {
    TABLE.put(route, new Use(role, path));
  }

  private static void both(String path, Role role, String example) {
    put("GET " + path, role, example);
    put("HEAD " + path, role, example);
  }

  private Node node;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    node =
        TestNode.start(
            folder,
            """
            defaults: {playBeforePublish: refuse}
            cluster: {key: a-key-of-the-cluster-long-enough}
            access: {token: the-token-of-all, play: token}
            faces: {nginx: {stat: true, control: true}}
            http: {bandwidthTest: true}
            """);
  }

  @AfterAll
  void stop() {
    node.close();
  }

  /** Role and example of every route; those of the API as its document says. */
  private Map<String, Use> uses() {
    Map<String, Use> documented = documented();
    Map<String, Use> uses = new TreeMap<>();
    Set<String> unknown = new TreeSet<>();
    for (String route : RecordedRoutes.of(node.faces(), node.loops().all().getFirst())) {
      Use use = TABLE.getOrDefault(route, documented.get(route));
      if (use == null) {
        unknown.add(route);
      } else {
        uses.put(route, use);
      }
    }
    assertThat(unknown).as("routes without a role").isEmpty();
    return uses;
  }

  @SuppressWarnings("unchecked") // what a YAML parser gives
  private static Map<String, Use> documented() {
    Map<String, Object> document;
    try (InputStream in = OpenApiRoutes.class.getResourceAsStream("openapi.yaml")) {
      document =
          (Map<String, Object>)
              new Load(LoadSettings.builder().build()).loadFromInputStream(requireNonNull(in));
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
    Map<String, Use> uses = new HashMap<>();
    ((Map<String, Map<String, Object>>) requireNonNull(document.get("paths")))
        .forEach((path, methods) ->
            methods.forEach((method, operation) -> {
              if (operation instanceof Map<?, ?> described) {
                boolean open = described.containsKey("security");
                String example =
                    path.replace("{name}", "live/none")
                        .replace("{section}", "limits")
                        .replace("{index}", "0")
                        .replace("{id}", "x");
                uses.put(
                    method.toUpperCase(Locale.ROOT) + " " + path,
                    new Use(open ? Role.EVERYBODY : Role.TOKEN, example));
              }
            }));
    return uses;
  }

  private int status(String verb, String path, String... headers) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
      socket.setSoTimeout(20_000);
      // from this host, but on behalf of somebody else's page: that is nobody who is trusted
      String head =
          verb
              + " "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
              + "Connection: close\r\n"
              + String.join("", headers)
              + "\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      byte[] answer = socket.getInputStream().readNBytes(12);
      return Integer.parseInt(new String(answer, StandardCharsets.US_ASCII).substring(9));
    }
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token + "\r\n";
  }

  @Test
  void everyRouteHasARoleAndKeepsIt() throws Exception {
    Map<String, Use> uses = uses();
    assertThat(uses).hasSizeGreaterThan(45);
    for (Map.Entry<String, Use> each : uses.entrySet()) {
      String verb = each.getKey().substring(0, each.getKey().indexOf(' ')).replace("*", "GET");
      String path = each.getValue().path;
      String what = each.getKey() + " (" + path + ")";
      switch (each.getValue().role) {
        case EVERYBODY -> // 404: the pages are not on the class path here; 403: it lists nothing
            assertThat(status(verb, path)).as(what).isNotIn(401, 405, 500);
        case TOKEN, VIEWER -> {
          assertThat(status(verb, path)).as(what).isEqualTo(401);
          assertThat(status(verb, path, bearer(""))).as(what).isEqualTo(401);
          assertThat(status(verb, path, bearer("nonsense"))).as(what).isEqualTo(403);
          assertThat(status(verb, path + "?token=nonsense")).as(what).isEqualTo(403);
          assertThat(status(verb, path, "X-Forwarded-For: 127.0.0.1\r\n")).as(what).isEqualTo(401);
          if (!path.endsWith("/events")) { // that has no end
            assertThat(status(verb, path, bearer(TOKEN))).as(what).isNotIn(401, 403, 500);
          }
        }
        case NODE -> {
          assertThat(status(verb, path)).as(what).isEqualTo(401);
          assertThat(status(verb, path, bearer(TOKEN))).as(what).isIn(401, 403);
          assertThat(status(verb, path, bearer("a-key-of-the-cluster-long-enough")))
              .as(what)
              .isIn(401, 403);
        }
      }
    }
  }

  /** Other spellings of a path: none of them finds another way to the same place. */
  @Test
  void noSpellingGoesPastAGuard() throws Exception {
    for (Use use : uses().values()) {
      if (use.role != Role.TOKEN) {
        continue;
      }
      String path = use.path;
      for (String spelled :
          List.of(
              "/" + path,
              path + "/",
              path + "//",
              path + "/.",
              path + "/x/..",
              path + "%2f",
              path + "%00",
              path + ";x",
              "/./" + path.substring(1),
              "/x/.." + path,
              "/live/../" + path.substring(1),
              "/%2e" + path,
              "/x/%2e%2e" + path,
              path.replace("/v1/", "//v1//"),
              path.replace("/v1/", "/v1/./"),
              path.replace("/v1/", "/v1%2f"),
              path.replace("sluice", "%73luice"),
              path.replace("sluice", "SLUICE"),
              path.replace("metrics", "metric%73"),
              path.replace("/", "\\"),
              "http://localhost" + path)) {
        int status = status("GET", spelled.startsWith("\\") ? "/" + spelled : spelled);
        assertThat(status).as(spelled).isIn(400, 401, 404, 405);
      }
    }
  }
}
