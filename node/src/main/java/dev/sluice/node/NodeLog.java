package dev.sluice.node;

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
import dev.sluice.node.log.ConnectionLog;
import dev.sluice.node.log.EventLog;
import java.util.Locale;
import java.util.StringJoiner;

/** Writes what happens in the hub and on connections to the log: one line an event. */
final class NodeLog implements HubListener {
  private static final long NS_PER_MS = 1_000_000;

  @Override
  public void streamClosed(StreamName name, Reason reason) {
    EventLog.info("stream-closed", "stream", name, "reason", reason.label());
  }

  @Override
  public void sourceAccepted(StreamName name, Client source, boolean resumed) {
    log(name, source)
        .event("publish", "protocol", source.protocol(), "by", source.software(), "again", resumed);
  }

  @Override
  public void sourceRefused(StreamName name, Client source, Reason reason) {
    if (AccessLog.tells(reason)) {
      return;
    }
    log(name, source).event("publish-refused", "reason", reason.label(), "by", source.software());
  }

  @Override
  public void sourceLost(StreamName name, Client source, Reason reason, long graceNs) {
    log(name, source).event("unpublish", "reason", reason.label(), "waitsMs", graceNs / NS_PER_MS);
  }

  @Override
  public void notKept(StreamName name, Reason reason) {
    EventLog.warn("not-kept", "stream", name, "reason", reason.label());
  }

  @Override
  public void sourceSwitched(StreamName name, SourceSpec to, Cause cause) {
    EventLog.info(
        "source-switched",
        "stream",
        name,
        "to",
        to.id(),
        "source",
        to.label(),
        "cause",
        lower(cause));
  }

  @Override
  public void sourceJudged(StreamName name, SourceSpec source, Level before, Level after) {
    EventLog.info(
        "source-" + lower(after), "stream", name, "id", source.id(), "source", source.label());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void configured(StreamName name, Configuration configuration) {
    var tracks = new StringJoiner(",");
    for (Track track : configuration.tracks()) {
      tracks.add(track.label());
    }
    EventLog.info(
        "configured", "stream", name, "tracks", tracks, "revision", configuration.revision());
  }

  @Override
  public void repaired(StreamName name, String what) {
    EventLog.info("repaired", "stream", name, "what", what);
  }

  @Override
  public void segmentReplaced(StreamName name, String what) {
    EventLog.warn("segment-replaced", "stream", name, "what", what);
  }

  @Override
  public void tracksDiffer(StreamName name, String what) {
    EventLog.info("tracks-differ", "stream", name, "what", what);
  }

  @Override
  public void leftOut(StreamName name, String form, String what) {
    EventLog.info("left-out", "stream", name, "form", form, "what", what);
  }

  @Override
  public void viewerJoined(StreamName name, Client viewer, String form) {
    log(name, viewer).event("play", "form", form, "by", viewer.software());
  }

  @Override
  public void viewerRefused(StreamName name, Client viewer, Reason reason) {
    if (AccessLog.tells(reason)) {
      return;
    }
    log(name, viewer).event("play-refused", "reason", reason.label());
  }

  @Override
  public void viewerLeft(StreamName name, Viewer.Report viewer, Reason reason) {
    log(name, viewer.client())
        .event(
            "stop",
            "reason",
            reason.label(),
            "ms",
            viewer.sinceNs() / NS_PER_MS,
            "bytes",
            viewer.bytesSent(),
            "blocksDropped",
            viewer.blocksDropped());
  }

  @Override
  public void failed(StreamName name, Throwable fault) {
    EventLog.error("failed", fault, "stream", name);
  }

  @Override
  public void connectionRefused(String protocol, String address, int port, Reason reason) {
    EventLog.info(
        "refused",
        "peer",
        ConnectionLog.peer(address, port),
        "protocol",
        protocol,
        "reason",
        reason.label());
  }

  @Override
  public void connectionClosed(Client connection, Reason reason, String why) {
    ConnectionLog.of(connection)
        .event("closed", "protocol", connection.protocol(), "reason", reason.label(), "why", why);
  }

  @Override
  public void connectionFailed(Client connection, Throwable fault) {
    ConnectionLog.of(connection).fault(fault, "protocol", connection.protocol());
  }

  private static ConnectionLog log(StreamName name, Client client) {
    return ConnectionLog.of(client).on(name);
  }
}
