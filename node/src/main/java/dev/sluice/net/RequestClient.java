package dev.sluice.net;

import dev.sluice.hub.Client;
import dev.sluice.hub.Told;
import dev.sluice.hub.Told.Login;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who sent a request. */
public final class RequestClient {
  /** Of what a player says it is, this much is kept. */
  private static final int MAX_SOFTWARE_CHARS = 200;

  private static final String OF_NODE = "sluice-of-node";
  private static final String BASIC = "basic ";

  /** Parameters that let somebody in, and that are not to go on into other addresses. */
  private static final Set<String> SECRETS =
      Set.of("token", "key", "sig", "md5", "pass", "password");

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
    RequestPeer peer = RequestPeer.of(request);
    return new Client(
        id,
        protocol,
        peer.address(),
        peer.port(),
        RequestToken.of(request),
        software,
        told(request));
  }

  /** Whether the parameter {@code name} of a query lets somebody in. */
  public static boolean isSecret(String name) {
    return SECRETS.contains(name);
  }

  private static Told told(HttpServerRequest request) {
    String page = request.getHeader("Referer");
    if (page == null) {
      page = request.getHeader("Origin"); // all that a browser tells of a WebSocket
    }
    Map<String, String> parameters = request.query() == null ? Map.of() : parameters(request);
    Told told = Told.of(page == null ? "" : page, parameters);
    Login login = basic(request.getHeader("Authorization"));
    return login == null ? told : new Told(told.page(), login, told.parameters());
  }

  /** Of several values the first, as with {@link RequestToken}. */
  private static Map<String, String> parameters(HttpServerRequest request) {
    var parameters = new LinkedHashMap<String, String>();
    MultiMap given = request.params();
    for (Map.Entry<String, String> each : given) {
      parameters.putIfAbsent(each.getKey(), each.getValue());
    }
    return parameters;
  }

  /** Reads HTTP Basic (RFC 7617); null when there is none that can be read. */
  public static @Nullable Login basic(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return null;
    }
    String decoded;
    try {
      byte[] bytes = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
      decoded = new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException noBase64) {
      return null;
    }
    int colon = decoded.indexOf(':');
    return colon < 0 ? null : new Login(decoded.substring(0, colon), decoded.substring(colon + 1));
  }
}
