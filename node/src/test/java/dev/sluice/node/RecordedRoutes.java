package dev.sluice.node;

import dev.sluice.hub.Loop;
import dev.sluice.net.HttpRoutes;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What faces mount, as they say it to a router that only writes it down. */
final class RecordedRoutes {
  /** What stands before the end of everything that belongs to a session of segments. */
  private static final String OF_SEGMENTS = "(?:/s/([A-Za-z0-9_-]{";

  private final List<Recorded> routes = new ArrayList<>();

  /** One route; it has no methods when it is for all of them, as what guards others is. */
  private record Recorded(Set<String> verbs, String path) {}

  private RecordedRoutes() {}

  /**
   * The routes of {@code faces}: {@code GET /path}, {@code * /path} for one of all methods. Names
   * of parameters stand in braces, the name of a stream in front of something is {@code {stream}}.
   */
  static Set<String> of(List<HttpRoutes> faces, Loop loop) {
    var recorded = new RecordedRoutes();
    faces.forEach(face -> face.mount(recorded.router(), loop));
    Set<String> all = new TreeSet<>();
    for (Recorded route : recorded.routes) {
      for (String verb : route.verbs.isEmpty() ? Set.of("*") : route.verbs) {
        all.add(verb + " " + route.path);
      }
    }
    return all;
  }

  private Router router() {
    return (Router)
        Proxy.newProxyInstance(
            Router.class.getClassLoader(),
            new Class<?>[] {Router.class},
            (_, method, arguments) -> {
              String verb = method.getName().replace("WithRegex", "").toUpperCase(Locale.ROOT);
              var route = new Recorded(new TreeSet<>(), path(String.valueOf(arguments[0])));
              if (!verb.equals("ROUTE")) {
                HttpMethod.valueOf(verb); // nothing else is asked of a router
                route.verbs.add(verb);
              }
              routes.add(route);
              return route(route);
            });
  }

  private static Route route(Recorded recorded) {
    Route[] self = new Route[1];
    self[0] =
        (Route)
            Proxy.newProxyInstance(
                Route.class.getClassLoader(),
                new Class<?>[] {Route.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("method")) {
                    recorded.verbs.add(((HttpMethod) arguments[0]).name());
                  }
                  return self[0];
                });
    return self[0];
  }

  private static String path(String text) {
    String path = text;
    if (path.startsWith(OF_SEGMENTS)) {
      path = "{stream}" + path.substring(path.indexOf("/(.+)") + 5);
    }
    return path.replaceAll("\\(\\?<(\\w+)>[^)]*\\)", "{$1}").replaceAll("/:(\\w+)", "/{$1}");
  }
}
