package dev.sluice.node.api;

import dev.sluice.wire.MalformedException;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** A parameter that may be there several times: what a question names one by one. */
final class Several {
  /** What one question may name. */
  static final int MOST = 100;

  private Several() {}

  /**
   * Its values, in their order; none when it is not there.
   *
   * @throws MalformedException when it is there too often
   */
  static List<String> of(HttpServerRequest request, String name) {
    List<String> values = request.params().getAll(name);
    if (values.size() > MOST) {
      throw new MalformedException("'" + name + "' is there more than " + MOST + " times");
    }
    return values;
  }
}
