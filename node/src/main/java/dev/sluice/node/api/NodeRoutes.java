package dev.sluice.node.api;

import dev.sluice.access.AccessRules;
import dev.sluice.hub.Loop;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpRoutes;
import dev.sluice.node.metrics.KernelQueues;
import dev.sluice.node.metrics.Vitals;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code GET /sluice/v1/node}: how the node itself is, for who has the token. */
public final class NodeRoutes implements HttpRoutes {
  private static final String NODE = "/sluice/v1/node";
  private static final long NS_PER_MS = 1_000_000;
  private static final double NS_PER_MS_EXACTLY = 1e6;

  private final String version;
  private final Vitals vitals;
  private final HttpGuard guard;

  /**
   * The route.
   *
   * @param version of this program
   */
  public NodeRoutes(String version, Vitals vitals, AccessRules access) {
    this.version = version;
    this.vitals = vitals;
    this.guard = new HttpGuard(access::isToken, access::trusted);
  }

  @Override
  public void mount(Router router, Loop loop) {
    router.route(NODE).handler(guard);
    router
        .get(NODE)
        .handler(
            context -> ApiReply.answer(context, _ -> ApiReply.of(json(version, vitals.now()))));
  }

  private static JsonObject json(String version, Vitals.Figures node) {
    var accounts = new JsonObject();
    long used = 0;
    for (var entry : node.mediaBytes().entrySet()) {
      accounts.put(Vitals.label(entry.getKey()), entry.getValue());
      used += entry.getValue();
    }
    var loops = new JsonArray();
    for (Vitals.LoopFigures loop : node.loops()) {
      loops.add(
          new JsonObject()
              .put("index", loop.index())
              .put("lagMs", loop.lagNs() / NS_PER_MS_EXACTLY)
              .put("queuedTasks", loop.queuedTasks()));
    }
    return new JsonObject()
        .put("version", version)
        .put("startedMs", node.startMs())
        .put("nowMs", node.utcMs())
        .put("upMs", node.upNs() / NS_PER_MS)
        .put("cpuMs", node.cpuNs() < 0 ? null : node.cpuNs() / NS_PER_MS_EXACTLY)
        .put("processors", node.processors())
        .put(
            "heap",
            new JsonObject()
                .put("usedBytes", node.heapBytes())
                .put("maxBytes", node.heapMaxBytes()))
        .put(
            "media",
            new JsonObject()
                .put("usedBytes", used)
                .put("limitBytes", node.mediaLimitBytes())
                .put("accounts", accounts))
        .put("kernel", kernel(node.kernel()))
        .put("loops", loops)
        .put("connections", node.connections())
        .put("streams", node.streams())
        .put("viewersByProtocol", new JsonObject(new TreeMap<>(node.viewers())));
  }

  private static @Nullable JsonObject kernel(@Nullable KernelQueues kernel) {
    return kernel == null
        ? null
        : new JsonObject()
            .put("tcpBytes", kernel.tcpBytes())
            .put("listenOverflows", kernel.listenOverflows())
            .put("listenDrops", kernel.listenDrops());
  }
}
