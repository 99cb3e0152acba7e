package dev.sluice.node.api;

import dev.sluice.access.AccessRules;
import dev.sluice.control.Author;
import dev.sluice.control.StoreRevision;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.RequestPeer;
import dev.sluice.net.RequestToken;
import dev.sluice.node.config.Layer;
import dev.sluice.node.config.Part;
import dev.sluice.node.config.PartDifference;
import dev.sluice.node.config.StreamSelector;
import dev.sluice.node.config.WantedConfig;
import dev.sluice.wire.MalformedException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parts of the configuration that are changed by API and last, entries of {@code streams} and
 * sections: one by one, as a file, and back to what they were. What is acknowledged is on the disk.
 */
public final class StoreRoutes implements HttpRoutes {
  /** Entries and revisions of a page at most. */
  static final int MAX_LIMIT = 1_000;

  private static final int LIMIT = 100;
  private static final String CONFIG = "/sluice/v1/config";
  private static final String STREAMS = CONFIG + "/streams";
  private static final String STREAM = STREAMS + "/(?<name>.+)";
  private static final String SECTIONS = CONFIG + "/sections";
  private static final String SECTION = SECTIONS + "/:section";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  private final WantedConfig wanted;
  private final HttpGuard guard;

  /** Does what is asked for. */
  @FunctionalInterface
  private interface Work {
    ApiReply reply(RoutingContext context) throws IOException;
  }

  /** Makes a change of one part. */
  @FunctionalInterface
  private interface Change {
    WantedConfig.Outcome of(Part part, Precondition expected, Author author) throws IOException;
  }

  /** Says which part a request is about; null for none that there can be. */
  @FunctionalInterface
  private interface Named {
    @Nullable Part part(RoutingContext context);
  }

  /** What is done with a part that a request names. */
  @FunctionalInterface
  private interface PartWork {
    ApiReply reply(RoutingContext context, Part part) throws IOException;
  }

  /** Routes for {@code wanted}. */
  public StoreRoutes(WantedConfig wanted, AccessRules access) {
    this.wanted = wanted;
    this.guard = new HttpGuard(access::isToken, access::trusted);
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.route(CONFIG + "/*").handler(guard);
    router.route(STREAMS + "/*").handler(new WrittenName());
    router.get(STREAMS).handler(answer(this::list));
    router.getWithRegex(STREAM).handler(of(StoreRoutes::entry, this::one));
    router.putWithRegex(STREAM).handler(of(StoreRoutes::entry, this::put));
    router.patchWithRegex(STREAM).handler(of(StoreRoutes::entry, this::patch));
    router.deleteWithRegex(STREAM).handler(of(StoreRoutes::entry, this::delete));
    router.get(SECTIONS).handler(answer(this::sections));
    router.get(SECTION).handler(of(StoreRoutes::section, this::one));
    router.put(SECTION).handler(of(StoreRoutes::section, this::put));
    router.patch(SECTION).handler(of(StoreRoutes::section, this::patch));
    router.delete(SECTION).handler(of(StoreRoutes::section, this::delete));
    router.get(CONFIG + "/history").handler(answer(this::history));
    router.get(CONFIG + "/diff").handler(answer(this::diff));
    router.post(CONFIG + "/undo").handler(answer(this::undo));
    router.get(CONFIG + "/export").handler(answer(this::export));
    router.post(CONFIG + "/import").handler(answer(this::importAll));
  }

  private static Handler<RoutingContext> answer(Work work) {
    Function<RoutingContext, ApiReply> safe =
        context -> {
          try {
            return work.reply(context);
          } catch (IOException failed) {
            String why = String.valueOf(failed.getMessage());
            return problem(503, "the store cannot be used", "store-failed", why);
          }
        };
    return context -> ApiReply.answer(context, safe);
  }

  private static Handler<RoutingContext> of(Named named, PartWork work) {
    return answer(context -> {
      Part part = named.part(context);
      return part == null ? noSection() : work.reply(context, part);
    });
  }

  private static ApiReply problem(int status, String title, String reason, String detail) {
    return new ApiReply.Problem(status, StoreJson.problem(status, title, reason, detail));
  }

  // ---- one by one

