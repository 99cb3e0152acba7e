package dev.sluice.net;

import dev.sluice.hub.Reason;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** The form of every refusal over HTTP: {@code {"error":{"reason":"…","message":"…"}}}. */
public final class HttpAnswers {
  private HttpAnswers() {}

  /** Refuses with the reason's own status and text; does nothing once an answer is under way. */
  public static void refuse(HttpServerRequest request, Reason reason) {
    refuse(request, reason, "");
  }

  /**
   * As {@link #refuse(HttpServerRequest, Reason)}.
   *
   * @param detail what the reason's own text leaves open, without a full stop; empty when it says
   *     all. With {@link Reason#MOVED} it is where to
   */
  public static void refuse(HttpServerRequest request, Reason reason, String detail) {
    if (reason == Reason.MOVED) {
      move(request, detail);
      return;
    }
    String message = detail.isEmpty() ? reason.text() : reason.text() + ": " + detail;
    refuse(request, reason.httpStatus(), reason.label(), message);
  }

  private static void move(HttpServerRequest request, String location) {
    if (location.isEmpty()) {
      refuse(request, Reason.BACKEND_DENIED); // it was said a while ago, and is not known any more
    } else if (!request.response().headWritten()) {
      request.response().putHeader(HttpHeaders.LOCATION, location);
      Reason moved = Reason.MOVED;
      refuse(request, moved.httpStatus(), moved.label(), moved.text());
    }
  }

  /**
   * Refuses with a status of the caller's.
   *
   * @param label lower case and hyphens, for machines
   * @param message for people, without a full stop
   */
  public static void refuse(HttpServerRequest request, int status, String label, String message) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.headWritten() || response.closed()) {
      return;
    }
    if (status == 401) {
      boolean login =
          label.equals(Reason.LOGIN_MISSING.label()) || label.equals(Reason.LOGIN_WRONG.label());
      response.putHeader(
          "WWW-Authenticate", login ? "Basic realm=\"sluice\", charset=\"UTF-8\"" : "Bearer");
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff"); // it may repeat what was asked for
    end(
        request,
        Buffer.buffer(
            "{\"error\":{\"reason\":" + quoted(label) + ",\"message\":" + quoted(message) + "}}"));
  }

  /** Ends the answer with {@code body}, or with its length when only the head was asked for. */
  public static void end(HttpServerRequest request, Buffer body) {
    HttpServerResponse response = request.response();
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
    } else {
      response.end(body);
    }
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
