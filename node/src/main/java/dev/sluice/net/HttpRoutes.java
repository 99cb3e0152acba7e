package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.vertx.ext.web.Router;

/** A face of the HTTP port. Each loop has a router of its own, so a route knows its loop. */
public interface HttpRoutes {

  /**
   * Adds routes to the router of one loop; called once for each loop, before it serves. Handlers
   * run on {@code loop} and must not block; an exception that escapes one is answered with 500.
   */
  void mount(Router router, Loop loop);
}
