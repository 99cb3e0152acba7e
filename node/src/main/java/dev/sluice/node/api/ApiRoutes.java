package dev.sluice.node.api;

import static java.util.stream.Collectors.toSet;

import dev.sluice.access.AccessRules;
import dev.sluice.hub.Hub;
import dev.sluice.hub.LiveStream;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Viewer;
import dev.sluice.media.StreamName;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.node.api.LiveReports.StreamWithViewers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Health, the public list of what is live, streams, their sources and viewers, and the end of each.
 * Streams are named by the rest of the path, which may hold slashes.
 */
public final class ApiRoutes implements HttpRoutes {
  private static final String STREAMS = "/sluice/v1/streams";
  private static final String VIEWERS = "/sluice/v1/viewers";

  private final Hub hub;
  private final LiveReports reports;
  private final HttpGuard guard;
  private final Facts facts;
  private final BooleanSupplier stopping;
  private final Supplier<@Nullable Integer> rtmpPort;

  /**
   * What does not change while the node runs.
   *
   * @param version of this program
   * @param listed whether strangers may see what is live, for now
   * @param demo whether this is the demonstration
   * @param http where others reach HTTP, for now; null for where they have asked
   * @param rtmp where others reach RTMP, as that
   */
  public record Facts(
      String version,
      BooleanSupplier listed,
      boolean demo,
      Supplier<@Nullable String> http,
      Supplier<@Nullable String> rtmp) {
    /** For a server that is where it is asked for. */
    public Facts(String version, BooleanSupplier listed, boolean demo) {
      this(version, listed, demo, () -> null, () -> null);
    }
  }

  /**
   * Routes for the streams of {@code hub}.
   *
   * @param stopping whether the node is about to end
   * @param rtmpPort where publishers may come; null when RTMP is off
   */
  public ApiRoutes(
      Hub hub,
      AccessRules access,
      Facts facts,
      BooleanSupplier stopping,
      Supplier<@Nullable Integer> rtmpPort) {
    this.hub = hub;
    this.reports = new LiveReports(hub);
    this.guard = new HttpGuard(access::isToken, access::trusted);
    this.facts = facts;
    this.stopping = stopping;
    this.rtmpPort = rtmpPort;
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.get("/healthz").handler(this::health);
    router.get("/sluice/v1/live").handler(this::live);
    router.route(STREAMS).handler(guard);
    router.route(STREAMS + "/*").handler(guard).handler(new WrittenName());
    router.route(VIEWERS).handler(guard);
    router.route(VIEWERS + "/*").handler(guard);
    router.get(STREAMS).handler(context -> answer(context, this::streams));
    router.getWithRegex(STREAMS + "/(?<name>.+)").handler(c -> answer(c, this::stream));
    router
        .postWithRegex(STREAMS + "/(?<name>.+)/sources/automatic")
        .handler(context -> answer(context, this::unpinSource));
    router
        .postWithRegex(STREAMS + "/(?<name>.+)/sources/(?<id>[^/]+)/activate")
        .handler(context -> answer(context, this::pinSource));
    router
        .postWithRegex(STREAMS + "/(?<name>.+)/sources/(?<id>[^/]+)/items/(?<index>[^/]+)")
        .handler(context -> answer(context, this::cutSource));
    router
        .deleteWithRegex(STREAMS + "/(?<name>.+)/source")
        .handler(context -> answer(context, this::dropSource));
    router
        .deleteWithRegex(STREAMS + "/(?<name>.+)")
        .handler(context -> answer(context, this::endStream));
    router.get(VIEWERS).handler(context -> answer(context, this::viewers));
    router.delete(VIEWERS + "/:id").handler(context -> answer(context, this::kickViewer));
  }

  private void health(RoutingContext context) {
    boolean ends = stopping.getAsBoolean();
    var body =
        new JsonObject()
            .put("status", ends ? "stopping" : "ok")
            .put("version", facts.version())
            .put("streams", hub.streams().size());
    new ApiReply.Done(ends ? 503 : 200, body).send(context);
  }

  private void live(RoutingContext context) {
    if (!facts.listed().getAsBoolean() && !facts.demo()) {
      HttpAnswers.refuse(
          context.request(), 403, "not-listed", "this server does not list its streams");
      return;
    }
    answer(context, _ -> liveList());
  }

