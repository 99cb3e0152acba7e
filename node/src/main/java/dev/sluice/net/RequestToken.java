package dev.sluice.net;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Where a request carries its token: {@code Authorization: Bearer …} or {@code ?token=…}. */
public final class RequestToken {
  private static final String BEARER = "bearer ";

  private RequestToken() {}

  /** The token, the header's before the query's; null when there is none. Secret, never logged. */
  public static @Nullable String of(HttpServerRequest request) {
    String header = request.getHeader("Authorization");
    if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return header.substring(BEARER.length()).strip();
    }
    return request.getParam("token");
  }
}
