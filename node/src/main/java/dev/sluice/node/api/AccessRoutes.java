package dev.sluice.node.api;

import static java.util.stream.Collectors.toSet;

import dev.sluice.access.AccessRules;
import dev.sluice.access.Action;
import dev.sluice.access.Limits;
import dev.sluice.access.Outcome;
import dev.sluice.access.Outcome.Decision;
import dev.sluice.access.Outcome.Later;
import dev.sluice.access.Question;
import dev.sluice.access.Revocation;
import dev.sluice.access.Session;
import dev.sluice.access.SessionBook;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Told;
import dev.sluice.media.StreamName;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.wire.MalformedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code /sluice/v1/access}: why somebody would be let in or refused, what lets nobody in any more,
 * and judging all anew.
 */
public final class AccessRoutes implements HttpRoutes {
  /** How long a revocation holds where nothing is said: a day. */
  static final long REVOKED_S = 86_400;

  /** How long it holds at most: 30 days. */
  static final long MAX_REVOKED_S = 30 * 86_400;

  private static final String ACCESS = "/sluice/v1/access";
  private static final String EXPLAIN = ACCESS + "/explain";
  private static final String REVOCATIONS = ACCESS + "/revocations";
  private static final String RECHECK = ACCESS + "/recheck";
  private static final long MS_PER_S = 1_000;

  /** What can be said of a revocation. */
  private static final Set<String> FIELDS = Set.of("user", "session", "tokenId", "forS");

  private final AccessRules access;
  private final HttpGuard guard;

  /** Routes for what {@code access} decides. */
  public AccessRoutes(AccessRules access) {
    this.access = access;
    this.guard = new HttpGuard(access::isToken, access::trusted);
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.route(ACCESS + "/*").handler(guard);
    router.get(EXPLAIN).handler(context -> ApiReply.answer(context, this::explain));
    router.get(REVOCATIONS).handler(context -> ApiReply.answer(context, _ -> revocations()));
    router.post(REVOCATIONS).handler(context -> ApiReply.answer(context, kept(this::revoke)));
    router
        .delete(REVOCATIONS + "/:id")
        .handler(context -> ApiReply.answer(context, kept(this::restore)));
    router.post(RECHECK).handler(context -> ApiReply.answer(context, _ -> recheck()));
  }

  // ---- why

  private ApiReply explain(RoutingContext context) {
    HttpServerRequest request = context.request();
    Action action = SessionRoutes.action(request.getParam("action"));
    String stream = request.getParam("stream");
    if (stream == null) {
      throw new MalformedException("'stream' is needed");
    }
    Map<String, String> query = query(text(request, "query"));
    String token = query.getOrDefault("key", query.getOrDefault("token", text(request, "bearer")));
    var client =
        new Client(
            "E-0",
            Objects.requireNonNullElse(request.getParam("protocol"), "rtmp"),
            Objects.requireNonNullElse(request.getParam("address"), "192.0.2.1"),
            0,
            token.isEmpty() ? null : token,
            text(request, "agent"),
            Told.of(text(request, "page"), query));
    var question =
        new Question(action == null ? Action.PLAY : action, StreamName.ofDecoded(stream), client);
    return ApiReply.of(told(access.explain(question)));
  }

  private static String text(HttpServerRequest request, String name) {
    return Objects.requireNonNullElse(request.getParam(name), "");
  }

  /** The query of an address; of several values the first, as with requests. */
  private static Map<String, String> query(String text) {
    var parameters = new LinkedHashMap<String, String>();
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (!name.isEmpty()) {
        parameters.putIfAbsent(
            decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException noEscape) {
      throw new MalformedException("'query' has a percent sign that escapes nothing");
    }
  }

  /** Never with what was given. */
  private static JsonObject told(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Sent _ -> throw new IllegalStateException("explained as what it leads to");
      case Later(String rule, String why, _) ->
          told(null, rule, why)
              .put("user", null)
              .put("tokenId", null)
              .put("untilMs", null)
              .put("maxSessions", null);
      case Decision decision -> {
        Reason refusal = decision.refusal();
        Limits limits = decision.limits();
        yield told(decision.allowed(), decision.rule(), decision.why())
            .put("reason", refusal == null ? null : refusal.label())
            .put("message", refusal == null ? null : refusal.text())
            .put("status", refusal == null ? null : refusal.httpStatus())
            .put("user", limits.user().isEmpty() ? null : limits.user())
            .put("tokenId", limits.tokenId().isEmpty() ? null : limits.tokenId())
            .put("untilMs", limits.untilMs() == Limits.NEVER ? null : limits.untilMs())
            .put("maxSessions", limits.maxSessions() == 0 ? null : limits.maxSessions());
      }
    };
  }

