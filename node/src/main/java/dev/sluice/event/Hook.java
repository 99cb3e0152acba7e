package dev.sluice.event;

import dev.sluice.access.backend.BackendForm;
import dev.sluice.access.backend.BackendRequest;
import dev.sluice.access.backend.Place;
import dev.sluice.hub.Client;
import dev.sluice.media.StreamName;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who goes, as other servers tell it: SRS's {@code http_hooks}, and the {@code on_…_done} of
 * nginx-rtmp. Who comes is a question, see {@link BackendForm}; SRS's {@code on_connect} is one,
 * too, and stands here for what it asks.
 *
 * <p>What is told may hold what a client has given as parameters, and so its token: receivers know
 * it from the question.
 */
public enum Hook {
  /** SRS's {@code on_connect}, which is asked once it is known what the connection wants. */
  SRS_CONNECT("on_connect") {
    @Override
    boolean isAbout(Event event, Client client) {
      return false; // asked, not told
    }

    @Override
    String body(@Nullable StreamName stream, Client client, Map<String, Object> figures) {
      Place place = Place.of(required(stream));
      ObjectNode json = srs(client, place.vhost(), place.app());
      json.put("tcUrl", place.tcUrl());
      json.put("pageUrl", client.told().page());
      json.put("stream", place.stream());
      json.put("param", parameters(client));
      return json.toString();
    }
  },

  /** SRS's {@code on_close}: an RTMP connection is gone. */
  SRS_CLOSE("on_close") {
    @Override
    boolean isAbout(Event event, Client client) {
      return event.kind() == EventKind.DISCONNECT;
    }

    @Override
    String body(@Nullable StreamName stream, Client client, Map<String, Object> figures) {
      String app = String.valueOf(figures.get("place"));
      ObjectNode json = srs(client, Place.NO_VHOST, app);
      json.put("send_bytes", number(figures, "bytesOut"));
      json.put("recv_bytes", number(figures, "bytesIn"));
      return json.toString();
    }
  },

  /** SRS's {@code on_unpublish}. */
  SRS_UNPUBLISH("on_unpublish") {
    @Override
    boolean isAbout(Event event, Client client) {
      return isPublisherGone(event);
    }

    @Override
    String body(@Nullable StreamName stream, Client client, Map<String, Object> figures) {
      return srsOfStream(required(stream), client);
    }
  },

  /** SRS's {@code on_stop}. */
  SRS_STOP("on_stop") {
    @Override
    boolean isAbout(Event event, Client client) {
      return isViewerGone(event, client);
    }

    @Override
    String body(@Nullable StreamName stream, Client client, Map<String, Object> figures) {
      return srsOfStream(required(stream), client);
    }
  },

  /** nginx-rtmp's {@code on_disconnect}: an RTMP connection is gone. */
  NGINX_DISCONNECT("disconnect") {
    @Override
    boolean isAbout(Event event, Client client) {
      return event.kind() == EventKind.DISCONNECT;
    }

    @Override
    String body(@Nullable StreamName stream, Client client, Map<String, Object> figures) {
      String app = String.valueOf(figures.get("place"));
      Map<String, String> ours = nginx(client, Place.NO_VHOST, app);
      ours.put("bytes_in", Long.toString(number(figures, "bytesIn")));
      ours.put("bytes_out", Long.toString(number(figures, "bytesOut")));
      return fields(client, ours);
    }
  },

  /** nginx-rtmp's {@code on_publish_done}. */
  NGINX_PUBLISH_DONE("publish_done") {
    @Override
    boolean isAbout(Event event, Client client) {
      return isPublisherGone(event);
    }

    @Override
    String body(@Nullable StreamName stream, Client client, Map<String, Object> figures) {
      return nginxOfStream(required(stream), client, figures);
    }
  },

  /** nginx-rtmp's {@code on_play_done}. */
  NGINX_PLAY_DONE("play_done") {
    @Override
    boolean isAbout(Event event, Client client) {
      return isViewerGone(event, client);
    }

    @Override
    String body(@Nullable StreamName stream, Client client, Map<String, Object> figures) {
      return nginxOfStream(required(stream), client, figures);
    }
  },

