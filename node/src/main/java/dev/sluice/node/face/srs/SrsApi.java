package dev.sluice.node.face.srs;

import dev.sluice.access.AccessRules;
import dev.sluice.access.Session;
import dev.sluice.access.SessionBook;
import dev.sluice.access.SessionFilter;
import dev.sluice.access.backend.Place;
import dev.sluice.access.backend.SrsIds;
import dev.sluice.hub.Client;
import dev.sluice.hub.Hub;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Reason;
import dev.sluice.node.api.LiveReports;
import dev.sluice.node.api.LiveReports.StreamWithViewers;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.WebOrigin;
import dev.sluice.node.face.Rates;
import dev.sluice.node.face.StreamTotals;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What each call of SRS's API answers. Control plane only: it asks loops and waits. */
final class SrsApi {
  /** Streams or clients of one answer at least, whatever is asked for: SRS's rule. */
  static final int MIN_COUNT = 10;

  /** Streams or clients of one answer at most. */
  static final int MAX_COUNT = 10_000;

  /** Header fields that {@code tests/requests} does not say: they may let somebody in. */
  private static final Set<String> SECRET =
      Set.of("authorization", "cookie", "proxy-authorization");

  private static final long RATE_NS = 30_000_000_000L;

  private final Hub hub;
  private final SessionBook book;
  private final LiveConfig live;
  private final LiveReports reports;
  private final SrsObjects objects;
  private final StreamTotals totals = new StreamTotals();
  private final SrsHost host;
  private final SrsReload reload;
  private final Ports ports;
  private final String software;
  private final LongSupplier utcMs;

  /**
   * Where the server listens, as far as SRS tells it.
   *
   * @param rtmp null when it is off
   * @param api SRS's own listener; null when there is none
   * @param http the first HTTP port
   */
  record Ports(
      Supplier<@Nullable Integer> rtmp, Supplier<@Nullable Integer> api, IntSupplier http) {
    int ofApi() {
      Integer own = api.get();
      return own == null ? http.getAsInt() : own;
    }
  }

  SrsApi(
      Hub hub,
      AccessRules access,
      LiveConfig live,
      IntSupplier connections,
      Ports ports,
      String software,
      LongSupplier utcMs,
      LongSupplier nanoTime) {
    this.hub = hub;
    this.book = access.sessions();
    this.live = live;
    this.reports = new LiveReports(hub);
    this.objects = new SrsObjects(new Rates(RATE_NS, nanoTime));
    this.host =
        new SrsHost(new HostFigures(Path.of("/proc"), utcMs), connections, utcMs.getAsLong());
    this.reload = new SrsReload(live);
    this.ports = ports;
    this.software = software;
    this.utcMs = utcMs;
  }

  private static JsonObject envelope() {
    return new JsonObject()
        .put("code", SrsCode.SUCCESS.number())
        .put("server", SrsIds.SERVER)
        .put("service", SrsIds.SERVICE)
        .put("pid", Long.toString(ProcessHandle.current().pid()));
  }

  private static SrsReply with(String name, Object value) {
    return new SrsReply.Body(envelope().put(name, value));
  }

  private static SrsReply data(JsonObject data) {
    return with("data", data);
  }

  // ---- what there is

  SrsReply root(SrsCall call) {
    var rtc =
        new JsonObject()
            .put("play", SrsIndex.NOT_THERE)
            .put("publish", SrsIndex.NOT_THERE)
            .put("nack", SrsIndex.NOT_THERE);
    return with(
        "urls",
        new JsonObject().put("api", "the api root").put("rtc", new JsonObject().put("v1", rtc)));
  }

  SrsReply api(SrsCall call) {
    return with("urls", new JsonObject().put("v1", "the api version 1.0"));
  }

  SrsReply v1(SrsCall call) {
    var urls = new JsonObject();
    SrsIndex.URLS.forEach(urls::put);
    var tests = new JsonObject();
    SrsIndex.TESTS.forEach(tests::put);
    return new SrsReply.Body(envelope().put("urls", urls).put("tests", tests));
  }

  SrsReply versions(SrsCall call) {
    return data(
        new JsonObject()
            .put("major", SrsVersion.MAJOR)
            .put("minor", SrsVersion.MINOR)
            .put("revision", SrsVersion.REVISION)
            .put("version", SrsVersion.TEXT));
  }

  SrsReply authors(SrsCall call) {
    return data(
        new JsonObject()
            .put("license", "Apache-2.0")
            .put("contributors", "the authors of " + software));
  }

