package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.backend.SrsIds;
import dev.sluice.media.StreamName;
import dev.sluice.node.Receiver.Answer;
import dev.sluice.node.Receiver.Asked;
import dev.sluice.restream.ClipSource;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SRS's API of a whole node with a publisher and viewers of all forms: every endpoint and every
 * field of it, with its type, and the calls of SRS's own console.
 */
@Timeout(120)
class NodeSrsFaceTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String V1 = "/api/v1";

  /** An endpoint, and the fields of its answer: all have to be there, and no other. */
  private static final String ENVELOPE = "code:int server:str service:str pid:str ";

  private static final String SAMPLED = ENVELOPE + "data.ok:bool data.sample_time:int ";

  private static final String STREAM =
      "id:str name:str vhost:str app:str tcUrl:str url:str live_ms:int clients:int frames:int"
          + " audio_frames:int video_frames:int send_bytes:int recv_bytes:int kbps.recv_30s:int"
          + " kbps.send_30s:int publish.active:bool publish.cid:str video.codec:str"
          + " video.profile:str video.level:str video.width:int video.height:int audio.codec:str"
          + " audio.sample_rate:int audio.channel:int audio.profile:str";

  private static final String CLIENT =
      "id:str vhost:str stream:str ip:str pageUrl:str swfUrl:str tcUrl:str url:str name:str type:str"
          + " publish:bool alive:num send_bytes:int recv_bytes:int kbps.recv_30s:int"
          + " kbps.send_30s:int";

  private static final String VHOST =
      "id:str name:str enabled:bool clients:int streams:int send_bytes:int recv_bytes:int"
          + " kbps.recv_30s:int kbps.send_30s:int hls.enabled:bool hls.fragment:num";

  private static final Map<String, String> TABLE = new LinkedHashMap<>();

  static {
    TABLE.put("/api", ENVELOPE + "urls.v1:str");
    TABLE.put(
        V1,
        ENVELOPE
            + under(
                "urls",
                "versions:str summaries:str rusages:str self_proc_stats:str system_proc_stats:str"
                    + " meminfos:str authors:str features:str requests:str vhosts:str streams:str"
                    + " clients:str raw:str clusters:str perf:str tcmalloc:str valgrind:str"
                    + " signal:str")
            + " tests.requests:str tests.errors:str tests.redirects:str");
    TABLE.put(
        V1 + "/versions",
        ENVELOPE + "data.major:int data.minor:int data.revision:int data.version:str");
    TABLE.put(
        V1 + "/summaries",
        ENVELOPE
            + "data.ok:bool data.now_ms:int "
            + under(
                "data.self",
                "version:str pid:int ppid:int argv:str cwd:str mem_kbyte:int mem_percent:num"
                    + " cpu_percent:num srs_uptime:int")
            + " "
            + under(
                "data.system",
                "cpu_percent:num disk_read_KBps:int disk_write_KBps:int disk_busy_percent:num"
                    + " mem_ram_kbyte:int mem_ram_percent:num mem_swap_kbyte:int"
                    + " mem_swap_percent:num cpus:int cpus_online:int uptime:num ilde_time:num"
                    + " load_1m:num load_5m:num load_15m:num net_sample_time:int"
                    + " net_recv_bytes:int net_send_bytes:int net_recvi_bytes:int"
                    + " net_sendi_bytes:int srs_sample_time:int srs_recv_bytes:int"
                    + " srs_send_bytes:int conn_sys:int conn_sys_et:int conn_sys_tw:int"
                    + " conn_sys_udp:int conn_srs:int"));
    TABLE.put(
        V1 + "/rusages",
        SAMPLED
            + under(
                "data",
                "ru_utime:int ru_stime:int ru_maxrss:int ru_ixrss:int ru_idrss:int ru_isrss:int"
                    + " ru_minflt:int ru_majflt:int ru_nswap:int ru_inblock:int ru_oublock:int"
                    + " ru_msgsnd:int ru_msgrcv:int ru_nsignals:int ru_nvcsw:int ru_nivcsw:int"));
    TABLE.put(
        V1 + "/self_proc_stats",
        SAMPLED
            + under(
                "data",
                "percent:num pid:int comm:str state:str ppid:int pgrp:int session:int tty_nr:int"
                    + " tpgid:int flags:int minflt:int cminflt:int majflt:int cmajflt:int"
                    + " utime:int stime:int cutime:int cstime:int priority:int nice:int"
                    + " num_threads:int itrealvalue:int starttime:int vsize:int rss:int rsslim:int"
                    + " startcode:int endcode:int startstack:int kstkesp:int kstkeip:int"
                    + " signal:int blocked:int sigignore:int sigcatch:int wchan:int nswap:int"
                    + " cnswap:int exit_signal:int processor:int rt_priority:int policy:int"
                    + " delayacct_blkio_ticks:int guest_time:int cguest_time:int"));
    TABLE.put(
        V1 + "/system_proc_stats",
        SAMPLED
            + under(
                "data",
                "percent:num user:int nice:int sys:int idle:int iowait:int irq:int softirq:int"
                    + " steal:int guest:int"));
    TABLE.put(
        V1 + "/meminfos",
        SAMPLED
            + under(
                "data",
                "percent_ram:num percent_swap:num MemActive:int RealInUse:int NotInUse:int"
                    + " MemTotal:int MemFree:int Buffers:int Cached:int SwapTotal:int"
                    + " SwapFree:int"));
    TABLE.put(V1 + "/authors", ENVELOPE + "data.license:str data.contributors:str");
    TABLE.put(
        V1 + "/features",
        ENVELOPE
            + "data.options:str data.options2:str data.build:str data.build2:str "
            + under(
                "data.features",
                "ssl:bool hls:bool hds:bool callback:bool api:bool httpd:bool dvr:bool"
                    + " transcode:bool ingest:bool stat:bool caster:bool complex_send:bool"
                    + " tcp_nodelay:bool so_sendbuf:bool mr:bool"));
    TABLE.put(V1 + "/vhosts", ENVELOPE + under("vhosts[]", VHOST));
    TABLE.put(V1 + "/vhosts/{vhost}", ENVELOPE + under("vhost", VHOST));
    TABLE.put(V1 + "/streams", ENVELOPE + under("streams[]", STREAM));
    TABLE.put(V1 + "/streams/{stream}", ENVELOPE + under("stream", STREAM));
    TABLE.put(V1 + "/clients", ENVELOPE + under("clients[]", CLIENT));
    TABLE.put(V1 + "/clients/{client}", ENVELOPE + under("client", CLIENT));
    TABLE.put(
        V1 + "/raw?rpc=raw",
        ENVELOPE
            + under(
                "http_api",
                "enabled:bool listen:str crossdomain:bool raw_api.enabled:bool"
                    + " raw_api.allow_reload:bool raw_api.allow_query:bool"
                    + " raw_api.allow_update:bool"));
    TABLE.put(V1 + "/raw?rpc=reload", "code:int");
    TABLE.put(
        V1 + "/raw?rpc=reload-fetch",
        ENVELOPE + "data.err:int data.msg:str data.state:int data.rid:str");
    TABLE.put(
        V1 + "/clusters?vhost=__defaultVhost__&app=live&stream=a&coworker=192.0.2.9:1985",
        ENVELOPE
            + "data.query.ip:str data.query.vhost:str data.query.app:str data.query.stream:str"
            + " data.origin.ip:str data.origin.port:int data.origin.vhost:str data.origin.api:str"
            + " data.origin.routers[]:str");
    TABLE.put(
        V1 + "/clusters?vhost=v&app=live&stream=a",
        ENVELOPE
            + "data.query.ip:str data.query.vhost:str data.query.app:str data.query.stream:str"
            + " data.origin:null");
    TABLE.put(V1 + "/tests/errors", "code:int");
    String echo =
        ENVELOPE
            + "data.uri:str data.path:str data.METHOD:str data.headers.sigature:str"
            + " data.headers.version:str data.headers.link:str data.headers.time:int"
            + " data.headers.Host:str data.headers.User-Agent:str";
    TABLE.put(V1 + "/requests", echo);
    TABLE.put(V1 + "/tests/requests", echo);
  }

  @TempDir Path folder;

  private static String under(String prefix, String fields) {
    return prefix + "." + fields.replace(" ", " " + prefix + ".");
  }

  private static Map<String, String> expected(String fields) {
    Map<String, String> types = new TreeMap<>();
    for (String field : fields.split(" ")) {
      int colon = field.lastIndexOf(':');
      types.put(field.substring(0, colon), field.substring(colon + 1));
    }
    return types;
  }

  /** The fields of an answer and their types; of the elements of a list, those of all. */
  private static void fields(String path, @Nullable Object value, Map<String, Set<String>> into) {
    switch (value) {
      case JsonObject object ->
          object.forEach(each ->
              fields(
                  path.isEmpty() ? each.getKey() : path + "." + each.getKey(),
                  object.getValue(each.getKey()),
                  into));
      case JsonArray array -> {
        assertThat(array).as(path).isNotEmpty();
        for (int i = 0; i < array.size(); i++) {
          fields(path + "[]", array.getValue(i), into);
        }
      }
      case null -> add(path, "null", into);
      case String _ -> add(path, "str", into);
      case Boolean _ -> add(path, "bool", into);
      case Integer _, Long _ -> add(path, "int", into);
      case Double _ -> add(path, "num", into);
      default -> throw new AssertionError(path + " is " + value.getClass());
    }
  }

  private static void add(String path, String type, Map<String, Set<String>> into) {
    into.computeIfAbsent(path, _ -> new TreeSet<>()).add(type);
  }

  private static Map<String, String> fields(JsonObject answer) {
    Map<String, Set<String>> found = new TreeMap<>();
    fields("", answer, found);
    Map<String, String> types = new TreeMap<>();
    found.forEach((path, kinds) -> types.put(path, String.join("|", kinds)));
    return types;
  }

  private static JsonObject json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.headers().firstValue("server")).hasValue("SRS/7.0.18(Sluice/1.2.3)");
    return new JsonObject(answer.body());
  }

  private static JsonObject get(FaceFixture face, String path) throws Exception {
    return json(face.ask("GET", V1 + path));
  }

  private static List<JsonObject> list(FaceFixture face, String what) throws Exception {
    return objects(get(face, "/" + what + "?count=1000").getJsonArray(what));
  }

  private static List<JsonObject> objects(JsonArray array) {
    List<JsonObject> objects = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      objects.add(array.getJsonObject(i));
    }
    return objects;
  }

  private static JsonObject only(List<JsonObject> all, String field, Object value) {
    List<JsonObject> found =
        all.stream().filter(each -> value.equals(each.getValue(field))).toList();
    assertThat(found).as("%s %s of %s", field, value, all).hasSize(1);
    return found.getFirst();
  }

  /** Somebody begins to play by HTTP: where he is sent on he has a session. */
  private static void play(FaceFixture face, String path) throws Exception {
    HttpResponse<String> first = face.send(face.node.httpPort(), "GET", path);
    assertThat(first.headers().firstValue("location").orElse("")).startsWith("/s/");
  }

  @Test
  void everyEndpointAndFieldIsThereAndAgreesWithOurOwn() throws Exception {
    try (var receiver = new Receiver();
        var face =
            new FaceFixture(
                folder,
                "pull: {allow: [127.0.0.0/8]}\n",
                Map.of("SLUICE_EVENTS_SRS_ON_UNPUBLISH", receiver.address("/streams")));
        ClipSource _ = face.publish("live/a", "R-pub", "https://a.example/x?secret=1");
        ClipSource _ = face.publish("v.example!live/b", "R-vhost", "");
        InputStream flv = face.watch("/live/a.flv");
        InputStream ts = face.watch("/live/a.ts");
        InputStream aac = face.watch("/live/a.aac")) {
      receiver.answers(_ -> new Answer(200, "0"));
      for (InputStream media : List.of(flv, ts, aac)) {
        assertThat(media.readNBytes(3)).hasSize(3);
      }
      play(face, "/live/a/index.m3u8");
      play(face, "/live/a/index.mpd");
      reload(face);
      await().atMost(SOON).until(() -> list(face, "clients").size() == 8);
      await() // rates are known only once there are two readings
          .atMost(SOON)
          .until(() -> received(only(list(face, "streams"), "url", "/live/a")) > 0);
      checkTable(face);
      checkFigures(face);
      checkKicks(face, flv, receiver);
    }
  }

  /** A stream that is fetched from this very node makes an RTMP player, and a source of our own. */
  private static void reload(FaceFixture face) throws Exception {
    assertThat(get(face, "/raw?rpc=reload-fetch").getJsonObject("data"))
        .isEqualTo(new JsonObject("{\"err\":0,\"msg\":\"\",\"state\":0,\"rid\":\"\"}"));
    Files.writeString(face.file, "streams: [");
    assertThat(get(face, "/raw?rpc=reload")).isEqualTo(new JsonObject("{\"code\":0}"));
    await().atMost(SOON).until(() -> outcome(face).getInteger("err") == 1023);
    assertThat(outcome(face).getString("msg")).contains("sluice.yaml:1");
    Files.writeString(
        face.file,
        """
        pull: {allow: [127.0.0.0/8]}
        streams:
          live/copy:
            sources: ["rtmp://127.0.0.1:%d/live/a"]
        """
            .formatted(face.node.rtmpPort()));
    get(face, "/raw?rpc=reload");
    await().atMost(SOON).until(() -> outcome(face).getInteger("state") == 90);
    assertThat(outcome(face).getInteger("err")).isZero();
    assertThat(outcome(face).getString("rid")).isEqualTo("r2");
    await()
        .atMost(SOON)
        .until(() ->
            list(face, "streams").stream()
                    .filter(each -> each.getValue("video") != null)
                    .filter(each -> each.getValue("audio") != null)
                    .count()
                == 3);
  }

  private static JsonObject outcome(FaceFixture face) throws Exception {
    return get(face, "/raw?rpc=reload-fetch").getJsonObject("data");
  }

  private static void checkTable(FaceFixture face) throws Exception {
    String stream = SrsIds.stream(StreamName.parse("live/a"));
    for (Map.Entry<String, String> row : TABLE.entrySet()) {
      String path =
          row.getKey()
              .replace("{vhost}", SrsIds.vhost("__defaultVhost__"))
              .replace("{stream}", stream)
              .replace("{client}", "R-pub");
      for (int port : new int[] {face.node.httpPort(), face.srsPort()}) {
        JsonObject answer = json(face.send(port, "GET", path, "Authorization", face.bearer()));
        assertThat(fields(answer)).as(path).isEqualTo(expected(row.getValue()));
        int code = path.endsWith("/errors") ? 100 : 0;
        assertThat(answer.getInteger("code")).as(path).isEqualTo(code);
        if (!path.contains("?")) { // SRS has both forms
          String slash = path + "/";
          JsonObject same = json(face.send(port, "GET", slash, "Authorization", face.bearer()));
          assertThat(fields(same)).as(slash).isEqualTo(expected(row.getValue()));
        }
      }
    }
    JsonObject root = json(face.send(face.srsPort(), "GET", "/", "Authorization", face.bearer()));
    assertThat(fields(root))
        .isEqualTo(
            expected(
                ENVELOPE
                    + "urls.api:str "
                    + under("urls.rtc.v1", "play:str publish:str nack:str")));
    String metrics =
        face.send(face.srsPort(), "GET", "/metrics", "Authorization", face.bearer()).body();
    assertThat(metrics)
        .contains("srs_node_uname_info{sysname=\"", "srs_build_info{server=\"sluice\",service=\"")
        .contains("\nsrs_streams 3\n", "\nsrs_clients 8\n", "\nsrs_clients_total 8\n")
        .containsPattern("\nsrs_cpu_percent [0-9]+\\.[0-9]+\n")
        .containsPattern("\nsrs_memory [1-9][0-9]*\n")
        .containsPattern("\nsrs_send_bytes_total [1-9][0-9]*\n")
        .containsPattern("\nsrs_receive_bytes_total [1-9][0-9]*\n");
  }

  private static long received(JsonObject stream) {
    return stream.getJsonObject("kbps").getLong("recv_30s");
  }

  private static void checkFigures(FaceFixture face) throws Exception {
    JsonObject before = own(face, "/sluice/v1/streams/live/a");
    JsonObject stream = only(list(face, "streams"), "url", "/live/a");
    JsonObject after = own(face, "/sluice/v1/streams/live/a");
    assertThat(stream.getLong("recv_bytes"))
        .isBetween(before.getLong("bytesIn"), after.getLong("bytesIn"));
    assertThat(stream.getLong("send_bytes"))
        .isBetween(before.getLong("bytesOut"), after.getLong("bytesOut"));
    assertThat(stream.getLong("frames"))
        .isBetween(before.getLong("videoFrames"), after.getLong("videoFrames"));
    assertThat(stream.getLong("audio_frames"))
        .isBetween(before.getLong("audioFrames"), after.getLong("audioFrames"));
    assertThat(stream.getInteger("clients")).as("and who publishes").isEqualTo(7);
    assertThat(before.getInteger("viewers")).isEqualTo(6);
    assertThat(stream.getJsonObject("publish"))
        .isEqualTo(new JsonObject("{\"active\":true,\"cid\":\"R-pub\"}"));
    assertThat(stream.getJsonObject("video").getString("codec")).isEqualTo("H264");
    assertThat(stream.getJsonObject("audio"))
        .isEqualTo(
            new JsonObject()
                .put("codec", "AAC")
                .put("sample_rate", 48_000)
                .put("channel", 1)
                .put("profile", "LC"));
    assertThat(received(stream)).isPositive();

    JsonArray sessions = own(face, "/sluice/v1/sessions").getJsonArray("sessions");
    List<JsonObject> clients = list(face, "clients");
    assertThat(clients)
        .extracting(each -> each.getString("id"))
        .containsExactlyElementsOf(
            objects(sessions).stream().map(each -> each.getString("connection")).toList());
    for (JsonObject session : objects(sessions)) {
      JsonObject client = only(clients, "id", session.getString("connection"));
      String name = session.getString("stream");
      assertThat(client.getString("stream")).isEqualTo(SrsIds.stream(StreamName.parse(name)));
      assertThat(client.getString("ip")).isEqualTo(session.getString("address"));
      assertThat(client.getBoolean("publish"))
          .isEqualTo(session.getString("action").equals("publish"));
      assertThat(client.getLong("recv_bytes")).isGreaterThanOrEqualTo(session.getLong("bytesIn"));
      assertThat(client.getLong("send_bytes")).isGreaterThanOrEqualTo(session.getLong("bytesOut"));
    }
    assertThat(clients)
        .extracting(each -> each.getString("type"))
        .containsExactlyInAnyOrder(
            "fmle-publish",
            "fmle-publish",
            "flv-play",
            "flv-play",
            "flv-play",
            "hls-play",
            "Unknown",
            "rtmp-play");
    assertThat(only(clients, "id", "R-pub").getString("pageUrl")).isEqualTo("https://a.example/x");

    List<JsonObject> vhosts = list(face, "vhosts");
    assertThat(vhosts)
        .extracting(each -> each.getString("name"))
        .containsExactlyInAnyOrder("__defaultVhost__", "v.example");
    JsonObject vhost = only(vhosts, "id", stream.getString("vhost"));
    assertThat(vhost.getInteger("streams")).isEqualTo(2);
    assertThat(vhost.getInteger("clients")).isEqualTo(7);
    JsonObject other = only(list(face, "streams"), "url", "v.example/live/b");
    assertThat(other.getString("vhost")).isEqualTo(SrsIds.vhost("v.example"));
    assertThat(only(vhosts, "name", "v.example").getLong("recv_bytes")).isPositive();
    JsonObject system = get(face, "/summaries").getJsonObject("data").getJsonObject("system");
    assertThat(system.getLong("srs_recv_bytes"))
        .isGreaterThan(stream.getLong("recv_bytes") + other.getLong("recv_bytes"));
    assertThat(system.getInteger("conn_srs")).isPositive();
  }

  private static JsonObject own(FaceFixture face, String path) throws Exception {
    return new JsonObject(face.ask("GET", path).body());
  }

  private static int delete(FaceFixture face, String id) throws Exception {
    return json(face.ask("DELETE", V1 + "/clients/" + id)).getInteger("code");
  }

  private static void checkKicks(FaceFixture face, InputStream flv, Receiver receiver)
      throws Exception {
    JsonObject viewer =
        list(face, "clients").stream()
            .filter(each -> each.getString("type").equals("flv-play"))
            .findFirst()
            .orElseThrow();
    assertThat(delete(face, viewer.getString("id"))).isZero();
    assertThat(flv.readAllBytes()).as("it ends").isNotNull();
    await().atMost(SOON).until(() -> delete(face, viewer.getString("id")) == 2049);
    assertThat(get(face, "/clients/" + viewer.getString("id")).getInteger("code")).isEqualTo(2049);

    String copy =
        only(list(face, "streams"), "url", "/live/copy").getJsonObject("publish").getString("cid");
    assertThat(delete(face, copy)).as("a source of our own").isZero();
    await()
        .atMost(SOON)
        .until(() ->
            list(face, "streams").stream()
                .noneMatch(each -> copy.equals(each.getJsonObject("publish").getString("cid"))));

    assertThat(delete(face, "R-pub")).isZero();
    await().atMost(SOON).until(() -> !receiver.asked().isEmpty());
    Asked hook = receiver.asked().getFirst();
    JsonObject told = new JsonObject(hook.body());
    JsonObject asked = get(face, "/versions");
    assertThat(told.getString("client_id")).isEqualTo("R-pub");
    assertThat(told.getString("stream_id"))
        .isEqualTo(only(list(face, "streams"), "url", "/live/a").getString("id"));
    assertThat(told.getString("server_id")).isEqualTo(asked.getString("server"));
    assertThat(told.getString("service_id")).isEqualTo(asked.getString("service"));
    assertThat(only(list(face, "streams"), "url", "/live/a").getJsonObject("publish"))
        .as("players are still there")
        .isEqualTo(new JsonObject("{\"active\":false}"));
  }

  // ---- without media

  @Test
  void whoMayAskAndHowItIsAnswered() throws Exception {
    try (var face = new FaceFixture(folder, "", Map.of("SLUICE_ACCESS_TRUST_LOOPBACK", "false"))) {
      checkErrors(face);
      checkAccess(face);
      checkPages(face);
      checkConsole(face);
    }
  }

  private static void checkErrors(FaceFixture face) throws Exception {
    String codes =
        """
        GET /vhosts/vid-none 2014
        GET /streams/vid-none 2048
        GET /clients/none 2049
        DELETE /clients/none 2049
        DELETE /clients 2049
        DELETE /clients/ 2049
        GET /clients/none?method=DELETE 2049
        GET /raw 1060
        GET /raw?rpc=nonsense 1060
        GET /raw?rpc=query&scope=global 1062
        GET /raw?rpc=update&scope=listen&value=1 1062
        GET /tests/errors 100
        GET /versions?callback=alert(1) 4058
        GET /versions?callback= 4058
        GET /versions?callback=1a 4058
        """;
    for (String line : codes.lines().toList()) {
      String[] words = line.split(" ");
      HttpResponse<String> answer = face.ask(words[0], V1 + words[1]);
      assertThat(json(answer)).as(line).isEqualTo(new JsonObject().put("code", code(words[2])));
    }
    String statuses =
        """
        POST /versions 405
        DELETE /streams/vid-none 405
        PUT /clients 405
        GET /versions?method=DELETE 405
        GET /perf 404
        GET /tcmalloc?page=summary 404
        GET /valgrind?check=full 404
        GET /signal?signo=1 404
        GET /nonsense 404
        GET /versions/x 404
        GET /clients/a/b 404
        GET /tests/redirects 301
        """;
    for (String line : statuses.lines().toList()) {
      String[] words = line.split(" ");
      assertThat(face.ask(words[0], V1 + words[1]).statusCode()).as(line).isEqualTo(code(words[2]));
    }
    assertThat(face.ask("GET", V1 + "/tests/redirects").headers().firstValue("location"))
        .hasValue("/api/v1/tests/errors");
    assertThat(face.ask("HEAD", V1 + "/versions").body()).isEmpty();
    assertThat(json(face.ask("POST", V1 + "/clusters?stream=x")).getInteger("code")).isZero();
    String echo = face.ask("GET", V1 + "/tests/requests?token=" + face.token()).body();
    assertThat(echo).contains("/api/v1/tests/requests").doesNotContain(face.token());
  }

  private static int code(String word) {
    return Integer.parseInt(word);
  }

  private static void checkAccess(FaceFixture face) throws Exception {
    String secret = face.token();
    for (int port : new int[] {face.node.httpPort(), face.srsPort()}) {
      for (String each : TABLE.keySet()) {
        String path = each.replaceAll("[{}]", "");
        HttpResponse<String> refused = face.send(port, "GET", path);
        assertThat(refused.statusCode()).as(path).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate").orElse("")).startsWith("Basic");
        assertThat(face.send(port, "GET", path, "Authorization", "Bearer x").statusCode())
            .as(path)
            .isEqualTo(403);
      }
      assertThat(face.send(port, "DELETE", V1 + "/clients/x").statusCode()).isEqualTo(401);
      assertThat(face.send(port, "GET", V1 + "/versions?token=" + secret).statusCode())
          .isEqualTo(200);
    }
    assertThat(face.send(face.srsPort(), "GET", "/metrics").statusCode()).isEqualTo(401);
    assertThat(face.send(face.srsPort(), "GET", "/").statusCode()).isEqualTo(401);
    String versions = V1 + "/versions";
    String script = versions + "?callback=f";
    String basic = face.basic(secret);
    assertStatus(face, 401, versions, "Authorization", face.basic("not the secret"));
    assertStatus(face, 200, versions, "Authorization", basic);
    assertStatus(face, 401, script, "Authorization", basic);
    String other = "https://evil.example/page";
    assertStatus(face, 401, script, "Authorization", basic, "Referer", other);
    assertStatus(face, 401, script, "Authorization", basic, "Sec-Fetch-Site", "cross-site");
    assertStatus(face, 200, script, "Authorization", basic, "Sec-Fetch-Site", "same-site");
    assertStatus(
        face, 200, script, "Authorization", basic, "Referer", "http://127.0.0.1:8080/console/");
    assertStatus(face, 200, script + "&token=" + secret, "Referer", other);
    assertStatus(face, 401, V1 + "/clients/x?method=DELETE", "Authorization", basic);
    assertStatus(face, 401, V1 + "/raw?rpc=reload", "Authorization", basic);
  }

  private static void assertStatus(FaceFixture face, int status, String path, String... headers)
      throws IOException, InterruptedException {
    assertThat(face.send(face.srsPort(), "GET", path, headers).statusCode())
        .as(path + " " + String.join(" ", headers))
        .isEqualTo(status);
  }

  private static void checkPages(FaceFixture face) throws Exception {
    for (int port : new int[] {face.node.httpPort(), face.srsPort()}) {
      HttpResponse<String> answer =
          face.send(
              port,
              "GET",
              V1 + "/versions",
              "Authorization",
              face.bearer(),
              "Origin",
              "https://a.example");
      var headers = answer.headers();
      for (String name : new String[] {"origin", "headers", "methods"}) {
        assertThat(headers.allValues("access-control-allow-" + name)).containsExactly("*");
      }
      assertThat(headers.allValues("access-control-expose-headers")).containsExactly("*");
      assertThat(headers.allValues("access-control-allow-credentials")).containsExactly("false");
      assertThat(headers.allValues("access-control-request-private-network"))
          .containsExactly("true");
      HttpResponse<String> plain =
          face.send(port, "GET", V1 + "/versions", "Authorization", face.bearer());
      assertThat(plain.headers().firstValue("access-control-allow-origin")).isEmpty();
      HttpResponse<String> options = face.send(port, "OPTIONS", V1 + "/clients/x");
      assertThat(options.statusCode()).isEqualTo(200);
      assertThat(options.body()).isEmpty();
    }
    HttpResponse<String> asked =
        face.send(
            face.srsPort(),
            "OPTIONS",
            V1 + "/clients/x",
            "Origin",
            "https://a.example",
            "Access-Control-Request-Method",
            "DELETE");
    assertThat(asked.statusCode()).isEqualTo(200);
    assertThat(asked.headers().firstValue("access-control-allow-methods")).hasValue("*");
  }

  /** All that SRS's console calls: scripts, with the method in the query. */
  private static void checkConsole(FaceFixture face) throws Exception {
    String calls =
        """
        /versions?callback=angular.callbacks._0
        /summaries?callback=angular.callbacks._1
        /vhosts?callback=angular.callbacks._2
        /vhosts/vid-x?callback=angular.callbacks._3
        /streams?callback=angular.callbacks._4
        /streams/vid-x?callback=angular.callbacks._5
        /clients?callback=angular.callbacks._6
        /clients/x?callback=angular.callbacks._7
        /clients/x?callback=angular.callbacks._8&method=DELETE
        /raw?callback=angular.callbacks._9&rpc=raw
        /raw?callback=angular.callbacks._a&rpc=query&scope=global
        /raw?callback=angular.callbacks._b&rpc=update&scope=listen&value=1936
        """;
    for (String call : calls.lines().toList()) {
      HttpResponse<String> answer =
          face.send(
              face.srsPort(),
              "GET",
              V1 + call,
              "Authorization",
              face.basic(face.token()),
              "Referer",
              "http://127.0.0.1:8080/console/ng_index.html");
      assertThat(answer.statusCode()).as(call).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-type")).hasValue("text/javascript");
      String callback = call.replaceAll(".*callback=([^&]*).*", "$1");
      assertThat(answer.body()).startsWith(callback + "({\"code\":").endsWith("})");
      String json = answer.body().substring(callback.length() + 1, answer.body().length() - 1);
      assertThat(new JsonObject(json).getInteger("code")).isNotNull();
    }
  }

  @Test
  void listsComeInPages() throws Exception {
    try (var face = new FaceFixture(folder, "", Map.of())) {
      for (int i = 10; i < 23; i++) {
        ClipSource unused = face.publish("live/" + i, "R-" + i, ""); // ends with the node
        assertThat(unused).isNotNull();
      }
      await().atMost(SOON).until(() -> list(face, "clients").size() == 13);
      String pages =
          """
          '' 0 10
          ?start=0 0 10
          ?start=2 2 10
          ?start=5&count=10 5 8
          ?count=1 0 10
          ?count=12 0 12
          ?count=10000 0 13
          ?count=99999999999 0 10
          ?start=-3&count=-1 0 10
          ?start=13 13 0
          ?start=999999999 13 0
          ?start=x&count=x 0 10
          """;
      for (String line : pages.lines().toList()) {
        String[] words = line.replace("''", "").split(" ");
        for (String what : new String[] {"clients", "streams"}) {
          List<JsonObject> page = objects(get(face, "/" + what + words[0]).getJsonArray(what));
          int first = 10 + Integer.parseInt(words[1]);
          List<String> names = new ArrayList<>();
          for (int i = first; i < first + Integer.parseInt(words[2]); i++) {
            names.add(String.valueOf(i));
          }
          assertThat(page)
              .as(what + line)
              .extracting(each -> each.getString("name"))
              .containsExactlyElementsOf(names);
        }
      }
    }
  }
}