  private JsonObject liveList() {
    var list = new JsonArray();
    for (LiveStream.Report stream : reports.streams()) {
      if (stream.listed() && stream.state() == LiveStream.State.LIVE) {
        list.add(Json.listed(stream));
      }
    }
    return new JsonObject()
        .put("streams", list)
        .put("rtmpPort", rtmpPort.get())
        .put("http", facts.http().get())
        .put("rtmp", facts.rtmp().get())
        .put("demo", facts.demo());
  }

  private JsonObject streams(RoutingContext context) {
    List<String> only = Several.of(context.request(), "name");
    var list = new JsonArray();
    List<StreamWithViewers> wanted =
        only.isEmpty()
            ? reports.all()
            : reports.of(only.stream().map(StreamName::ofDecoded).collect(toSet()));
    wanted.forEach(each -> list.add(Json.stream(each)));
    return new JsonObject().put("streams", list);
  }

  private @Nullable JsonObject stream(RoutingContext context) {
    StreamName name = name(context);
    List<StreamWithViewers> there = reports.of(Set.of(name));
    if (!there.isEmpty()) {
      return Json.stream(there.getFirst());
    }
    return null;
  }

  private @Nullable JsonObject dropSource(RoutingContext context) {
    LiveStream stream = hub.stream(name(context));
    if (stream == null) {
      return null;
    }
    stream.loop().execute(() -> stream.dropSource(Reason.KICKED));
    return new JsonObject().put("ended", "source");
  }

  private @Nullable JsonObject pinSource(RoutingContext context) {
    LiveStream stream = hub.stream(name(context));
    if (stream == null) {
      return null;
    }
    String id = Objects.requireNonNullElse(context.pathParam("id"), "");
    int seat = stream.policy().sources().seatOf(id);
    if (seat < 0) {
      return null;
    }
    stream.loop().execute(() -> stream.pinSource(seat));
    return new JsonObject().put("wanted", id);
  }

  private @Nullable JsonObject cutSource(RoutingContext context) {
    LiveStream stream = hub.stream(name(context));
    String index = Objects.requireNonNullElse(context.pathParam("index"), "");
    if (stream == null || !index.matches("\\d{1,9}")) {
      return null;
    }
    int seat = stream.policy().sources().seatOf(String.valueOf(context.pathParam("id")));
    if (seat < 0) {
      return null;
    }
    int item = Integer.parseInt(index);
    List<Boolean> cut =
        Ask.each(List.of(stream), on -> Ask.on(on.loop(), () -> on.cutSource(seat, item)));
    return cut.equals(List.of(true)) ? new JsonObject().put("item", item) : null;
  }

  private @Nullable JsonObject unpinSource(RoutingContext context) {
    LiveStream stream = hub.stream(name(context));
    if (stream == null) {
      return null;
    }
    stream.loop().execute(() -> stream.pinSource(-1));
    return new JsonObject().putNull("wanted");
  }

  private @Nullable JsonObject endStream(RoutingContext context) {
    return hub.end(name(context), Reason.KICKED) ? new JsonObject().put("ended", "stream") : null;
  }

  private JsonObject viewers(RoutingContext context) {
    String only = context.request().getParam("stream");
    var list = new JsonArray();
    for (StreamWithViewers each : reports.all()) {
      if (only == null || only.equals(each.stream().name().toString())) {
        each.viewers().forEach(viewer -> list.add(Json.viewer(viewer)));
      }
    }
    return new JsonObject().put("viewers", list);
  }

  private @Nullable JsonObject kickViewer(RoutingContext context) {
    String id = context.pathParam("id");
    for (LiveStream.Report stream : reports.streams()) {
      for (Viewer viewer : stream.viewers()) {
        if (viewer.client().connectionId().equals(id)) {
          viewer.end(Reason.KICKED);
          return new JsonObject().put("ended", "viewer");
        }
      }
    }
    return null;
  }

  /** The stream that the path names; the router has decoded it. */
  private static StreamName name(RoutingContext context) {
    return StreamName.ofDecoded(Objects.requireNonNullElse(context.pathParam("name"), ""));
  }

  /** Answers with what {@code work} gives on a virtual thread; null is 404. */
  private static void answer(
      RoutingContext context, Function<RoutingContext, @Nullable JsonObject> work) {
    ApiReply.answer(
        context,
        asked -> {
          JsonObject result = work.apply(asked);
          return result == null ? ApiReply.none() : ApiReply.of(result);
        },
        Reason.NAME_INVALID); // names are all that is read
  }
}
