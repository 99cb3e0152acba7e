package dev.sluice.node.api;

import dev.sluice.hub.Reason;
import dev.sluice.net.HttpAnswers;
import dev.sluice.wire.MalformedException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the API answers: found on a virtual thread, sent on the request's loop. */
sealed interface ApiReply {

  /**
   * It was done.
   *
   * @param body null for none
   */
  record Done(int status, @Nullable JsonObject body) implements ApiReply {}

  /**
   * It was done, and this is how it is by now.
   *
   * @param tag of this state, without quotes (RFC 9110, section 8.8.3)
   */
  record Tagged(int status, JsonObject body, String tag) implements ApiReply {}

  /** Here is a text. */
  record Text(String type, String text) implements ApiReply {}

  /** It was not, for what {@code body} says (RFC 9457). */
  record Problem(int status, JsonObject body) implements ApiReply {}

  /** It was not. */
  record Refused(int status, String label, String message) implements ApiReply {}

  /** Here it is. */
  static ApiReply of(JsonObject body) {
    return new Done(200, body);
  }

  /** It was made. */
  static ApiReply created(JsonObject body) {
    return new Done(201, body);
  }

  /** It was done, and there is nothing to tell. */
  static ApiReply done() {
    return new Done(204, null);
  }

  /** There is none of that name. */
  static ApiReply none() {
    return new Refused(404, "not-found", "there is none of this name");
  }

  /**
   * Answers with what {@code work} gives on a virtual thread. A {@link MalformedException} is a
   * fault of the request.
   */
  static void answer(RoutingContext context, Function<RoutingContext, ApiReply> work) {
    answer(context, work, Reason.MALFORMED);
  }

  /**
   * As that.
   *
   * @param invalid what such a fault is called
   */
  static void answer(
      RoutingContext context, Function<RoutingContext, ApiReply> work, Reason invalid) {
    Context here = context.vertx().getOrCreateContext();
    Thread.ofVirtual()
        .name("api")
        .start(() -> {
          try {
            ApiReply reply = work.apply(context);
            here.runOnContext(_ -> reply.send(context));
          } catch (MalformedException fault) {
            String what = String.valueOf(fault.getMessage());
            ApiReply reply = new Refused(invalid.httpStatus(), invalid.label(), what);
            here.runOnContext(_ -> reply.send(context));
          } catch (RuntimeException fault) {
            here.runOnContext(_ -> context.fail(fault));
          }
        });
  }

  /** On the request's loop. */
  default void send(RoutingContext context) {
    switch (this) {
      case Refused(int status, String label, String message) ->
          HttpAnswers.refuse(context.request(), status, label, message);
      case Problem(int status, JsonObject body) ->
          send(context, status, "application/problem+json", body);
      case Done(int status, JsonObject body) -> send(context, status, "application/json", body);
      case Tagged(int status, JsonObject body, String tag) -> {
        if (!context.response().closed()) {
          context.response().putHeader(HttpHeaders.ETAG, '"' + tag + '"');
        }
        send(context, status, "application/json", body);
      }
      case Text(String type, String text) -> {
        if (!context.response().closed()) {
          context.response().putHeader(HttpHeaders.CONTENT_TYPE, type);
          context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
          HttpAnswers.end(context.request(), Buffer.buffer(text));
        }
      }
    }
  }

  private static void send(
      RoutingContext context, int status, String type, @Nullable JsonObject body) {
    if (context.response().closed()) {
      return;
    }
    context
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff");
    if (body == null) {
      context.response().end();
    } else {
      context.response().putHeader(HttpHeaders.CONTENT_TYPE, type).end(body.toBuffer());
    }
  }

  /** A refusal for a reason of the closed set. */
  static ApiReply refused(Reason reason, String detail) {
    return new Refused(
        reason.httpStatus(),
        reason.label(),
        detail.isEmpty() ? reason.text() : reason.text() + ": " + detail);
  }
}
