package dev.sluice.node.face.nginx;

import dev.sluice.access.Action;
import dev.sluice.access.Session;
import dev.sluice.access.SessionBook;
import dev.sluice.access.SessionFilter;
import dev.sluice.access.backend.Place;
import dev.sluice.hub.Client;
import dev.sluice.hub.Configuration;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Visit;
import dev.sluice.media.AudioFormat;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.node.api.LiveReports;
import dev.sluice.node.api.LiveReports.StreamWithViewers;
import dev.sluice.node.api.SessionReports;
import dev.sluice.node.face.Rates;
import dev.sluice.node.face.Rates.Rate;
import dev.sluice.node.face.ShownPage;
import dev.sluice.node.face.StreamTotals;
import dev.sluice.node.face.TrackWords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code rtmp_stat all}: what is live, who publishes and who watches, as XML. Control plane only.
 */
final class NginxStat {
  /** Clients that are listed; all are counted. */
  static final int MAX_CLIENTS = 10_000;

  /** The version of nginx-rtmp whose document this is. */
  static final String MODULE_VERSION = "1.1.4";

  private static final long RATE_NS = 10_000_000_000L;
  private static final long NS_PER_MS = 1_000_000;
  private static final long MS_PER_S = 1_000;

  private final LiveReports reports;
  private final SessionBook book;
  private final String software;
  private final LongSupplier utcMs;
  private final long startedMs;
  private final Rates rates;
  private final StreamTotals totals = new StreamTotals();

  /**
   * Tells of the streams of {@code reports} and the sessions of {@code book}.
   *
   * @param software name and version of this server
   */
  NginxStat(
      LiveReports reports,
      SessionBook book,
      String software,
      LongSupplier utcMs,
      LongSupplier nanoTime) {
    this.reports = reports;
    this.book = book;
    this.software = software;
    this.utcMs = utcMs;
    this.startedMs = utcMs.getAsLong();
    this.rates = new Rates(RATE_NS, nanoTime);
  }

  /** A session and what it has come to, which nobody may know. */
  private record Told(Session session, Visit.@Nullable Figures figures) {}

  /** What stands in one document. */
  private record Moment(long nowMs, Map<String, List<Told>> clients, Map<String, Integer> counts) {
    List<Told> clients(LiveStream.Report stream) {
      return clients.getOrDefault(stream.name().toString(), List.of());
    }

    int count(LiveStream.Report stream) {
      return counts.getOrDefault(stream.name().toString(), 0);
    }
  }

  /** The document. */
  String document() {
    List<StreamWithViewers> streams = reports.all();
    List<Session> sessions = book.list(SessionFilter.ALL, 0, Integer.MAX_VALUE).sessions();
    long nowMs = utcMs.getAsLong();
    StreamTotals.Totals all = totals.of(streams, nowMs);
    long upMs = Math.max(0, nowMs - startedMs);
    Rate rate = rates.of("all", all.in(), all.out(), upMs * NS_PER_MS);
    Moment moment = new Moment(nowMs, listed(sessions), counts(sessions));
    var xml = new Xml();
    xml.open("rtmp")
        .put("nginx_version", software)
        .put("nginx_rtmp_version", MODULE_VERSION)
        .put("compiler", "")
        .put("built", "")
        .put("pid", ProcessHandle.current().pid())
        .put("uptime", upMs / MS_PER_S)
        .put("naccepted", book.entered());
    traffic(xml, rate, all.in(), all.out());
    servers(streams)
        .forEach((_, applications) -> {
          xml.open("server");
          applications.forEach((name, ofIt) -> application(xml, name, ofIt, moment));
          xml.close("server");
        });
    return xml.close("rtmp").toString();
  }

  private static Map<String, List<Told>> listed(List<Session> sessions) {
    List<Session> some = sessions.subList(0, Math.min(sessions.size(), MAX_CLIENTS));
    Map<Session, Visit.Figures> figures = SessionReports.figures(some);
    Map<String, List<Told>> byStream = new HashMap<>();
    for (Session session : some) {
      byStream
          .computeIfAbsent(session.stream(), _ -> new ArrayList<>())
          .add(new Told(session, figures.get(session)));
    }
    return byStream;
  }

  private static Map<String, Integer> counts(List<Session> sessions) {
    Map<String, Integer> counts = new HashMap<>();
    sessions.forEach(session -> counts.merge(session.stream(), 1, Integer::sum));
    return counts;
  }

