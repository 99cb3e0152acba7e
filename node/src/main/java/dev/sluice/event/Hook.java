package dev.sluice.event;

import dev.sluice.access.backend.BackendForm;
import dev.sluice.access.backend.BackendRequest;
import dev.sluice.access.backend.NginxBody;
import dev.sluice.access.backend.Place;
import dev.sluice.access.backend.SrsBody;
import dev.sluice.access.backend.SrsIds;
import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who goes, and what segments there are, as other servers tell it: SRS's {@code http_hooks}, and
 * the {@code on_…_done} of nginx-rtmp. Who comes is a question, see {@link BackendForm}; SRS's and
 * nginx-rtmp's {@code on_connect} are, too, and stand here for what they ask.
 *
 * <p>What is told may hold what a client has given as parameters, and so its token: receivers know
 * it from the question.
 */
public enum Hook {
  /** SRS's {@code on_connect}, which is asked once it is known what the connection wants. */
  SRS_CONNECT("on_connect", (_, _) -> false, json(Hook::srsOfConnect)), // asked, not told

  /** SRS's {@code on_close}: an RTMP connection is gone. */
  SRS_CLOSE("on_close", Hook::isConnectionGone, json(Hook::srsOfConnection)),

  /** SRS's {@code on_unpublish}. */
  SRS_UNPUBLISH("on_unpublish", Hook::isPublisherGone, json(Hook::srsOfStream)),

  /** SRS's {@code on_stop}. */
  SRS_STOP("on_stop", Hook::isViewerGone, json(Hook::srsOfStream)),

  /** SRS's {@code on_hls}: a segment is whole, as a transport stream. */
  SRS_HLS("on_hls", Hook::isSegment, json(Hook::srsOfSegment)),

  /**
   * SRS's {@code on_hls_notify}: the same, by GET, in an address that says what is wanted of it.
   */
  SRS_HLS_NOTIFY("on_hls_notify", Hook::isSegment, Hook::srsOfNotifiedSegment),

  /** nginx-rtmp's {@code on_connect}, which is asked once it is known what it wants. */
  NGINX_CONNECT("connect", (_, _) -> false, form(Hook::nginxOfConnect)), // asked, not told

  /** nginx-rtmp's {@code on_disconnect}: an RTMP connection is gone. */
  NGINX_DISCONNECT("disconnect", Hook::isConnectionGone, form(Hook::nginxOfConnection)),

  /** nginx-rtmp's {@code on_publish_done}. */
  NGINX_PUBLISH_DONE("publish_done", Hook::isPublisherGone, form(Hook::nginxOfStream)),

  /** nginx-rtmp's {@code on_play_done}. */
  NGINX_PLAY_DONE("play_done", Hook::isViewerGone, form(Hook::nginxOfStream)),

  /** nginx-rtmp's {@code on_done}: who published or watched has gone. */
  NGINX_DONE(
      "done",
      (event, client) -> isPublisherGone(event, client) || isViewerGone(event, client),
      form(Hook::nginxOfStream));

  /** Which events are told. */
  private interface About {
    boolean test(Event event, Client client);
  }

  /** How it is told. */
  private interface Telling {
    BackendRequest of(
        String word,
        @Nullable StreamName stream,
        Client client,
        Map<String, Object> figures,
        URI receiver);
  }

  /** What is posted. */
  private interface Body {
    String of(String word, @Nullable StreamName stream, Client client, Map<String, Object> figures);
  }

  private static Telling json(Body body) {
    return posted("application/json", body);
  }

  private static Telling form(Body body) {
    return posted("application/x-www-form-urlencoded", body);
  }

  private static Telling posted(String type, Body body) {
    return (word, stream, client, figures, receiver) ->
        BackendRequest.post(receiver, type, body.of(word, stream, client, figures));
  }

  private static final double MS_PER_S = 1e3;

  private final String word;

  @SuppressWarnings("ImmutableEnumChecker") // they have no state
  private final About about;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Telling telling;

  Hook(String word, About about, Telling telling) {
    this.word = word;
    this.about = about;
    this.telling = telling;
  }

  /** Whose words these are. */
  public BackendForm form() {
    return word.startsWith("on_") ? BackendForm.SRS : BackendForm.NGINX;
  }

  /** Whether an event is told by this. */
  boolean isAbout(Event event, Client client) {
    return about.test(event, client);
  }

  /** What a receiver is told of an event; null when it is not one for this. */
  @Nullable BackendRequest request(Event event, Client client, URI receiver) {
    return isAbout(event, client)
        ? telling.of(word, event.stream(), client, event.figures(), receiver)
        : null;
  }

  /** What a receiver is asked about a stream. */
  public BackendRequest request(StreamName stream, Client client, URI receiver) {
    return telling.of(word, stream, client, Map.of(), receiver);
  }

