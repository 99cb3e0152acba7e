package dev.sluice.net;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The host that a request was sent to. */
public final class RequestHost {
  private RequestHost() {}

  /**
   * As the client names it: by {@code ?vhost=}, else by what a trusted proxy tells, else by {@code
   * Host}.
   *
   * @return lower case, without a port; empty when it names none
   */
  public static String of(HttpServerRequest request) {
    String asked = request.getParam("vhost");
    if (asked != null && !asked.isEmpty()) {
      return asked.toLowerCase(Locale.ROOT);
    }
    String told = RequestPeer.of(request).host();
    HostAndPort authority =
        told == null ? request.authority() : HostAndPort.parseAuthority(told, -1);
    return host(authority).toLowerCase(Locale.ROOT);
  }

  private static String host(@Nullable HostAndPort authority) {
    return authority == null ? "" : authority.host();
  }
}
