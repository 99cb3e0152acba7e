package dev.sluice.node.api;

import dev.sluice.hub.Client;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.SourceReport;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.source.Seat;
import dev.sluice.media.Track;
import dev.sluice.node.api.LiveReports.StreamWithViewers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reports as the API writes them. Never a token. */
final class Json {
  private static final long NS_PER_MS = 1_000_000;

  private Json() {}

  /** A stream in the public list. */
  static JsonObject listed(LiveStream.Report stream) {
    var tracks = stream.configuration().tracks();
    return new JsonObject()
        .put("name", stream.name().toString())
        .put("viewers", stream.viewerCount())
        .put("video", TrackText.of(tracks, Track.Kind.VIDEO))
        .put("audio", TrackText.of(tracks, Track.Kind.AUDIO))
        .put("bitrateBps", stream.bitrateBps())
        .put("sinceMs", stream.liveSinceNs() / NS_PER_MS);
  }

  /** A stream with all that is known of it. */
  static JsonObject stream(StreamWithViewers each) {
    LiveStream.Report stream = each.stream();
    var tracks = new JsonArray();
    for (Track track : stream.configuration().tracks()) {
      tracks.add(
          new JsonObject()
              .put("id", track.id())
              .put("kind", lower(track.kind()))
              .put("codec", track.label())
              .put("text", TrackText.of(track)));
    }
    var sources = new JsonArray();
    stream.sources().forEach(source -> sources.add(source(source)));
    return new JsonObject()
        .put("name", stream.name().toString())
        .put("state", lower(stream.state()))
        .put("incarnationMs", stream.incarnationMs())
        .put("source", source(stream.source(), stream.liveSinceNs()))
        .put("sources", sources)
        .put("tracks", tracks)
        .put("bitrateBps", stream.bitrateBps())
        .put("bytesIn", stream.bytesIn())
        .put("bytesOut", each.bytesOut())
        .put("videoFrames", stream.videoFrames())
        .put("audioFrames", stream.audioFrames())
        .put("dataMessages", stream.dataMessages())
        .put("unitsDropped", stream.unitsDropped())
        .put("sourcesAccepted", stream.sourcesAccepted())
        .put("repairs", stream.repairs())
        .put("keyFrameIntervalMs", stream.keyFrameIntervalMs())
        .put("gopCacheBytes", stream.gopCacheBytes())
        .put("blocksAlive", stream.blocksAlive())
        .put("blockBytes", stream.blockBytes())
        .put("viewers", stream.viewerCount())
        .put("viewersByProtocol", new JsonObject(byProtocol(each)))
        .put("blocksDropped", each.blocksDropped());
  }

  private static Map<String, Object> byProtocol(StreamWithViewers each) {
    Map<String, Object> counts = new TreeMap<>();
    for (Viewer.Report viewer : each.viewers()) {
      counts.merge(viewer.client().protocol(), 1, (one, more) -> (Integer) one + (Integer) more);
    }
    return counts;
  }

  /** A source that is configured, whether anybody is there or not. */
  private static JsonObject source(SourceReport source) {
    boolean backup = source.seat().kind() == Seat.Kind.BACKUP;
    return new JsonObject()
        .put("id", source.spec().id())
        .put("input", source.spec().label())
        .put("kind", lower(source.seat().kind()))
        .put("priority", backup ? null : source.seat().priority())
        .put("standby", lower(source.seat().standby()))
        .put("state", lower(source.level()))
        .put("active", source.active())
        .put("pinned", source.pinned())
        .put("running", source.running())
        .put("note", source.note())
        .put("bitrateBps", source.bitrateBps())
        .put("client", source(source.client(), source.sinceNs()));
  }

  private static @Nullable JsonObject source(@Nullable Client source, long sinceNs) {
    return source == null ? null : client(source).put("sinceMs", sinceNs / NS_PER_MS);
  }

  private static JsonObject client(Client client) {
    return new JsonObject()
        .put("id", client.connectionId())
        .put("protocol", client.protocol())
        .put("address", client.address())
        .put("port", client.port())
        .put("software", client.software());
  }

  /** A viewer. */
  static JsonObject viewer(Viewer.Report viewer) {
    return client(viewer.client())
        .put("stream", viewer.name().toString())
        .put("state", viewer.state())
        .put("form", viewer.form())
        .put("sinceMs", viewer.sinceNs() / NS_PER_MS)
        .put("bytes", viewer.bytesSent())
        .put("backlogBytes", viewer.backlogBytes())
        .put("blocks", viewer.blocksSent())
        .put("blocksDropped", viewer.blocksDropped());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
