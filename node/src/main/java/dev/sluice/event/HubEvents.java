package dev.sluice.event;

import dev.sluice.access.AccessListener;
import dev.sluice.hub.Client;
import dev.sluice.hub.Configuration;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.source.Level;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SwitchEffect.Cause;
import dev.sluice.media.StreamName;
import dev.sluice.media.Track;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/** Tells what happens in the hub and on connections, and passes it on. Any loop. */
public final class HubEvents implements HubListener {
  private static final long NS_PER_MS = 1_000_000;
  private static final String PUBLISH = "publish";
  private static final String PLAY = "play";

  /** The figure that says whether a source is a job of the server's own. */
  static final String OWN = "own";

  private final Events events;
  private final HubListener next;
  private final Predicate<Reason> toldByAccess;
  private final Users users = new Users();

  /** Of each stream the source that came last: its segments are told as what it has published. */
  private final ConcurrentMap<StreamName, Client> sources = new ConcurrentHashMap<>();

  /**
   * Tells {@code events} what {@code next} hears, too.
   *
   * @param toldByAccess reasons of refusals that {@link #access} tells
   */
  public HubEvents(Events events, HubListener next, Predicate<Reason> toldByAccess) {
    this.events = events;
    this.next = next;
    this.toldByAccess = toldByAccess;
  }

  /** Tells what access decides, which {@code after} hears, too. */
  public AccessListener access(AccessListener after) {
    return new AccessEvents(events, users, after);
  }

  private void tell(EventKind kind, StreamName name, Map<String, Object> figures) {
    events.tell(kind, name, null, "", figures);
  }