  private static boolean isConnectionGone(Event event, Client client) {
    return event.kind() == EventKind.DISCONNECT;
  }

  /** A publisher of whom access was asked. */
  private static boolean isPublisherGone(Event event, Client client) {
    return event.kind() == EventKind.UNPUBLISH
        && Boolean.FALSE.equals(event.figures().get(HubEvents.OWN));
  }

  /** A viewer, and no other node. */
  private static boolean isViewerGone(Event event, Client client) {
    return event.kind() == EventKind.STOP && !client.protocol().equals(Client.OF_NODE);
  }

  private static boolean isSegment(Event event, Client client) {
    return event.kind() == EventKind.SEGMENT;
  }

  private static StreamName required(@Nullable StreamName stream) {
    if (stream == null) {
      throw new IllegalArgumentException("an event about no stream");
    }
    return stream;
  }

  private static long number(Map<String, Object> figures, String name) {
    return figures.get(name) instanceof Long number ? number : 0;
  }

  private static String srsOfConnect(
      String word, @Nullable StreamName stream, Client client, Map<String, Object> figures) {
    Place place = Place.of(required(stream));
    ObjectNode json = SrsBody.of(word, client, place.vhost(), place.app());
    json.put("tcUrl", place.tcUrl());
    json.put("pageUrl", client.told().page());
    json.put("stream", place.stream());
    json.put("param", SrsBody.parameters(client));
    return json.toString();
  }

  private static String srsOfConnection(
      String word, @Nullable StreamName stream, Client client, Map<String, Object> figures) {
    Place place = Place.ofConnection(String.valueOf(figures.get("place")));
    ObjectNode json = SrsBody.of(word, client, place.vhost(), place.app());
    json.put("send_bytes", number(figures, "bytesOut"));
    json.put("recv_bytes", number(figures, "bytesIn"));
    return json.toString();
  }

  private static String srsOfStream(
      String word, @Nullable StreamName stream, Client client, Map<String, Object> figures) {
    return SrsBody.of(word, required(stream), client, false).toString();
  }

  private static String srsOfSegment(
      String word, @Nullable StreamName stream, Client client, Map<String, Object> figures) {
    StreamName name = required(stream);
    String path = String.valueOf(figures.get("path"));
    String playlist = name + ".m3u8";
    ObjectNode json = SrsBody.of(word, name, client, false);
    json.put("duration", number(figures, "ms") / MS_PER_S);
    json.put("cwd", ""); // segments are in memory: paths are those of the HTTP server
    json.put("file", path);
    json.put("url", path);
    json.put("m3u8", playlist);
    json.put("m3u8_url", playlist);
    json.put("seq_no", number(figures, "number"));
    return json.toString();
  }

  /**
   * By GET.
   *
   * @param receiver with {@code [app]} and so on in it, escaped
   */
  private static BackendRequest srsOfNotifiedSegment(
      String word,
      @Nullable StreamName stream,
      Client client,
      Map<String, Object> figures,
      URI receiver) {
    Place place = Place.of(required(stream));
    String address = receiver.toString();
    Map<String, String> known =
        Map.of(
            "server_id", SrsIds.SERVER,
            "service_id", SrsIds.SERVICE,
            "app", BackendForm.path(place.app()),
            "stream", BackendForm.path(place.stream()),
            "ts_url", BackendForm.path(String.valueOf(figures.get("path"))),
            "param", SrsBody.parameters(client));
    for (Map.Entry<String, String> each : known.entrySet()) {
      address = address.replace("%5B" + each.getKey() + "%5D", each.getValue());
    }
    return new BackendRequest("GET", URI.create(address), "", "");
  }

  private static String nginxOfConnect(
      String word, @Nullable StreamName stream, Client client, Map<String, Object> figures) {
    Place place = Place.of(required(stream));
    return NginxBody.form(client, NginxBody.of(word, client, place.vhost(), place.app()));
  }

  private static String nginxOfConnection(
      String word, @Nullable StreamName stream, Client client, Map<String, Object> figures) {
    Place place = Place.ofConnection(String.valueOf(figures.get("place")));
    Map<String, String> ours = NginxBody.of(word, client, place.vhost(), place.app());
    ours.put("bytes_in", Long.toString(number(figures, "bytesIn")));
    ours.put("bytes_out", Long.toString(number(figures, "bytesOut")));
    return NginxBody.form(client, ours);
  }

  private static String nginxOfStream(
      String word, @Nullable StreamName stream, Client client, Map<String, Object> figures) {
    Place place = Place.of(required(stream));
    Map<String, String> ours = NginxBody.of(word, client, place.vhost(), place.app());
    ours.put("name", place.stream());
    if (figures.containsKey("bytes")) {
      ours.put("bytes_out", Long.toString(number(figures, "bytes")));
    }
    return NginxBody.form(client, ours);
  }
}