  SrsReply features(SrsCall call) {
    var features = new JsonObject();
    SrsIndex.FEATURES.forEach(features::put);
    return data(
        new JsonObject()
            .put("options", "") // of the build: there are none
            .put("options2", "")
            .put("build", "")
            .put("build2", "")
            .put("features", features));
  }

  // ---- process and host

  SrsReply summaries(SrsCall call) {
    return data(host.summaries(totals.of(reports.all(), utcMs.getAsLong())));
  }

  SrsReply rusages(SrsCall call) {
    return data(host.rusages());
  }

  SrsReply selfStats(SrsCall call) {
    return data(host.selfStats());
  }

  SrsReply systemStats(SrsCall call) {
    return data(host.systemStats());
  }

  SrsReply memory(SrsCall call) {
    return data(host.memory());
  }

  /** SRS's exporter; what is not counted here is not there. */
  SrsReply metrics(SrsCall call) {
    List<StreamWithViewers> streams = reports.all();
    StreamTotals.Totals all = totals.of(streams, utcMs.getAsLong());
    String build =
        "server=\"%s\",service=\"%s\",pid=\"%d\",build_date=\"\",major=\"%d\",version=\"%s\",code=\"%s\""
            .formatted(
                SrsIds.SERVER,
                SrsIds.SERVICE,
                ProcessHandle.current().pid(),
                SrsVersion.MAJOR,
                SrsVersion.TEXT,
                "Sluice");
    var text = new StringBuilder();
    String machine =
        "sysname=\"%s\",release=\"%s\",machine=\"%s\""
            .formatted(property("os.name"), property("os.version"), property("os.arch"));
    metric(text, "srs_node_uname_info", "gauge", "{" + machine + "} 1");
    metric(text, "srs_build_info", "gauge", "{" + build + "} 1");
    String cpu = String.format(Locale.ROOT, " %.4f", host.processShare() * 100);
    metric(text, "srs_cpu_percent", "gauge", cpu);
    metric(text, "srs_memory", "gauge", " " + host.memoryKb());
    metric(text, "srs_send_bytes_total", "counter", " " + all.out());
    metric(text, "srs_receive_bytes_total", "counter", " " + all.in());
    metric(text, "srs_streams", "gauge", " " + streams.size());
    metric(text, "srs_clients", "gauge", " " + book.size());
    metric(text, "srs_clients_total", "counter", " " + book.entered());
    return new SrsReply.Metrics(text.toString());
  }

  private static String property(String name) {
    return System.getProperty(name, "").replaceAll("[\"\\\\\\p{Cntrl}]", "_");
  }

  private static void metric(StringBuilder text, String name, String type, String value) {
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    text.append(name).append(value).append('\n');
  }

  // ---- vhosts, streams, clients

  private List<Session> sessions() {
    return book.list(SessionFilter.ALL, 0, Integer.MAX_VALUE).sessions();
  }

  SrsReply vhosts(SrsCall call) {
    Map<String, JsonObject> vhosts =
        objects.vhosts(reports.all(), sessions(), live.now().defaults());
    if (call.id().isEmpty()) {
      return with("vhosts", new JsonArray(List.copyOf(vhosts.values())));
    }
    JsonObject vhost = vhosts.get(call.id());
    return vhost == null ? SrsReply.of(SrsCode.VHOST) : with("vhost", vhost);
  }

  SrsReply streams(SrsCall call) {
    List<StreamWithViewers> streams = reports.all();
    streams.sort(Comparator.comparing(each -> each.stream().name().toString()));
    Map<String, Integer> clients = SrsObjects.clients(sessions());
    long nowMs = utcMs.getAsLong();
    if (call.id().isEmpty()) {
      return with(
          "streams",
          new JsonArray(
              page(streams, call).stream()
                  .map(each -> objects.stream(each, clients, nowMs))
                  .toList()));
    }
    for (StreamWithViewers each : streams) {
      if (SrsIds.stream(each.stream().name()).equals(call.id())) {
        return with("stream", objects.stream(each, clients, nowMs));
      }
    }
    return SrsReply.of(SrsCode.STREAM);
  }

  SrsReply clients(SrsCall call) {
    if (call.deletes()) {
      return kick(call.id());
    }
    List<Session> sessions = sessions();
    long nowMs = utcMs.getAsLong();
    if (call.id().isEmpty()) {
      return with("clients", new JsonArray(objects.clients(page(sessions, call), nowMs)));
    }
    for (Session session : sessions) {
      if (session.client().connectionId().equals(call.id())) {
        return with("client", objects.clients(List.of(session), nowMs).getFirst());
      }
    }
    return SrsReply.of(SrsCode.CLIENT);
  }

