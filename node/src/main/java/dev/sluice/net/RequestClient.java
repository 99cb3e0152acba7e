package dev.sluice.net;

import dev.sluice.hub.Client;
import io.vertx.core.http.HttpServerRequest;

/** Who sent a request. */
public final class RequestClient {
  /** Of what a player says it is, this much is kept. */
  private static final int MAX_SOFTWARE_CHARS = 200;

  private RequestClient() {}

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
