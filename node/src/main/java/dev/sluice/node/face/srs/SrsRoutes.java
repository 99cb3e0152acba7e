package dev.sluice.node.face.srs;

import dev.sluice.access.AccessRules;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpRoutes;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.WebOrigin;
import dev.sluice.node.face.FaceGuard;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * SRS's API over HTTP: {@code /api/v1/…} beside our own pages, and the same with {@code /} and
 * {@code /metrics} on a listener of its own. What SRS does not know is 404, as elsewhere.
 */
public final class SrsRoutes implements HttpRoutes {
  private static final String API = "/api/v1";
  private static final Set<String> READ = Set.of("GET", "HEAD");
  private static final Set<String> OVERRIDES = Set.of("GET", "PUT", "POST", "DELETE");

  private final FaceGuard guard;
  private final LiveConfig live;
  private final String server;
  private final boolean own;
  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();

  /**
   * One of the calls.
   *
   * @param methods that it takes
   * @param single whether one of what it lists is asked for by its identifier behind the path
   */
  private record Endpoint(
      Set<String> methods, boolean single, Function<SrsCall, SrsReply> answer) {}

  /**
   * Which endpoint is meant.
   *
   * @param id behind its path; empty when there is none
   */
  private record Target(Endpoint endpoint, String id) {}

  private SrsRoutes(SrsApi api, FaceGuard guard, LiveConfig live, String server, boolean own) {
    this.guard = guard;
    this.live = live;
    this.server = server;
    this.own = own;
    if (own) {
      reads("", api::root);
      reads("/metrics", api::metrics);
    }
    reads("/api", api::api);
    reads(API, api::v1);
    reads(API + "/versions", api::versions);
    reads(API + "/summaries", api::summaries);
    reads(API + "/rusages", api::rusages);
    reads(API + "/self_proc_stats", api::selfStats);
    reads(API + "/system_proc_stats", api::systemStats);
    reads(API + "/meminfos", api::memory);
    reads(API + "/authors", api::authors);
    reads(API + "/features", api::features);
    add(API + "/vhosts", READ, true, api::vhosts);
    add(API + "/streams", READ, true, api::streams);
    add(API + "/clients", Set.of("GET", "HEAD", "DELETE"), true, api::clients);
    reads(API + "/raw", api::raw);
    add(API + "/clusters", Set.of("GET", "HEAD", "POST"), false, api::clusters);
    Set<String> any = Set.of("GET", "HEAD", "POST", "PUT", "DELETE");
    add(API + "/requests", any, false, api::echo);
    add(API + "/tests/requests", any, false, api::echo);
    reads(API + "/tests/errors", api::error);
    reads(API + "/tests/redirects", api::redirect);
  }

  /**
   * Both: beside our own pages, and for a listener of its own.
   *
   * @param connections open connections of all protocols
   * @param software name and version of this server
   */
  public static Faces of(
      Hub hub,
      AccessRules access,
      LiveConfig live,
      IntSupplier connections,
      Supplier<@Nullable Integer> rtmpPort,
      Supplier<@Nullable Integer> apiPort,
      IntSupplier httpPort,
      String software) {
    var ports = new SrsApi.Ports(rtmpPort, apiPort, httpPort);
    var api =
        new SrsApi(
            hub,
            access,
            live,
            connections,
            ports,
            software,
            System::currentTimeMillis,
            System::nanoTime);
    var guard = new FaceGuard(access);
    String server = "SRS/" + SrsVersion.TEXT + "(" + software + ")";
    return new Faces(
        new SrsRoutes(api, guard, live, server, false),
        new SrsRoutes(api, guard, live, server, true));
  }

  /**
   * The same API in two places.
   *
   * @param shared with all else that is on the HTTP port
   * @param own for a listener that has nothing else
   */
  public record Faces(SrsRoutes shared, SrsRoutes own) {}

  private void reads(String path, Function<SrsCall, SrsReply> answer) {
    add(path, READ, false, answer);
  }

  private void add(
      String path, Set<String> methods, boolean single, Function<SrsCall, SrsReply> answer) {
    endpoints.put(path, new Endpoint(methods, single, answer));
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.routeWithRegex(own ? "/.*" : "/api(?:/.*)?").handler(context -> serve(context, loop));
  }

  private @Nullable Target target(String given) {
    String path = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
    Endpoint whole = endpoints.get(path);
    if (whole != null) {
      return new Target(whole, "");
    }
    int slash = path.lastIndexOf('/');
    Endpoint of = slash < 0 ? null : endpoints.get(path.substring(0, slash));
    return of == null || !of.single ? null : new Target(of, path.substring(slash + 1));
  }

  private void serve(RoutingContext context, Loop loop) {
    Target target = target(context.normalizedPath());
    if (target == null) {
      context.next();
      return;
    }
    HttpServerRequest request = context.request();
    context.response().putHeader(HttpHeaders.SERVER, server);
    allowPages(request);
    if (request.method().equals(HttpMethod.OPTIONS)) {
      context.response().setStatusCode(isOpenToPages() ? 200 : 405).end();
      return;
    }
    String callback = request.getParam("callback");
    String method = method(request);
    boolean byAnyPage =
        callback != null
            || !method.equals(request.method().name())
            || "reload".equals(request.getParam("rpc"));
    Reason refusal = guard.refusal(request, byAnyPage);
    if (refusal != null) {
      HttpAnswers.refuse(request, refusal);
    } else if (!target.endpoint.methods.contains(method)) {
      HttpAnswers.refuse(request, 405, "method", "this path does not know the method");
    } else if (callback != null && !SrsReply.CALLBACK.matcher(callback).matches()) {
      SrsReply.of(SrsCode.JSONP).send(context, null);
    } else {
      answer(context, loop, target, new SrsCall(request, method, target.id), callback);
    }
  }

  /** What is meant: those who can only GET say it in the query. */
  private static String method(HttpServerRequest request) {
    String said = request.getParam("method");
    String method = request.method().name();
    return method.equals("GET") && said != null && OVERRIDES.contains(said) ? said : method;
  }

  private static void answer(
      RoutingContext context, Loop loop, Target target, SrsCall call, @Nullable String callback) {
    Thread.ofVirtual()
        .name("srs-api")
        .start(() -> {
          try {
            SrsReply reply = target.endpoint.answer.apply(call);
            loop.execute(() -> reply.send(context, callback));
          } catch (RuntimeException fault) {
            loop.execute(() -> context.fail(fault));
          }
        });
  }

  // ---- pages of other origins

  private boolean isOpenToPages() {
    return live.now().http().cors().contains(WebOrigin.ANY);
  }

  /** What SRS says to every page that asks, where all may. */
  private void allowPages(HttpServerRequest request) {
    if (request.getHeader(HttpHeaders.ORIGIN) == null || !isOpenToPages()) {
      return;
    }
    HttpServerResponse response = request.response();
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "*");
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "*");
    response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "*");
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "false");
    response.putHeader("Access-Control-Request-Private-Network", "true");
  }
}
