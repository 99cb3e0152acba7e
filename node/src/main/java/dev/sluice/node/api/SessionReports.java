package dev.sluice.node.api;

import dev.sluice.access.Limits;
import dev.sluice.access.Session;
import dev.sluice.access.SessionBook;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Visit;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sessions as the API writes them: their loops are asked, one task each. Control plane only. */
public final class SessionReports {
  private static final long NS_PER_MS = 1_000_000;

  /** Before so long a rate says nothing: 1 s. */
  private static final long MIN_RATE_NS = 1_000_000_000;

  private final SessionBook book;

  SessionReports(SessionBook book) {
    this.book = book;
  }

  /** Of a session in figures, and which one. */
  private record Told(Session session, Visit.Figures figures) {}

  /** In the order given; figures of those whose loop does not answer are missing. */
  List<JsonObject> of(List<Session> sessions) {
    Map<Session, Visit.Figures> figures = figures(sessions);
    return sessions.stream().map(session -> json(session, figures.get(session))).toList();
  }

  /** What sessions have come to; those whose loop does not answer are missing. */
  public static Map<Session, Visit.Figures> figures(List<Session> sessions) {
    Map<Loop, List<Session>> byLoop = new HashMap<>();
    for (Session session : sessions) {
      byLoop.computeIfAbsent(session.visit().loop(), _ -> new ArrayList<>()).add(session);
    }
    List<List<Told>> answers =
        Ask.each(
            List.copyOf(byLoop.entrySet()),
            entry ->
                Ask.on(
                    entry.getKey(),
                    () ->
                        entry.getValue().stream()
                            .map(each -> new Told(each, each.visit().figures()))
                            .toList()));
    Map<Session, Visit.Figures> figures = new HashMap<>();
    answers.forEach(all -> all.forEach(told -> figures.put(told.session, told.figures)));
    return figures;
  }

  private JsonObject json(Session session, Visit.@Nullable Figures figures) {
    Client client = session.client();
    Limits limits = session.limits();
    return new JsonObject()
        .put("id", book.id(session))
        .put("connection", client.connectionId())
        .put("stream", session.stream())
        .put("action", session.action().label())
        .put("protocol", client.protocol())
        .put("address", client.address())
        .put("port", client.port())
        .put("agent", client.software())
        .put("user", limits.user().isEmpty() ? null : limits.user())
        .put("tokenId", limits.tokenId().isEmpty() ? null : limits.tokenId())
        .put("rule", session.decision().rule())
        .put("startMs", session.startMs())
        .put("untilMs", limits.untilMs() == Limits.NEVER ? null : limits.untilMs())
        .put("maxSessions", limits.maxSessions() == 0 ? null : limits.maxSessions())
        .put("state", figures == null ? null : figures.state())
        .put("bytesIn", figures == null ? null : figures.bytesIn())
        .put("bytesOut", figures == null ? null : figures.bytesOut())
        .put("backlogBytes", figures == null ? null : figures.backlogBytes())
        .put("skips", figures == null ? null : figures.skips())
        .put("delayMs", figures == null ? null : delayMs(session, figures));
  }

  /** How long what is unsent would take at the rate so far; null where that says nothing. */
  private static @Nullable Long delayMs(Session session, Visit.Figures figures) {
    boolean sent = !session.visit().publishes() && !session.fetches();
    boolean known = figures.sinceNs() >= MIN_RATE_NS && figures.bytesOut() > 0;
    if (!sent || !known) {
      return null;
    }
    double perByte = (double) figures.sinceNs() / figures.bytesOut();
    return Math.round(figures.backlogBytes() * perByte / NS_PER_MS);
  }
}
