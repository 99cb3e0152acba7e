package dev.sluice.net;

import dev.sluice.hub.Client;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** Who sent a request. */
public final class RequestClient {
  /** Of what a player says it is, this much is kept. */
  private static final int MAX_SOFTWARE_CHARS = 200;

  private static final String OF_NODE = "sluice-of-node";

  private RequestClient() {}

  /** Says that a request comes from another node, which has proved it. */
  public static void ofNode(RoutingContext context) {
    context.put(OF_NODE, true);
  }

  /** The client of a request, which may be another node's. */
  public static Client of(RoutingContext context, String id, String protocol) {
    boolean node = Boolean.TRUE.equals(context.get(OF_NODE));
    return of(context.request(), id, node ? Client.OF_NODE : protocol);
  }

  /**
   * The client of a request.
   *
   * @param id names its connection
   * @param protocol label of the protocol
   */
  public static Client of(HttpServerRequest request, String id, String protocol) {
    String software = request.getHeader("User-Agent");
    if (software == null) {
      software = "";
    } else if (software.length() > MAX_SOFTWARE_CHARS) {
      software = software.substring(0, MAX_SOFTWARE_CHARS);
    }
    return new Client(
        id,
        protocol,
        request.remoteAddress().hostAddress(),
        request.remoteAddress().port(),
        RequestToken.of(request),
        software);
  }
}
