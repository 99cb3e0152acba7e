package dev.sluice.net;

import dev.sluice.hub.Reason;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests pass that have the token, or that a program on this host has made where that is
 * trusted. A browser on this host is no such program: it sends what any web page wants, so a
 * foreign {@code Origin}, a {@code Host} that is a name from outside, or a proxy's header needs the
 * token.
 */
public final class HttpGuard implements Handler<RoutingContext> {
  private static final String[] OF_PROXIES = {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"};

  private final Predicate<String> isToken;
  private final Predicate<String> isTrusted;

  /**
   * A guard.
   *
   * @param isToken whether a text is the secret; in constant time
   * @param isTrusted whether requests from an IP address need no token
   */
  public HttpGuard(Predicate<String> isToken, Predicate<String> isTrusted) {
    this.isToken = isToken;
    this.isTrusted = isTrusted;
  }

  @Override
  public void handle(RoutingContext context) {
    Reason refusal = refusal(context.request());
    if (refusal == null) {
      context.next();
    } else {
      HttpAnswers.refuse(context.request(), refusal);
    }
  }

  /** Why a request may not pass; null when it may. */
  public @Nullable Reason refusal(HttpServerRequest request) {
    String given = RequestToken.of(request);
    if (given != null && !given.isEmpty()) {
      return isToken.test(given) ? null : Reason.TOKEN_WRONG;
    }
    RequestPeer peer = RequestPeer.of(request);
    return !peer.relayed() && isTrusted.test(peer.address()) && isLocal(request)
        ? null
        : Reason.TOKEN_MISSING;
  }

  private static boolean isLocal(HttpServerRequest request) {
    for (String header : OF_PROXIES) {
      if (request.headers().contains(header)) {
        return false;
      }
    }
    HostAndPort authority = request.authority();
    if (authority == null || !isLoopback(authority.host())) {
      return false;
    }
    String site = request.getHeader("Sec-Fetch-Site");
    String origin = request.getHeader("Origin");
    return (origin == null || origin.equals(request.scheme() + "://" + authority))
        && (site == null || site.equals("none") || site.equals("same-origin"));
  }

  private static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    String literal =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    try {
      return InetAddress.ofLiteral(literal).isLoopbackAddress();
    } catch (IllegalArgumentException name) {
      return false;
    }
  }
}
