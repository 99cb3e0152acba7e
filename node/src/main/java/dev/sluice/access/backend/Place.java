package dev.sluice.access.backend;

import dev.sluice.media.StreamName;
import java.util.List;

/**
 * A stream as programs know it that have app and stream.
 *
 * @param vhost {@code __defaultVhost__} where there is none
 * @param app all of the name but the last element; {@code __defaultApp__} where that is nothing
 * @param stream the last element; empty where it is about a connection
 */
public record Place(String vhost, String app, String stream) {
  /** The vhost of streams that have none. */
  public static final String NO_VHOST = "__defaultVhost__";

  /** Of a name of ours. */
  public static Place of(StreamName name) {
    List<String> elements = name.elements();
    String app = String.join("/", elements.subList(0, elements.size() - 1));
    return new Place(
        name.vhost().isEmpty() ? NO_VHOST : name.vhost(),
        app.isEmpty() ? "__defaultApp__" : app,
        elements.getLast());
  }

  /**
   * Of a connection, which has no stream.
   *
   * @param place the app, with the vhost and an exclamation mark before it where there is one
   */
  public static Place ofConnection(String place) {
    int mark = place.indexOf('!');
    return new Place(
        mark <= 0 ? NO_VHOST : place.substring(0, mark), place.substring(mark + 1), "");
  }

  /** The path that SRS has for the stream, with the vhost before it where there is one. */
  public String url() {
    return (vhost.equals(NO_VHOST) ? "" : vhost) + "/" + app + "/" + stream;
  }

  /** What a client would have connected to. */
  public String tcUrl() {
    return "rtmp://" + vhost + "/" + app;
  }
}
