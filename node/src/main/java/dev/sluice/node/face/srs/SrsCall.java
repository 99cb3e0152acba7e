package dev.sluice.node.face.srs;

import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One call of SRS's API.
 *
 * @param method GET, POST or DELETE: what is meant, not what HTTP said
 * @param id behind the path; empty when there is none
 */
record SrsCall(HttpServerRequest request, String method, String id) {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");

  /** A parameter; empty when it is not given. */
  String parameter(String name) {
    return Objects.requireNonNullElse(request.getParam(name), "");
  }

  /** A number; {@code otherwise} when none is given. What is no number is 0, as SRS has it. */
  int number(String name, int otherwise) {
    String text = parameter(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    return NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
  }

  /** Whether a client is to be ended. */
  boolean deletes() {
    return method.equals("DELETE");
  }
}
