package dev.sluice.node.api;

import dev.sluice.access.AccessRules;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.Part;
import dev.sluice.node.config.Problem;
import dev.sluice.node.config.Setting;
import dev.sluice.node.config.StreamSelector;
import dev.sluice.wire.MalformedException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** The configuration that holds, where its values come from, and how it is read again. */
public final class ConfigRoutes implements HttpRoutes {
  private static final String CONFIG = "/sluice/v1/config";
  private static final int REFUSED = 422;

  private final LiveConfig live;
  private final HttpGuard guard;

  /** Routes for {@code live}. */
  public ConfigRoutes(LiveConfig live, AccessRules access) {
    this.live = live;
    this.guard = new HttpGuard(access::isToken, access::trusted);
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.route(CONFIG).handler(guard);
    router.route(CONFIG + "/*").handler(guard);
    router.get(CONFIG).handler(context -> ApiReply.answer(context, _ -> all()));
    router.get(CONFIG + "/effective").handler(context -> ApiReply.answer(context, this::effective));
    router.post(CONFIG + "/reload").handler(context -> ApiReply.answer(context, _ -> reload()));
  }

  private ApiReply all() {
    return ApiReply.of(ConfigJson.state(live.state()));
  }

  private ApiReply effective(RoutingContext context) {
    String section = context.request().getParam("section");
    if (section != null) {
      return ofSection(section);
    }
    String text = context.request().getParam("stream");
    StreamName name;
    try {
      name = StreamName.ofDecoded(text == null ? "" : text);
    } catch (MalformedException invalid) {
      return ApiReply.refused(Reason.NAME_INVALID, String.valueOf(invalid.getMessage()));
    }
    LiveConfig.State state = live.state();
    Config config = state.loaded().config();
    StreamSelector entry = config.streams().find(name);
    String prefix = entry == null ? "defaults." : "streams." + entry + ".";
    return ApiReply.of(
        new JsonObject()
            .put("stream", name.toString())
            .put("entry", entry == null ? null : entry.toString())
            .put("elsewhere", config.isElsewhere(name))
            .put(
                "settings",
                ConfigJson.settings(state.loaded().effective().under(prefix), prefix.length())));
  }

  private ApiReply ofSection(String section) {
    String prefix = section + ".";
    LiveConfig.State state = live.state();
    List<Setting> settings =
        state.loaded().effective().settings().stream()
            .filter(it -> it.key().startsWith(prefix))
            .toList();
    if (section.contains(".") || section.equals(Part.STREAMS) || settings.isEmpty()) {
      throw new MalformedException("'section' is no section of the configuration");
    }
    return ApiReply.of(
        new JsonObject()
            .put("section", section)
            .put("settings", ConfigJson.settings(settings, prefix.length())));
  }

  private ApiReply reload() {
    return switch (live.reload("api")) {
      case LiveConfig.Applied applied -> ApiReply.of(ConfigJson.applied(applied));
      case LiveConfig.Refused(List<Problem> problems) ->
          new ApiReply.Problem(REFUSED, ConfigJson.refused(problems, REFUSED));
    };
  }
}