  private ApiReply list(RoutingContext context) throws IOException {
    long revision = wanted.revision();
    String cursor = Objects.requireNonNullElse(context.request().getParam("cursor"), "");
    int limit = limit(context.request());
    List<WantedConfig.Known> entries =
        wanted.entries().stream()
            .filter(entry -> entry.part().name().compareTo(cursor) > 0)
            .sorted(Comparator.comparing(entry -> entry.part().name()))
            .limit(limit + 1L)
            .toList();
    var list = new JsonArray();
    entries.stream().limit(limit).map(StoreJson::known).forEach(list::add);
    String last = entries.size() > limit ? entries.get(limit - 1).part().name() : null;
    return new ApiReply.Tagged(
        200,
        new JsonObject().put("revision", revision).put("entries", list).put("next", last),
        Long.toString(revision));
  }

  private ApiReply sections(RoutingContext context) throws IOException {
    long revision = wanted.revision();
    var list = new JsonArray();
    wanted.sections().stream().map(StoreJson::known).forEach(list::add);
    return new ApiReply.Tagged(
        200,
        new JsonObject().put("revision", revision).put("sections", list),
        Long.toString(revision));
  }

  private ApiReply one(RoutingContext context, Part part) {
    WantedConfig.Known known = wanted.find(part);
    return known == null
        ? none()
        : new ApiReply.Tagged(200, StoreJson.known(known), Long.toString(known.revision()));
  }

  private ApiReply put(RoutingContext context, Part part) throws IOException {
    String text = text(context);
    return changed(
        context, part, "put", (of, expected, who) -> wanted.put(of, text, expected, who));
  }

  private ApiReply patch(RoutingContext context, Part part) throws IOException {
    String text = text(context);
    return changed(
        context, part, "patch", (of, expected, who) -> wanted.patch(of, text, expected, who));
  }

  private ApiReply delete(RoutingContext context, Part part) throws IOException {
    return changed(context, part, "delete", wanted::delete);
  }

  private ApiReply changed(RoutingContext context, Part part, String what, Change change)
      throws IOException {
    WantedConfig.Outcome outcome =
        change.of(part, Precondition.of(context.request()), author(context, what));
    if (!(outcome instanceof WantedConfig.Done done)) {
      return refused(outcome);
    }
    WantedConfig.Known known = wanted.find(part);
    JsonObject body =
        StoreJson.done(done)
            .put(StoreJson.kind(part), known == null ? null : StoreJson.known(known));
    return new ApiReply.Tagged(
        done.added() > 0 ? 201 : 200, body, Long.toString(known == null ? 0 : known.revision()));
  }

  // ---- all together

  private ApiReply export(RoutingContext context) throws IOException {
    boolean secrets = flag(context.request(), "secrets");
    return new ApiReply.Text("application/yaml", wanted.export(secrets));
  }

  private ApiReply importAll(RoutingContext context) throws IOException {
    boolean replace = flag(context.request(), "replace");
    return done(
        wanted.importAll(
            text(context),
            replace,
            Precondition.of(context.request()),
            author(context, replace ? "import, replacing all" : "import")));
  }

  private ApiReply undo(RoutingContext context) throws IOException {
    Long to = number(context.request(), "to");
    return done(
        wanted.undo(
            to,
            Precondition.of(context.request()),
            author(context, to == null ? "undo" : "back to revision " + to)));
  }

  private static ApiReply done(WantedConfig.Outcome outcome) {
    return outcome instanceof WantedConfig.Done done
        ? new ApiReply.Tagged(200, StoreJson.done(done), Long.toString(done.revision()))
        : refused(outcome);
  }

  private ApiReply history(RoutingContext context) throws IOException {
    Long cursor = number(context.request(), "cursor");
    int limit = limit(context.request());
    List<StoreRevision> page = wanted.history(cursor == null ? Long.MAX_VALUE : cursor, limit + 1);
    var list = new JsonArray();
    page.stream().limit(limit).map(StoreJson::revision).forEach(list::add);
    long revision = wanted.revision();
    return new ApiReply.Tagged(
        200,
        new JsonObject()
            .put("revision", revision)
            .put("history", list)
            .put("next", page.size() > limit ? page.get(limit - 1).revision() : null),
        Long.toString(revision));
  }

  private ApiReply diff(RoutingContext context) throws IOException {
    Long to = number(context.request(), "to");
    long last = to == null ? wanted.revision() : to;
    Long from = number(context.request(), "from");
    long first = from == null ? last - 1 : from;
    List<PartDifference> differences = wanted.between(first, last);
    return differences == null
        ? forgotten()
        : ApiReply.of(StoreJson.differences(differences).put("from", first).put("to", last));
  }