  /** By vhost, then by application; streams without a vhost are first, and there in any case. */
  private static Map<String, Map<String, List<StreamWithViewers>>> servers(
      List<StreamWithViewers> streams) {
    var servers = new TreeMap<String, Map<String, List<StreamWithViewers>>>();
    servers.put("", new TreeMap<>());
    streams.stream()
        .sorted(Comparator.comparing(each -> each.stream().name().toString()))
        .forEach(each ->
            servers
                .computeIfAbsent(each.stream().name().vhost(), _ -> new TreeMap<>())
                .computeIfAbsent(Place.of(each.stream().name()).app(), _ -> new ArrayList<>())
                .add(each));
    return servers;
  }

  private void application(Xml xml, String name, List<StreamWithViewers> streams, Moment moment) {
    xml.open("application").put("name", name).open("live");
    int count = 0;
    for (StreamWithViewers each : streams) {
      stream(xml, each, moment);
      count += moment.count(each.stream());
    }
    xml.put("nclients", count).close("live").close("application");
  }

  private void stream(Xml xml, StreamWithViewers each, Moment moment) {
    LiveStream.Report stream = each.stream();
    boolean live = stream.source() != null;
    String key = "stream " + stream.name();
    long in = stream.bytesIn();
    long out = each.bytesOut();
    xml.open("stream")
        .put("name", Place.of(stream.name()).stream())
        .put("time", live ? stream.liveSinceNs() / NS_PER_MS : 0);
    traffic(xml, rates.of(key, in, out, stream.liveSinceNs()), in, out);
    xml.put("bw_audio", 0).put("bw_video", 0); // not measured by track
    moment.clients(stream).forEach(told -> client(xml, told, moment.nowMs));
    meta(xml, stream.configuration());
    xml.put("nclients", moment.count(stream))
        .flag("publishing", live)
        .flag("active", live)
        .close("stream");
  }

  private static void traffic(Xml xml, Rate rate, long in, long out) {
    xml.put("bw_in", rate.inBps())
        .put("bytes_in", in)
        .put("bw_out", rate.outBps())
        .put("bytes_out", out);
  }

  private static void client(Xml xml, Told told, long nowMs) {
    Session session = told.session;
    Client client = session.client();
    Visit.Figures figures = told.figures;
    boolean publishes = session.action() == Action.PUBLISH;
    xml.open("client")
        .put("id", client.connectionId())
        .put("address", client.address())
        .put("port", client.port())
        .put("time", Math.max(0, nowMs - session.startMs()))
        .putIfAny("flashver", client.software())
        .putIfAny("pageurl", ShownPage.of(client.told().page()));
    if (figures != null) {
      xml.put("bytes_in", figures.bytesIn()).put("bytes_out", figures.bytesOut());
    }
    xml.put("dropped", figures == null ? 0 : figures.skips())
        .put("avsync", 0) // not known of a client
        .put("timestamp", 0)
        .flag("publishing", publishes)
        .flag("active", true)
        .close("client");
  }

  private static void meta(Xml xml, Configuration configuration) {
    Track video = TrackWords.first(configuration, Track.Kind.VIDEO);
    Track audio = TrackWords.first(configuration, Track.Kind.AUDIO);
    if (video == null && audio == null) {
      return;
    }
    xml.open("meta");
    if (video != null) {
      video(xml, video);
    }
    if (audio != null) {
      audio(xml, audio);
    }
    xml.close("meta");
  }

  private static void video(Xml xml, Track track) {
    xml.open("video");
    VideoFormat format = VideoFormat.of(track);
    if (format != null) {
      VideoFormat.Ratio rate = format.frameRate();
      xml.put("width", format.width())
          .put("height", format.height())
          .put("frame_rate", rate == null ? "0" : decimal(rate.value()));
    }
    xml.put("codec", TrackWords.videoCodec(track));
    TrackWords.Avc avc = TrackWords.avc(track);
    if (avc != null) {
      xml.put("profile", TrackWords.avcProfile(avc.profile(), 0).replace(TrackWords.OTHER, ""))
          .put("compat", avc.constraints())
          .put("level", decimal(avc.level() / 10.0));
    }
    xml.close("video");
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%.3f", number).replaceFirst("\\.?0+$", "");
  }

  private static void audio(Xml xml, Track track) {
    xml.open("audio").put("codec", TrackWords.audioCodec(track));
    if (track.codec() == Codec.AAC) {
      xml.put("profile", TrackWords.audioProfile(track).replace(TrackWords.OTHER, ""));
    }
    AudioFormat format = AudioFormat.of(track);
    if (format != null) {
      xml.put("channels", format.channels()).put("sample_rate", format.sampleRate());
    }
    xml.close("audio");
  }
}
