package dev.sluice.node.api;

import dev.sluice.access.AccessRules;
import dev.sluice.access.Action;
import dev.sluice.access.Session;
import dev.sluice.access.SessionBook;
import dev.sluice.access.SessionFilter;
import dev.sluice.hub.Loop;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.wire.MalformedException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /sluice/v1/sessions}: who publishes and who watches, and the end of each. */
public final class SessionRoutes implements HttpRoutes {
  /** Sessions of one answer where nothing is said. */
  static final int LIMIT = 100;

  /** Sessions of one answer at most. */
  static final int MAX_LIMIT = 1_000;

  private static final String SESSIONS = "/sluice/v1/sessions";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");
  private static final Pattern CURSOR = Pattern.compile("[0-9a-z]{1,12}");
  private static final int RADIX = 36;

  private final SessionBook book;
  private final SessionReports reports;
  private final HttpGuard guard;

  /** Routes for those whom {@code access} let in. */
  public SessionRoutes(AccessRules access) {
    this.book = access.sessions();
    this.reports = new SessionReports(book);
    this.guard = new HttpGuard(access::isToken, access::trusted);
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.route(SESSIONS).handler(guard);
    router.route(SESSIONS + "/*").handler(guard);
    router.get(SESSIONS).handler(context -> ApiReply.answer(context, this::list));
    router.get(SESSIONS + "/:id").handler(context -> ApiReply.answer(context, this::one));
    router.delete(SESSIONS + "/:id").handler(context -> ApiReply.answer(context, this::kick));
  }

  private ApiReply list(RoutingContext context) {
    List<String> only = Several.of(context.request(), "id");
    if (!only.isEmpty()) {
      return named(only);
    }
    SessionFilter filter =
        new SessionFilter(
            context.request().getParam("stream"),
            context.request().getParam("protocol"),
            context.request().getParam("user"),
            action(context.request().getParam("action")));
    SessionBook.Page page =
        book.list(
            filter,
            cursor(context.request().getParam("cursor")),
            limit(context.request().getParam("limit")));
    var list = new JsonArray();
    reports.of(page.sessions()).forEach(list::add);
    return ApiReply.of(
        new JsonObject()
            .put("sessions", list)
            .put("total", page.total())
            .put("next", page.next() == 0 ? null : Long.toString(page.next(), RADIX)));
  }

  /** Those of these names that there are. */
  private ApiReply named(List<String> ids) {
    List<Session> there =
        new LinkedHashSet<>(ids).stream().map(book::find).filter(Objects::nonNull).toList();
    var list = new JsonArray();
    reports.of(there).forEach(list::add);
    return ApiReply.of(
        new JsonObject().put("sessions", list).put("total", there.size()).putNull("next"));
  }

  /** The action of that label; null when none is given. */
  static @Nullable Action action(@Nullable String label) {
    if (label == null) {
      return null;
    }
    for (Action each : Action.values()) {
      if (each.label().equals(label)) {
        return each;
      }
    }
    throw new MalformedException("'action' is neither publish nor play");
  }

  private static long cursor(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    if (!CURSOR.matcher(text).matches()) {
      throw new MalformedException("'cursor' is none that was given out");
    }
    return Long.parseLong(text, RADIX);
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return LIMIT;
    }
    int limit = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new MalformedException("'limit' is no number from 1 to " + MAX_LIMIT);
    }
    return limit;
  }

  private @Nullable Session find(RoutingContext context) {
    return book.find(Objects.requireNonNullElse(context.pathParam("id"), ""));
  }

  private ApiReply one(RoutingContext context) {
    Session session = find(context);
    return session == null ? ApiReply.none() : ApiReply.of(reports.of(List.of(session)).getFirst());
  }

  private ApiReply kick(RoutingContext context) {
    Session session = find(context);
    if (session == null || !book.kick(session)) {
      return ApiReply.none();
    }
    Ask.awaitDone(Set.of(session.visit().loop())); // whoever asks next is refused
    return ApiReply.done();
  }
}