  private static <T> List<T> page(List<T> all, SrsCall call) {
    int start = Math.min(Math.max(0, call.number("start", 0)), all.size());
    int count = Math.clamp(call.number("count", MIN_COUNT), MIN_COUNT, MAX_COUNT);
    return all.subList(start, Math.min(all.size(), start + count));
  }

  /** Ends whoever has this connection, be it a source of the server's own. */
  private SrsReply kick(String id) {
    boolean kicked = false;
    for (Session session : sessions()) {
      kicked |= session.client().connectionId().equals(id) && book.kick(session);
    }
    if (!kicked) {
      for (LiveStream.Report stream : reports.streams()) {
        Client source = stream.source();
        kicked |= source != null && source.connectionId().equals(id) && drop(stream);
      }
    }
    return kicked ? new SrsReply.Body(envelope()) : SrsReply.of(SrsCode.CLIENT);
  }

  private boolean drop(LiveStream.Report report) {
    LiveStream stream = hub.stream(report.name());
    if (stream != null) {
      stream.loop().execute(() -> stream.dropSource(Reason.KICKED));
    }
    return stream != null;
  }

  // ---- the rest

  SrsReply raw(SrsCall call) {
    return switch (call.parameter("rpc")) {
      case "raw" -> with("http_api", httpApi());
      case "reload" -> reload.start();
      case "reload-fetch" -> data(reload.last());
      case "query", "update" -> SrsReply.of(SrsCode.RAW_NOT_ALLOWED);
      default -> SrsReply.of(SrsCode.RAW);
    };
  }

  private JsonObject httpApi() {
    return new JsonObject()
        .put("enabled", true)
        .put("listen", Integer.toString(ports.ofApi()))
        .put("crossdomain", live.now().http().cors().contains(WebOrigin.ANY))
        .put(
            "raw_api",
            new JsonObject()
                .put("enabled", true)
                .put("allow_reload", true)
                .put("allow_query", false)
                .put("allow_update", false));
  }

  /** Whether a stream is here, as another origin of an SRS cluster asks it. */
  SrsReply clusters(SrsCall call) {
    String vhost = call.parameter("vhost");
    String app = call.parameter("app");
    String stream = call.parameter("stream");
    var query =
        new JsonObject()
            .put("ip", call.parameter("ip"))
            .put("vhost", vhost)
            .put("app", app)
            .put("stream", stream);
    Integer rtmp = ports.rtmp.get();
    boolean here = rtmp != null && isLive(vhost, app, stream);
    return data(
        new JsonObject()
            .put("query", query)
            .put("origin", here ? origin(call, vhost, rtmp) : null));
  }

  private boolean isLive(String vhost, String app, String stream) {
    for (LiveStream.Report each : reports.streams()) {
      Place place = Place.of(each.name());
      boolean same = place.app().equals(app) && place.stream().equals(stream);
      if (same && place.vhost().equals(vhost.isEmpty() ? Place.NO_VHOST : vhost)) {
        return each.source() != null;
      }
    }
    return false;
  }

  private JsonObject origin(SrsCall call, String vhost, @Nullable Integer rtmp) {
    HostAndPort asked = HostAndPort.parseAuthority(call.parameter("coworker"), -1);
    HostAndPort authority = asked == null ? call.request().authority() : asked;
    String ip = authority == null ? "" : authority.host();
    String api = ip + ":" + ports.ofApi();
    return new JsonObject()
        .put("ip", ip)
        .put("port", rtmp)
        .put("vhost", vhost)
        .put("api", api)
        .put("routers", new JsonArray().add(api));
  }

  SrsReply error(SrsCall call) {
    return SrsReply.of(SrsCode.TEST);
  }

  SrsReply redirect(SrsCall call) {
    return new SrsReply.Elsewhere("/api/v1/tests/errors");
  }

  /** Says what was asked, without what lets anybody in. */
  SrsReply echo(SrsCall call) {
    var headers = new JsonObject();
    for (Map.Entry<String, String> header : call.request().headers()) {
      if (!SECRET.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        headers.put(header.getKey(), header.getValue());
      }
    }
    headers
        .put("sigature", "Sluice") // so it is spelt
        .put("version", SrsVersion.TEXT)
        .put("link", "")
        .put("time", utcMs.getAsLong());
    String path = String.valueOf(call.request().path());
    return data(
        new JsonObject()
            .put("uri", path) // not the query, which may hold a token
            .put("path", path)
            .put("METHOD", call.method())
            .put("headers", headers));
  }
}
