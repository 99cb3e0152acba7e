package dev.sluice.node.api;

import dev.sluice.hub.Reason;
import dev.sluice.net.HttpAnswers;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Refuses paths whose stream is not written as a stream's name is. The router goes by what it has
 * put right: {@code a//b}, {@code a/./b} and {@code a/x/../b} are {@code a/b} to it, and so
 * somebody would end another stream than he has named.
 */
final class WrittenName implements Handler<RoutingContext> {
  private static final Pattern HEAD = Pattern.compile("/+sluice/+v1/+(?:config/+)?streams(?:/|$)");

  /** An element that the router leaves out, also with dots that are escaped. */
  private static final Pattern LEFT_OUT = Pattern.compile("(?:\\.|%2[eE]){0,2}");

  @Override
  public void handle(RoutingContext context) {
    String path = String.valueOf(context.request().path());
    Matcher head = HEAD.matcher(path);
    String name = head.lookingAt() ? path.substring(head.end()) : path;
    if (!name.isEmpty() && Stream.of(name.split("/", -1)).anyMatch(LEFT_OUT.asMatchPredicate())) {
      HttpAnswers.refuse(
          context.request(), Reason.NAME_INVALID, "it has an element that is empty or only dots");
    } else {
      context.next();
    }
  }
}