  private static JsonObject told(@Nullable Boolean allowed, String rule, String why) {
    return new JsonObject()
        .put("allowed", allowed)
        .put("reason", null)
        .put("message", null)
        .put("status", null)
        .put("rule", rule)
        .put("why", why);
  }

  // ---- revocations

  /** What has to be on the disk before it is answered. */
  @FunctionalInterface
  private interface Change {
    ApiReply reply(RoutingContext context) throws IOException;
  }

  private static Function<RoutingContext, ApiReply> kept(Change change) {
    return context -> {
      try {
        return change.reply(context);
      } catch (IOException failed) {
        return new ApiReply.Refused(503, "not-kept", "nothing has changed: " + failed.getMessage());
      }
    };
  }

  private ApiReply revocations() {
    var list = new JsonArray();
    access.sessions().revocations().forEach(each -> list.add(json(each)));
    return ApiReply.of(new JsonObject().put("revocations", list));
  }

  private static JsonObject json(Revocation revocation) {
    Revocation.Subject subject = revocation.subject();
    boolean user = subject.kind() == Revocation.Kind.USER;
    return new JsonObject()
        .put("id", revocation.id())
        .put("user", user ? subject.value() : null)
        .put("tokenId", user ? null : subject.value())
        .put("atMs", revocation.atMs())
        .put("untilMs", revocation.untilMs());
  }

  private ApiReply revoke(RoutingContext context) throws IOException {
    JsonObject body = body(context);
    String session = text(body, "session");
    String user = text(body, "user");
    String token = text(body, "tokenId");
    long forS = seconds(body);
    int given = (session == null ? 0 : 1) + (user == null ? 0 : 1) + (token == null ? 0 : 1);
    if (given != 1) {
      throw new MalformedException("one of 'user', 'session' and 'tokenId' is needed");
    }
    SessionBook book = access.sessions();
    if (session != null) {
      Session there = book.find(session);
      return there != null && book.revoke(there) ? ended(null, List.of(there)) : ApiReply.none();
    }
    var subject =
        user == null
            ? new Revocation.Subject(Revocation.Kind.TOKEN, Objects.requireNonNull(token))
            : new Revocation.Subject(Revocation.Kind.USER, user);
    SessionBook.Revoked revoked = book.revoke(subject, forS * MS_PER_S);
    return revoked == null
        ? new ApiReply.Refused(503, "too-many", "too many revocations are kept already")
        : ended(revoked.revocation(), revoked.ended());
  }

  /** Once they have ended: whoever asks for something next is refused. */
  private static ApiReply ended(@Nullable Revocation revocation, List<Session> sessions) {
    Ask.awaitDone(sessions.stream().map(each -> each.visit().loop()).collect(toSet()));
    return ApiReply.created(
        new JsonObject()
            .put("revocation", revocation == null ? null : json(revocation))
            .put("ended", sessions.size()));
  }

  private static JsonObject body(RoutingContext context) {
    JsonObject body;
    try {
      body = context.body().asJsonObject();
    } catch (DecodeException | ClassCastException noObject) {
      body = null;
    }
    if (body == null) {
      throw new MalformedException("the body is no JSON object");
    }
    for (String field : body.fieldNames()) {
      if (!FIELDS.contains(field)) {
        throw new MalformedException("there is no field of this name; there are " + FIELDS);
      }
    }
    return body;
  }

  private static @Nullable String text(JsonObject body, String field) {
    Object value = body.getValue(field);
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text) || text.isEmpty() || text.length() > Revocation.MAX_CHARS) {
      throw new MalformedException(
          "'%s' is no text of 1 to %d characters".formatted(field, Revocation.MAX_CHARS));
    }
    return text;
  }

  private static long seconds(JsonObject body) {
    Object value = body.getValue("forS");
    if (value == null) {
      return REVOKED_S;
    }
    if (!(value instanceof Integer seconds) || seconds < 1 || seconds > MAX_REVOKED_S) {
      throw new MalformedException("'forS' is no number from 1 to " + MAX_REVOKED_S);
    }
    return seconds;
  }

  private ApiReply restore(RoutingContext context) throws IOException {
    String id = Objects.requireNonNullElse(context.pathParam("id"), "");
    return access.sessions().restore(id) ? ApiReply.done() : ApiReply.none();
  }

  private ApiReply recheck() {
    access.sessions().recheck();
    return new ApiReply.Done(202, new JsonObject().put("sessions", access.sessions().size()));
  }
}
