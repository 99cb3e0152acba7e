package dev.sluice.node.face.nginx;

import dev.sluice.access.AccessRules;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpRoutes;
import dev.sluice.node.api.LiveReports;
import dev.sluice.node.config.FaceSettings;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.face.FaceGuard;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * {@code /stat}, {@code /rtmp-stat.xml} and {@code /control/{section}/{method}}, each where it is
 * wanted; else they are not there.
 */
public final class NginxRoutes implements HttpRoutes {
  private static final String XML = "text/xml; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";

  private final LiveConfig live;
  private final FaceGuard guard;
  private final NginxStat stat;
  private final NginxControl control;

  /** What is to be sent. */
  private record Answer(int status, String type, String body) {}

  /**
   * Routes for the streams of {@code hub}.
   *
   * @param software name and version of this server
   */
  public NginxRoutes(Hub hub, AccessRules access, LiveConfig live, String software) {
    this.live = live;
    this.guard = new FaceGuard(access);
    this.stat =
        new NginxStat(
            new LiveReports(hub),
            access.sessions(),
            software,
            System::currentTimeMillis,
            System::nanoTime);
    this.control = new NginxControl(access.sessions());
  }

  @Override
  public void mount(Router router, Loop loop) {
    for (String path : new String[] {"/stat", "/rtmp-stat.xml"}) {
      router
          .route(path)
          .method(HttpMethod.GET)
          .method(HttpMethod.HEAD)
          .handler(context -> {
            if (passes(context, FaceSettings.Nginx::stat, false)) {
              answer(context, loop, () -> new Answer(200, XML, stat.document()));
            }
          });
    }
    router
        .routeWithRegex("/control/(?<section>[a-z]+)/(?<method>[a-z]+)")
        .method(HttpMethod.GET)
        .method(HttpMethod.POST)
        .handler(context -> {
          if (passes(context, FaceSettings.Nginx::control, true)) {
            answer(context, loop, () -> control(context));
          }
        });
  }

  private Answer control(RoutingContext context) {
    NginxControl.Reply reply =
        control.run(
            Objects.requireNonNullElse(context.pathParam("section"), ""),
            Objects.requireNonNullElse(context.pathParam("method"), ""),
            context.request().params());
    return new Answer(reply.status(), TEXT, reply.text());
  }

  /** Whether it is there, and may be done; else that has been answered. */
  private boolean passes(
      RoutingContext context, Predicate<FaceSettings.Nginx> wanted, boolean byAnyPage) {
    if (!wanted.test(live.now().faces().nginx())) {
      context.next();
      return false;
    }
    Reason refusal = guard.refusal(context.request(), byAnyPage);
    if (refusal != null) {
      HttpAnswers.refuse(context.request(), refusal);
    }
    return refusal == null;
  }

  private static void answer(RoutingContext context, Loop loop, Supplier<Answer> work) {
    Thread.ofVirtual()
        .name("nginx-face")
        .start(() -> {
          try {
            Answer answer = work.get();
            loop.execute(() -> send(context, answer));
          } catch (RuntimeException fault) {
            loop.execute(() -> context.fail(fault));
          }
        });
  }

  private static void send(RoutingContext context, Answer answer) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(answer.status)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader(HttpHeaders.CONTENT_TYPE, answer.type);
    HttpAnswers.end(context.request(), Buffer.buffer(answer.body));
  }
}
