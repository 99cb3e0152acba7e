package dev.sluice.access;

import org.jspecify.annotations.Nullable;

/**
 * Which sessions are meant: those for which all holds that is not null.
 *
 * @param stream name of the stream
 * @param protocol label of the protocol
 * @param user whom the session was given to
 * @param action what is done
 */
public record SessionFilter(
    @Nullable String stream,
    @Nullable String protocol,
    @Nullable String user,
    @Nullable Action action) {
  /** All of them. */
  public static final SessionFilter ALL = new SessionFilter(null, null, null, null);

  boolean matches(Session session) {
    return (action == null || action == session.action())
        && (protocol == null || protocol.equals(session.client().protocol()))
        && (user == null || user.equals(session.limits().user()))
        && (stream == null || stream.equals(session.stream()));
  }
}
