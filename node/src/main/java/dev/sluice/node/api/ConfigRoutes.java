package dev.sluice.node.api;

import dev.sluice.access.AccessRules;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.StreamSelector;
import dev.sluice.wire.MalformedException;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/** The configuration that holds, where its values come from, and how it is read again. */
public final class ConfigRoutes implements HttpRoutes {
  private static final String CONFIG = "/sluice/v1/config";
  private static final int OK = 200;
  private static final int REFUSED = 422;

  private final LiveConfig live;
  private final HttpGuard guard;

  /** An answer that is not sent yet. */
  private record Answer(int status, JsonObject body) {}

  /** Routes for {@code live}. */
  public ConfigRoutes(LiveConfig live, AccessRules access) {
    this.live = live;
    this.guard = new HttpGuard(given -> access.token().matches(given), access::trusted);
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.route(CONFIG).handler(guard);
    router.route(CONFIG + "/*").handler(guard);
    router.get(CONFIG).handler(context -> answer(context, _ -> all()));
    router.get(CONFIG + "/effective").handler(context -> answer(context, this::effective));
    router.post(CONFIG + "/reload").handler(context -> answer(context, _ -> reload()));
  }

  private Answer all() {
    return new Answer(OK, ConfigJson.state(live.state()));
  }

  private Answer effective(RoutingContext context) {
    String text = context.request().getParam("stream");
    StreamName name = StreamName.ofDecoded(text == null ? "" : text);
    LiveConfig.State state = live.state();
    Config config = state.loaded().config();
    StreamSelector entry = config.streams().find(name);
    String prefix = entry == null ? "defaults." : "streams." + entry + ".";
    return new Answer(
        OK,
        new JsonObject()
            .put("stream", name.toString())
            .put("entry", entry == null ? null : entry.toString())
            .put("elsewhere", config.isElsewhere(name))
            .put(
                "settings",
                ConfigJson.settings(state.loaded().effective().under(prefix), prefix.length())));
  }

  private Answer reload() {
    return switch (live.reload("api")) {
      case LiveConfig.Applied applied -> new Answer(OK, ConfigJson.applied(applied));
      case LiveConfig.Refused refused -> new Answer(REFUSED, ConfigJson.refused(refused, REFUSED));
    };
  }

  /** Answers with what {@code work} gives on a virtual thread. */
  private static void answer(RoutingContext context, Function<RoutingContext, Answer> work) {
    Context here = context.vertx().getOrCreateContext();
    Thread.ofVirtual()
        .name("api")
        .start(() -> {
          try {
            Answer answer = work.apply(context);
            here.runOnContext(_ -> send(context, answer));
          } catch (MalformedException invalid) {
            here.runOnContext(_ ->
                HttpAnswers.refuse(
                    context.request(), Reason.NAME_INVALID, String.valueOf(invalid.getMessage())));
          } catch (RuntimeException fault) {
            here.runOnContext(_ -> context.fail(fault));
          }
        });
  }

  private static void send(RoutingContext context, Answer answer) {
    if (!context.response().closed()) {
      context
          .response()
          .setStatusCode(answer.status)
          .putHeader(
              HttpHeaders.CONTENT_TYPE,
              answer.status == OK ? "application/json" : "application/problem+json")
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .end(answer.body.toBuffer());
    }
  }
}