  // ---- refusals

  private static ApiReply refused(WantedConfig.Outcome outcome) {
    return switch (outcome) {
      case WantedConfig.Done _ -> throw new IllegalArgumentException("it was not refused");
      case WantedConfig.Refused(var problems) ->
          new ApiReply.Problem(422, ConfigJson.refused(problems, 422));
      case WantedConfig.OfFile(Part part, Layer place) ->
          new ApiReply.Problem(
              409,
              StoreJson.problem(
                      409,
                      "the %s is the file's".formatted(StoreJson.kind(part)),
                      StoreJson.kind(part) + "-of-file",
                      "%s stands in the file, at %s, without managed: api"
                          .formatted(part.name(), place))
                  .put("from", place.toString())
                  .put("line", place.line()));
      case WantedConfig.Unexpected(long revision) ->
          new ApiReply.Problem(
              412,
              StoreJson.problem(
                      412,
                      "it is not what it was expected to be",
                      "precondition",
                      revision == 0
                          ? "the store has none of this name"
                          : "it has been changed at revision " + revision)
                  .put("revision", revision));
      case WantedConfig.None _ -> none();
      case WantedConfig.TooMany(long count, long most) ->
          problem(
              422,
              "that is more than there may be",
              "too-many",
              "%d entries; allowed are %d".formatted(count, most));
      case WantedConfig.Forgotten _ -> forgotten();
    };
  }

  private static ApiReply none() {
    return problem(
        404, "there is no such entry", "not-found", "the store has no entry of this name");
  }

  private static ApiReply noSection() {
    return problem(
        404,
        "there is no such section",
        "section-unknown",
        "these can be changed by API: " + String.join(", ", Part.sections()));
  }

  private static ApiReply forgotten() {
    return problem(
        404,
        "there is no such revision",
        "revision-unknown",
        "it has never been, or not all that came after it is remembered");
  }

  // ---- what was asked for

  private static @Nullable Part section(RoutingContext context) {
    return Part.section(Objects.requireNonNullElse(context.pathParam("section"), ""));
  }

  private static Part entry(RoutingContext context) {
    try {
      String name = Objects.requireNonNullElse(context.pathParam("name"), "");
      return new Part.Entry(StreamSelector.parse(name));
    } catch (MalformedException invalid) {
      throw new MalformedException(Reason.NAME_INVALID.text() + ": " + invalid.getMessage());
    }
  }

  /**
   * The body. In JSON a tab can only be a blank, and in YAML none may be one: so it is made a
   * blank, and nothing moves.
   */
  private static String text(RoutingContext context) {
    String text = Objects.requireNonNullElse(context.body().asString(), "");
    String type = Objects.requireNonNullElse(context.request().getHeader("Content-Type"), "");
    return type.toLowerCase(Locale.ROOT).contains("json") ? text.replace('\t', ' ') : text;
  }

  private static int limit(HttpServerRequest request) {
    Long limit = number(request, "limit");
    if (limit != null && (limit < 1 || limit > MAX_LIMIT)) {
      throw new MalformedException("'limit' is no number from 1 to " + MAX_LIMIT);
    }
    return limit == null ? LIMIT : limit.intValue();
  }

  private static @Nullable Long number(HttpServerRequest request, String name) {
    String text = request.getParam(name);
    if (text == null) {
      return null;
    }
    if (!NUMBER.matcher(text).matches()) {
      throw new MalformedException("'" + name + "' is no number");
    }
    return Long.valueOf(text);
  }

  private static boolean flag(HttpServerRequest request, String name) {
    return switch (request.getParam(name)) {
      case null -> false;
      case "false" -> false;
      case "true" -> true;
      default -> throw new MalformedException("'" + name + "' is neither true nor false");
    };
  }

  /** Who asks: what he says of himself (RFC 9110, section 10.1.2), and how he was let in. */
  private static Author author(RoutingContext context, String what) {
    HttpServerRequest request = context.request();
    String proof = RequestToken.of(request) == null ? "this host" : "token";
    String name = request.getHeader("From");
    String who = name == null ? proof : UNPRINTABLE.matcher(name).replaceAll("?");
    return new Author(
        cut(name == null ? who : cut(who, Author.MAX_CHARS / 2) + " (" + proof + ")"),
        cut(RequestPeer.of(request).address()),
        cut(what));
  }

  private static String cut(String text) {
    return cut(text, Author.MAX_CHARS);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}
