package dev.sluice.node.face.srs;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An answer of SRS's API: status 200 whatever it says, but for what HTTP itself has to say. */
sealed interface SrsReply {
  /** Names of functions that may be given as {@code callback}; at most 100 characters. */
  Pattern CALLBACK = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.]{0,99}");

  /** A JSON object. */
  record Body(JsonObject json) implements SrsReply {}

  /** Another address. */
  record Elsewhere(String path) implements SrsReply {}

  /** A text for Prometheus. */
  record Metrics(String text) implements SrsReply {}

  /** No more than a code. */
  static SrsReply of(SrsCode code) {
    return new Body(new JsonObject().put("code", code.number()));
  }

  /**
   * Sends it. On the request's loop.
   *
   * @param callback wraps a JSON object, so that any page can read it; null for none
   */
  default void send(RoutingContext context, @Nullable String callback) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff");
    switch (this) {
      case Elsewhere(String path) ->
          response.setStatusCode(301).putHeader(HttpHeaders.LOCATION, path).end();
      case Metrics(String text) -> end(context, "text/plain; version=0.0.4; charset=utf-8", text);
      case Body(JsonObject json) -> {
        if (callback == null) {
          end(context, "application/json", json.encode());
        } else {
          end(context, "text/javascript", callback + "(" + script(json.encode()) + ")");
        }
      }
    }
  }

  /** JSON as a script may hold it, in whatever character set the page takes it to be. */
  private static String script(String json) {
    var ascii = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c < 0x7F) {
        ascii.append(c);
      } else {
        ascii.append("\\u%04x".formatted((int) c));
      }
    }
    return ascii.toString();
  }

  private static void end(RoutingContext context, String type, String text) {
    Buffer body = Buffer.buffer(text);
    context.response().putHeader(HttpHeaders.CONTENT_TYPE, type);
    if (context.request().method().equals(HttpMethod.HEAD)) {
      context
          .response()
          .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
          .end();
    } else {
      context.response().end(body);
    }
  }
}