  private void tell(EventKind kind, StreamName name, Client client, Map<String, Object> figures) {
    events.tell(kind, name, client, users.of(client.connectionId()), figures);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void streamOpened(StreamName name) {
    tell(EventKind.STREAM_BEGAN, name, Map.of());
    next.streamOpened(name);
  }

  @Override
  public void streamClosed(StreamName name, Reason reason) {
    if (reason == Reason.KICKED) {
      tell(EventKind.KICKED, name, Map.of("what", "stream"));
    }
    tell(EventKind.STREAM_ENDED, name, Map.of("reason", reason.label()));
    sources.remove(name);
    next.streamClosed(name, reason);
  }

  @Override
  public void notKept(StreamName name, Reason reason) {
    tell(EventKind.STREAM_NOT_KEPT, name, Map.of("reason", reason.label()));
    next.notKept(name, reason);
  }

  @Override
  public void sourceAccepted(StreamName name, Client source, boolean resumed) {
    tell(EventKind.PUBLISH, name, source, Map.of("again", resumed, OWN, isOwn(source)));
    sources.put(name, source);
    next.sourceAccepted(name, source, resumed);
  }

  /** Whether it is a job of the server's own, about which access was not asked. */
  private boolean isOwn(Client source) {
    return !users.knows(source.connectionId());
  }

  @Override
  public void sourceRefused(StreamName name, Client source, Reason reason) {
    users.remove(source.connectionId());
    refused(name, source, PUBLISH, reason);
    next.sourceRefused(name, source, reason);
  }

  private void refused(StreamName name, Client client, String action, Reason reason) {
    if (!toldByAccess.test(reason)) {
      Map<String, Object> figures = Map.of("action", action, "reason", reason.label());
      tell(EventKind.REFUSED, name, client, figures);
    }
  }

  @Override
  public void sourceLost(StreamName name, Client source, Reason reason, long graceNs) {
    if (reason == Reason.KICKED) {
      tell(EventKind.KICKED, name, source, Map.of("what", "source"));
    }
    tell(
        EventKind.UNPUBLISH,
        name,
        source,
        Map.of("reason", reason.label(), "waitsMs", graceNs / NS_PER_MS, OWN, isOwn(source)));
    users.remove(source.connectionId());
    next.sourceLost(name, source, reason, graceNs);
  }

  @Override
  public void sourceSwitched(StreamName name, SourceSpec to, Cause cause) {
    tell(
        EventKind.SOURCE_SWITCHED,
        name,
        Map.of("to", to.id(), "source", to.label(), "cause", lower(cause)));
    next.sourceSwitched(name, to, cause);
  }

  @Override
  public void sourceJudged(StreamName name, SourceSpec source, Level before, Level after) {
    tell(
        EventKind.SOURCE_JUDGED,
        name,
        Map.of(
            "id",
            source.id(),
            "source",
            source.label(),
            "before",
            lower(before),
            "after",
            lower(after)));
    next.sourceJudged(name, source, before, after);
  }

  @Override
  public void configured(StreamName name, Configuration configuration) {
    var tracks = new StringJoiner(",");
    for (Track track : configuration.tracks()) {
      tracks.add(track.label());
    }
    tell(
        EventKind.CONFIGURED,
        name,
        Map.of("tracks", tracks.toString(), "revision", configuration.revision()));
    next.configured(name, configuration);
  }

  @Override
  public void repaired(StreamName name, String what) {
    tell(EventKind.TIMELINE_REPAIRED, name, Map.of("what", what));
    next.repaired(name, what);
  }

  @Override
  public void segmentReplaced(StreamName name, String what) {
    tell(EventKind.SEGMENT_REPLACED, name, Map.of("what", what));
    next.segmentReplaced(name, what);
  }

  @Override
  public void segmentWhole(StreamName name, long number, String path, long durationNs) {
    Client source = sources.get(name);
    Map<String, Object> figures =
        Map.of("number", number, "path", path, "ms", durationNs / NS_PER_MS);
    if (source == null) {
      tell(EventKind.SEGMENT, name, figures);
    } else {
      tell(EventKind.SEGMENT, name, source, figures);
    }
    next.segmentWhole(name, number, path, durationNs);
  }

  @Override
  public void tracksDiffer(StreamName name, String what) {
    tell(EventKind.TRACKS_DIFFER, name, Map.of("what", what));
    next.tracksDiffer(name, what);
  }

  @Override
  public void leftOut(StreamName name, String form, String what) {
    tell(EventKind.LEFT_OUT, name, Map.of("form", form, "what", what));
    next.leftOut(name, form, what);
  }

  @Override
  public void viewerJoined(StreamName name, Client viewer, String form) {
    tell(EventKind.PLAY, name, viewer, Map.of("form", form));
    next.viewerJoined(name, viewer, form);
  }

  @Override
  public void viewerRefused(StreamName name, Client viewer, Reason reason) {
    users.remove(viewer.connectionId());
    refused(name, viewer, PLAY, reason);
    next.viewerRefused(name, viewer, reason);
  }

  @Override
  public void viewerLeft(StreamName name, Viewer.Report viewer, Reason reason) {
    Client client = viewer.client();
    if (reason == Reason.KICKED) {
      tell(EventKind.KICKED, name, client, Map.of("what", "viewer"));
    }
    tell(
        EventKind.STOP,
        name,
        client,
        Map.of(
            "reason",
            reason.label(),
            "ms",
            viewer.sinceNs() / NS_PER_MS,
            "bytes",
            viewer.bytesSent(),
            "blocksDropped",
            viewer.blocksDropped()));
    if (reason != Reason.MOVED) { // else the connection is let in to another stream, or was by now
      users.remove(client.connectionId());
    }
    next.viewerLeft(name, viewer, reason);
  }

  @Override
  public void failed(StreamName name, Throwable fault) {
    tell(EventKind.FAILED, name, Map.of("what", fault.getClass().getSimpleName()));
    next.failed(name, fault);
  }

  @Override
  public void connected(Client connection, String place) {
    ofConnection(EventKind.CONNECT, connection, Map.of("place", place));
    next.connected(connection, place);
  }

  @Override
  public void disconnected(Client connection, String place, long bytesIn, long bytesOut) {
    ofConnection(
        EventKind.DISCONNECT,
        connection,
        Map.of("place", place, "bytesIn", bytesIn, "bytesOut", bytesOut));
    next.disconnected(connection, place, bytesIn, bytesOut);
  }

  private void ofConnection(EventKind kind, Client connection, Map<String, Object> figures) {
    events.tell(kind, null, connection, users.of(connection.connectionId()), figures);
  }

  @Override
  public void connectionRefused(String protocol, String address, int port, Reason reason) {
    events.tell(
        EventKind.CONNECTION_REFUSED,
        null,
        new Client("", protocol, address, port, null, ""),
        "",
        Map.of("reason", reason.label()));
    next.connectionRefused(protocol, address, port, reason);
  }

  @Override
  public void connectionClosed(Client connection, Reason reason, String why) {
    ofConnection(
        EventKind.CONNECTION_CLOSED, connection, Map.of("reason", reason.label(), "why", why));
    next.connectionClosed(connection, reason, why);
  }

  @Override
  public void connectionFailed(Client connection, Throwable fault) {
    ofConnection(EventKind.FAILED, connection, Map.of("what", fault.getClass().getSimpleName()));
    next.connectionFailed(connection, fault);
  }
}