  /** nginx-rtmp's {@code on_done}: who published or watched has gone. */
  NGINX_DONE("done") {
    @Override
    boolean isAbout(Event event, Client client) {
      return isPublisherGone(event) || isViewerGone(event, client);
    }

    @Override
    String body(@Nullable StreamName stream, Client client, Map<String, Object> figures) {
      return nginxOfStream(required(stream), client, figures);
    }
  };

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String word;

  Hook(String word) {
    this.word = word;
  }

  /** Whether an event is told by this. */
  abstract boolean isAbout(Event event, Client client);

  abstract String body(@Nullable StreamName stream, Client client, Map<String, Object> figures);

  /** Whose words these are. */
  public BackendForm form() {
    return ofSrs() ? BackendForm.SRS : BackendForm.NGINX;
  }

  private boolean ofSrs() {
    return word.startsWith("on_");
  }

  /** What a receiver is told of an event; null when it is not one for this. */
  @Nullable BackendRequest request(Event event, Client client, URI receiver) {
    return isAbout(event, client)
        ? post(receiver, body(event.stream(), client, event.figures()))
        : null;
  }

  /** What a receiver is asked about a stream. */
  public BackendRequest request(StreamName stream, Client client, URI receiver) {
    return post(receiver, body(stream, client, Map.of()));
  }

  private BackendRequest post(URI receiver, String body) {
    return BackendRequest.post(
        receiver, ofSrs() ? "application/json" : "application/x-www-form-urlencoded", body);
  }

  /** A publisher of whom access was asked. */
  private static boolean isPublisherGone(Event event) {
    return event.kind() == EventKind.UNPUBLISH
        && Boolean.FALSE.equals(event.figures().get(HubEvents.OWN));
  }

  /** A viewer, and no other node. */
  private static boolean isViewerGone(Event event, Client client) {
    return event.kind() == EventKind.STOP && !client.protocol().equals(Client.OF_NODE);
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

  private static String parameters(Client client) {
    String query = BackendForm.form(BackendForm.given(client));
    return query.isEmpty() ? "" : "?" + query;
  }

  ObjectNode srs(Client client, String vhost, String app) {
    ObjectNode json = JSON.createObjectNode();
    json.put("server_id", "sluice");
    json.put("service_id", "sluice");
    json.put("action", word);
    json.put("client_id", client.connectionId());
    json.put("ip", client.address());
    json.put("vhost", vhost);
    json.put("app", app);
    return json;
  }

  String srsOfStream(StreamName stream, Client client) {
    Place place = Place.of(stream);
    ObjectNode json = srs(client, place.vhost(), place.app());
    json.put("tcUrl", place.tcUrl());
    json.put("stream", place.stream());
    json.put("param", parameters(client));
    json.put("stream_url", "/" + place.app() + "/" + place.stream());
    return json.toString();
  }

  Map<String, String> nginx(Client client, String vhost, String app) {
    var ours = new LinkedHashMap<String, String>();
    ours.put("app", app);
    ours.put("flashver", client.software());
    ours.put("swfurl", "");
    ours.put("tcurl", "rtmp://" + vhost + "/" + app);
    ours.put("pageurl", client.told().page());
    ours.put("addr", client.address());
    ours.put("clientid", client.connectionId());
    ours.put("call", word);
    return ours;
  }

  String nginxOfStream(StreamName stream, Client client, Map<String, Object> figures) {
    Place place = Place.of(stream);
    Map<String, String> ours = nginx(client, place.vhost(), place.app());
    ours.put("name", place.stream());
    if (figures.containsKey("bytes")) {
      ours.put("bytes_out", Long.toString(number(figures, "bytes")));
    }
    return fields(client, ours);
  }

  /** The client's own parameters before ours, so that it cannot replace them. */
  private static String fields(Client client, Map<String, String> ours) {
    var all = new LinkedHashMap<>(BackendForm.given(client));
    all.keySet().removeAll(ours.keySet());
    all.putAll(ours);
    return BackendForm.form(all);
  }
}
