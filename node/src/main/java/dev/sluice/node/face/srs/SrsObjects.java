package dev.sluice.node.face.srs;

import dev.sluice.access.Action;
import dev.sluice.access.Session;
import dev.sluice.access.backend.Place;
import dev.sluice.access.backend.SrsIds;
import dev.sluice.hub.Client;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Visit;
import dev.sluice.media.StreamName;
import dev.sluice.node.api.LiveReports.StreamWithViewers;
import dev.sluice.node.api.SessionReports;
import dev.sluice.node.config.StreamSettings;
import dev.sluice.node.face.Rates;
import dev.sluice.node.face.Rates.Rate;
import dev.sluice.node.face.ShownPage;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Vhosts, streams and clients as SRS's API writes them. A client is a session of ours: whoever
 * publishes or watches by whatever protocol. Control plane only.
 */
final class SrsObjects {
  private static final double MS_PER_S = 1e3;
  private static final long NS_PER_MS = 1_000_000;
  private static final long BITS_PER_KBIT = 1_000;

  /** What a Flash player said that it is: it published without what encoders send before. */
  private static final Pattern FLASH = Pattern.compile("(?:WIN|MAC|LNX|AND) .*");

  private final Rates rates;

  /** Objects whose rates are from {@code rates}. */
  SrsObjects(Rates rates) {
    this.rates = rates;
  }

  /** What a stream or vhost adds up to. */
  private record Sum(int clients, int streams, long in, long out, Rate rate) {
    Sum plus(Sum other) {
      return new Sum(
          clients + other.clients,
          streams + other.streams,
          in + other.in,
          out + other.out,
          rate.plus(other.rate));
    }

    JsonObject into(JsonObject json) {
      return json.put("send_bytes", out).put("recv_bytes", in).put("kbps", kbps(rate));
    }
  }

  private static JsonObject kbps(Rate rate) {
    return new JsonObject()
        .put("recv_30s", rate.inBps() / BITS_PER_KBIT)
        .put("send_30s", rate.outBps() / BITS_PER_KBIT);
  }

  /** How many publish or watch each stream. */
  static Map<String, Integer> clients(List<Session> sessions) {
    Map<String, Integer> counts = new HashMap<>();
    sessions.forEach(session -> counts.merge(session.stream(), 1, Integer::sum));
    return counts;
  }

  private Sum sum(StreamWithViewers each, Map<String, Integer> clients) {
    LiveStream.Report stream = each.stream();
    String name = stream.name().toString();
    long in = stream.bytesIn();
    long out = each.bytesOut();
    Rate rate = rates.of(name, in, out, stream.liveSinceNs());
    return new Sum(clients.getOrDefault(name, 0), 1, in, out, rate);
  }

  /**
   * All vhosts of streams, by identifier; the one of streams without a vhost has SRS's name for it.
   *
   * @param defaults what holds for streams that nothing else is said of
   */
  SequencedMap<String, JsonObject> vhosts(
      List<StreamWithViewers> streams, List<Session> sessions, StreamSettings defaults) {
    Map<String, Integer> clients = clients(sessions);
    var sums = new TreeMap<String, Sum>();
    for (StreamWithViewers each : streams) {
      String vhost = Place.of(each.stream().name()).vhost();
      sums.merge(vhost, sum(each, clients), Sum::plus);
    }
    var vhosts = new TreeMap<String, JsonObject>();
    sums.forEach((vhost, sum) -> vhosts.put(SrsIds.vhost(vhost), vhost(vhost, sum, defaults)));
    return vhosts;
  }

  private static JsonObject vhost(String vhost, Sum sum, StreamSettings defaults) {
    var hls = new JsonObject().put("enabled", defaults.segments());
    if (defaults.segments()) {
      hls.put("fragment", defaults.segmentPeriod().toMillis() / MS_PER_S);
    }
    JsonObject json =
        new JsonObject()
            .put("id", SrsIds.vhost(vhost))
            .put("name", vhost)
            .put("enabled", true)
            .put("clients", sum.clients)
            .put("streams", sum.streams);
    return sum.into(json).put("hls", hls);
  }

  /**
   * A stream.
   *
   * @param clients of {@link #clients}
   * @param nowMs the server's clock
   */
  JsonObject stream(StreamWithViewers each, Map<String, Integer> clients, long nowMs) {
    LiveStream.Report stream = each.stream();
    Place place = Place.of(stream.name());
    Sum sum = sum(each, clients);
    JsonObject json =
        new JsonObject()
            .put("id", SrsIds.stream(stream.name()))
            .put("name", place.stream())
            .put("vhost", SrsIds.vhost(place.vhost()))
            .put("app", place.app())
            .put("tcUrl", place.tcUrl())
            .put("url", place.url())
            .put("live_ms", nowMs)
            .put("clients", sum.clients)
            .put("frames", stream.videoFrames())
            .put("audio_frames", stream.audioFrames())
            .put("video_frames", stream.videoFrames());
    return sum.into(json)
        .put("publish", publish(stream))
        .put("video", SrsMedia.video(stream.configuration()))
        .put("audio", SrsMedia.audio(stream.configuration()));
  }

  private static JsonObject publish(LiveStream.Report stream) {
    Client source = stream.source();
    JsonObject json = new JsonObject().put("active", source != null);
    return source == null ? json : json.put("cid", source.connectionId());
  }

  /** Clients, in the order given. */
  List<JsonObject> clients(List<Session> sessions, long nowMs) {
    Map<Session, Visit.Figures> figures = SessionReports.figures(sessions);
    return sessions.stream().map(session -> client(session, figures.get(session), nowMs)).toList();
  }

  private JsonObject client(Session session, Visit.@Nullable Figures figures, long nowMs) {
    Client client = session.client();
    StreamName name = session.visit().name();
    Place place = Place.of(name);
    long in = figures == null ? 0 : figures.bytesIn();
    long out = figures == null ? 0 : figures.bytesOut();
    long aliveMs = Math.max(0, nowMs - session.startMs());
    String key = "client " + session.number();
    return new JsonObject()
        .put("id", client.connectionId())
        .put("vhost", SrsIds.vhost(place.vhost()))
        .put("stream", SrsIds.stream(name))
        .put("ip", client.address())
        .put("pageUrl", ShownPage.of(client.told().page()))
        .put("swfUrl", "")
        .put("tcUrl", place.tcUrl())
        .put("url", place.url())
        .put("name", place.stream())
        .put("type", type(session.action(), client))
        .put("publish", session.action() == Action.PUBLISH)
        .put("alive", aliveMs / MS_PER_S)
        .put("send_bytes", out)
        .put("recv_bytes", in)
        .put("kbps", kbps(rates.of(key, in, out, aliveMs * NS_PER_MS)));
  }

  /**
   * The type of a client. SRS has none for DASH, for other nodes, and for what we play ourselves.
   */
  static String type(Action action, Client client) {
    return switch (action) {
      case PUBLISH ->
          switch (client.protocol()) {
            case "rtmp", "rtmps" ->
                FLASH.matcher(client.software()).matches() ? "flash-publish" : "fmle-publish";
            default -> "Unknown";
          };
      case PLAY ->
          switch (client.protocol()) {
            case "rtmp", "rtmps" -> "rtmp-play";
            case "flv", "ws-flv", "ts", "aac", "mp3" -> "flv-play";
            case "hls" -> "hls-play";
            default -> "Unknown";
          };
    };
  }
}
