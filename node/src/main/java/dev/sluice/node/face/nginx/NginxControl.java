package dev.sluice.node.face.nginx;

import dev.sluice.access.Action;
import dev.sluice.access.Session;
import dev.sluice.access.SessionBook;
import dev.sluice.access.SessionFilter;
import dev.sluice.access.backend.Place;
import dev.sluice.media.StreamName;
import dev.sluice.wire.MalformedException;
import io.vertx.core.MultiMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code rtmp_control}: {@code drop} ends publishers and viewers, {@code redirect} gives players of
 * RTMP another stream. {@code record} is not there.
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
      case "redirect" -> redirect(method, given);
      default -> new Reply(404, "there is no " + section);
    };
  }

  private Reply drop(String method, MultiMap given) {
    return count(method, given, book::kick);
  }

  /** The others have no way to be told, or, as publishers, would have to begin anew. */
  private Reply redirect(String method, MultiMap given) {
    String name = value(given, "newname");
    if (method.equals("publisher")) {
      return new Reply(501, "publishers are not moved to other streams by this server");
    }
    if (name.isEmpty()) {
      return new Reply(400, "'newname' is not given");
    }
    if (!isName(name)) {
      return new Reply(400, "'newname' cannot be the name of a stream");
    }
    return count(method, given, session -> move(session, name));
  }

  private static boolean isName(String name) {
    try {
      return !new StreamName("", name).path().isEmpty();
    } catch (MalformedException invalid) {
      return false;
    }
  }

  /** The new name stands for the last element of the old one. */
  private static boolean move(Session session, String name) {
    StreamName from = session.visit().name();
    String app = from.path().substring(0, from.path().lastIndexOf('/') + 1);
    StreamName to;
    try {
      to = new StreamName(from.vhost(), app + name).requirePublishable();
    } catch (MalformedException reserved) {
      return false;
    }
    return session.action() == Action.PLAY && session.visit().moveTo(to);
  }

  /** Does something with all whom it is about, and counts for how many that could be done. */
  private Reply count(String method, MultiMap given, Predicate<Session> doing) {
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
    int count = 0;
    for (Session session : book.list(SessionFilter.ALL, 0, Integer.MAX_VALUE).sessions()) {
      if (filter.matches(session) && doing.test(session)) {
        count++;
      }
    }
    return new Reply(200, Integer.toString(count));
  }

  private static String value(MultiMap given, String name) {
    String value = given.get(name);
    return value == null ? "" : value;
  }
}
