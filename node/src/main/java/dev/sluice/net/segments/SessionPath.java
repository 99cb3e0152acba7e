package dev.sluice.net.segments;

import dev.sluice.hub.segments.Sessions;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer who is known asks for: {@code /s/{id}/{stream}/{file}[?{query}]}, as it stands in
 * the request.
 *
 * @param id of the session
 * @param stream name of the stream
 * @param file what is behind the last slash
 * @param query null when there is none
 */
public record SessionPath(String id, String stream, String file, @Nullable String query) {
  private static final String START = "/s/";

  /** Reads one; null when it is something else. */
  public static @Nullable SessionPath read(String target) {
    int mark = target.indexOf('?');
    int end = mark < 0 ? target.length() : mark;
    int idEnd = START.length() + Sessions.ID_CHARS;
    int slash = target.lastIndexOf('/', end - 1);
    if (!target.startsWith(START) || slash <= idEnd || target.charAt(idEnd) != '/') {
      return null;
    }
    return new SessionPath(
        target.substring(START.length(), idEnd),
        target.substring(idEnd + 1, slash),
        target.substring(slash + 1, end),
        mark < 0 ? null : target.substring(mark + 1));
  }
}
