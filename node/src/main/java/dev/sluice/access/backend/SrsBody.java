package dev.sluice.access.backend;

import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What SRS's {@code http_hooks} are posted: JSON objects that all begin alike. */
public final class SrsBody {
  private SrsBody() {}

  /** About a connection. */
  public static ObjectNode of(String action, Client client, String vhost, String app) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("server_id", SrsIds.SERVER);
    json.put("service_id", SrsIds.SERVICE);
    json.put("action", action);
    json.put("client_id", client.connectionId());
    json.put("ip", client.address());
    json.put("vhost", vhost);
    json.put("app", app);
    return json;
  }

  /**
   * About somebody who publishes or plays a stream.
   *
   * @param withPage whether it tells the page, too
   */
  public static ObjectNode of(String action, StreamName stream, Client client, boolean withPage) {
    Place place = Place.of(stream);
    ObjectNode json = of(action, client, place.vhost(), place.app());
    json.put("tcUrl", place.tcUrl());
    json.put("stream", place.stream());
    json.put("param", parameters(client));
    if (withPage) {
      json.put("pageUrl", client.told().page());
    }
    json.put("stream_url", place.url());
    json.put("stream_id", SrsIds.stream(stream));
    return json;
  }

  /** What the client gave, with the question mark before it. */
  public static String parameters(Client client) {
    String query = BackendForm.form(BackendForm.given(client));
    return query.isEmpty() ? "" : "?" + query;
  }
}
