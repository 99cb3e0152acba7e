package dev.sluice.net;

import dev.sluice.hub.Reason;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** The form of every refusal over HTTP: {@code {"error":{"reason":"…","message":"…"}}}. */
public final class HttpAnswers {
  private HttpAnswers() {}

  /** Refuses with the reason's own status and text; does nothing once an answer is under way. */
  public static void refuse(HttpServerResponse response, Reason reason) {
    refuse(response, reason.httpStatus(), reason.label(), reason.text());
  }

  /**
   * Refuses with a status of the caller's.
   *
   * @param label lower case and hyphens, for machines
   * @param message for people, without a full stop
   */
  public static void refuse(HttpServerResponse response, int status, String label, String message) {
    if (response.ended() || response.headWritten() || response.closed()) {
      return;
    }
    if (status == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end("{\"error\":{\"reason\":" + quoted(label) + ",\"message\":" + quoted(message) + "}}");
  }

  /** {@code text} as a JSON string. */
  private static String quoted(String text) {
    var json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
