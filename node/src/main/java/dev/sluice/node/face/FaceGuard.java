package dev.sluice.node.face;

import dev.sluice.access.AccessRules;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Told.Login;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.RequestClient;
import dev.sluice.net.RequestToken;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a face: who has the token, as a bearer, in the query, or as the password of HTTP
 * Basic with any user, which is what programs know that were written for other servers; and a
 * program on this host where that is trusted.
 *
 * <p>Other servers take orders by GET and give answers that any page can read (JSONP). A browser
 * sends such a request for whatever page asks for it, with the password that it has kept. So where
 * that can be, a password suffices only for pages of this very host; all others need the token in
 * the request.
 */
public final class FaceGuard {
  private final AccessRules access;
  private final HttpGuard guard;

  /** A guard that asks {@code access}. */
  public FaceGuard(AccessRules access) {
    this.access = access;
    this.guard = new HttpGuard(access::isToken, access::trusted);
  }

  /**
   * Why a request may not pass; null when it may.
   *
   * @param byAnyPage whether a browser sends such a request for pages of strangers, and they gain
   *     by it
   */
  public @Nullable Reason refusal(HttpServerRequest request, boolean byAnyPage) {
    String token = RequestToken.of(request);
    if (token != null && !token.isEmpty()) {
      return access.isToken(token) ? null : Reason.TOKEN_WRONG;
    }
    Login login = RequestClient.basic(request.getHeader("Authorization"));
    if (login != null) {
      if (!access.isToken(login.password())) {
        return Reason.LOGIN_WRONG;
      }
      return byAnyPage && !isOfOwnPage(request) ? Reason.TOKEN_MISSING : null;
    }
    if (guard.refusal(request) != null) {
      return Reason.LOGIN_MISSING;
    }
    // the guard has seen what browsers of today say; some of old say this
    return byAnyPage && isOfForeignPage(request) ? Reason.TOKEN_MISSING : null;
  }

  /** Whether a page of this host asks, as the browser says. */
  private static boolean isOfOwnPage(HttpServerRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin") || site.equals("same-site") || site.equals("none");
    }
    // over plain HTTP browsers tell no more than this
    return request.getHeader("Referer") != null && !isOfForeignPage(request);
  }

  private static boolean isOfForeignPage(HttpServerRequest request) {
    String page = request.getHeader("Referer");
    HostAndPort authority = request.authority();
    return page != null && (authority == null || !authority.host().equals(host(page)));
  }

  private static @Nullable String host(String page) {
    try {
      return URI.create(page).getHost();
    } catch (IllegalArgumentException noAddress) {
      return null;
    }
  }
}
