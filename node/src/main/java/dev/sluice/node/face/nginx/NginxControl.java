package dev.sluice.node.face.nginx;

import dev.sluice.access.Action;
import dev.sluice.access.Session;
import dev.sluice.access.SessionBook;
import dev.sluice.access.SessionFilter;
import dev.sluice.access.backend.Place;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code rtmp_control}: {@code drop} ends publishers and viewers. {@code record} and {@code
 * redirect} are not there.
 */
final class NginxControl {
  private final SessionBook book;

  /** Ends sessions of {@code book}. */
  NginxControl(SessionBook book) {
    this.book = book;
  }

  /**
   * What is answered.
   *
   * @param text for people, or the number of clients that it was about
   */
  record Reply(int status, String text) {}

  /**
   * Whom it is about: those of whom all holds that is not empty.
   *
   * @param action null for both
   */
  private record Filter(
      @Nullable Action action, String app, String name, String address, String client) {
    boolean matches(Session session) {
      Place place = Place.of(session.visit().name());
      return (action == null || action == session.action())
          && place.vhost().equals(Place.NO_VHOST)
          && is(app, place.app())
          && is(name, place.stream())
          && is(address, session.client().address())
          && is(client, session.client().connectionId());
    }

    private static boolean is(String wanted, String found) {
      return wanted.isEmpty() || wanted.equals(found);
    }
  }

  /** Does what {@code section/method} says. */
  Reply run(String section, String method, MultiMap given) {
    return switch (section) {
      case "drop" -> drop(method, given);
      case "record" -> new Reply(501, "nothing is recorded by this server");
      case "redirect" -> new Reply(501, "clients are not moved to other streams by this server");
      default -> new Reply(404, "there is no " + section);
    };
  }

  private Reply drop(String method, MultiMap given) {
    Action action;
    switch (method) {
      case "publisher" -> action = Action.PUBLISH;
      case "subscriber" -> action = Action.PLAY;
      case "client" -> action = null;
      default -> {
        return new Reply(404, "there is no such method: publisher, subscriber and client are");
      }
    }
    if (!value(given, "srv").matches("0?")) {
      return new Reply(400, "'srv' is not 0: streams of vhosts are ended at /sluice/v1/sessions");
    }
    var filter =
        new Filter(
            action,
            value(given, "app"),
            value(given, "name"),
            value(given, "addr"),
            value(given, "clientid"));
    if (filter.app.isEmpty() && filter.client.isEmpty()) {
      return new Reply(400, "neither 'app' nor 'clientid' is given: that would be everybody");
    }
    int dropped = 0;
    for (Session session : book.list(SessionFilter.ALL, 0, Integer.MAX_VALUE).sessions()) {
      if (filter.matches(session) && book.kick(session)) {
        dropped++;
      }
    }
    return new Reply(200, Integer.toString(dropped));
  }

  private static String value(MultiMap given, String name) {
    String value = given.get(name);
    return value == null ? "" : value;
  }
}
