package dev.sluice.node.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is told what happens. */
public record EventSettings(
    @Key(doc = "Programs that know SRS's `http_hooks`; `docs/events.md` says what they are told.")
        Srs srs,
    @Key(
            doc =
                "Programs that know nginx-rtmp's `on_…` directives; `docs/events.md` says what"
                    + " they are told.")
        Nginx nginx,
    @Key(
            doc =
                "Programs that events are posted to; `docs/events.md` says how, and how their"
                    + " signature is checked.",
            max = "16")
        List<WebhookSettings> webhooks,
    @Key(doc = "SRS's `heartbeat`: a program that is told now and then that the server is there.")
        Heartbeat heartbeat) {

  /** SRS's heartbeat. */
  public record Heartbeat(
      @Key(doc = "Where it is posted. Absent: nowhere.") @Nullable WebAddress url,
      @Key(doc = "How often.", byDefault = "10s", min = "1s", max = "1h") Duration interval,
      @Key(doc = "What this server is called there.", byDefault = "sluice") Word deviceId,
      @Key(doc = "The address that it is to be reached at. Absent: the first that it has.")
          @Nullable Word ip) {}

  /** SRS's hooks. */
  public record Srs(
      @Key(
              doc =
                  "Asked in this order whether an RTMP connection may publish or play at all; the"
                      + " first no, or none that answers, closes it.")
          List<WebAddress> onConnect,
      @Key(doc = "Told that an RTMP connection is gone.") List<WebAddress> onClose,
      @Key(doc = "Told that a publisher has gone.") List<WebAddress> onUnpublish,
      @Key(doc = "Told that a viewer has gone.") List<WebAddress> onStop,
      @Key(
              doc =
                  "Told that a segment is whole, as a transport stream, which is then made of all"
                      + " streams.")
          List<WebAddress> onHls,
      @Key(
              doc =
                  "The same by GET, with `[server_id]`, `[service_id]`, `[app]`, `[stream]`,"
                      + " `[ts_url]` and `[param]` replaced.")
          List<WebTemplate> onHlsNotify,
      @Key(doc = "How long an answer may take.", byDefault = "5s", min = "100ms", max = "30s")
          Duration timeLimit) {
    /** Whether somebody is told of segments. */
    public boolean tellsSegments() {
      return !onHls.isEmpty() || !onHlsNotify.isEmpty();
    }
  }

  /** nginx-rtmp's callbacks. */
  public record Nginx(
      @Key(
              doc =
                  "Asked in this order whether an RTMP connection may publish or play at all; the"
                      + " first no, or none that answers, closes it.")
          List<WebAddress> onConnect,
      @Key(doc = "Told that an RTMP connection is gone.") List<WebAddress> onDisconnect,
      @Key(doc = "Told that a publisher has gone.") List<WebAddress> onPublishDone,
      @Key(doc = "Told that a viewer has gone.") List<WebAddress> onPlayDone,
      @Key(doc = "Told that a publisher or a viewer has gone.") List<WebAddress> onDone,
      @Key(doc = "How long an answer may take.", byDefault = "10s", min = "100ms", max = "30s")
          Duration timeLimit) {}
}
