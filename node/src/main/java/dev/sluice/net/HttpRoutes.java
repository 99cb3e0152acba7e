package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.vertx.ext.web.Router;
import org.jspecify.annotations.Nullable;

/** A face of the HTTP port. Each loop has a router of its own, so a route knows its loop. */
public interface HttpRoutes {

  /**
   * Adds routes to the router of one loop; called once for each loop, before it serves. Handlers
   * run on {@code loop} and must not block; an exception that escapes one is answered with 500.
   */
  void mount(Router router, Loop loop);

  /**
   * What of it is answered before the HTTP stack sees it, on the connections of one loop; null, as
   * it is unless said otherwise, for nothing. Called once for each loop, after {@link #mount}.
   */
  default @Nullable QuickRoute quick(Loop loop) {
    return null;
  }
}
