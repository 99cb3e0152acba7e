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
  private static final int ID_FROM = START.length();
  private static final int ID_END = ID_FROM + Sessions.ID_CHARS;

  /** Reads one; null when it is something else. */
  public static @Nullable SessionPath read(String target) {
    int mark = target.indexOf('?');
    int end = mark < 0 ? target.length() : mark;
    int slash = target.lastIndexOf('/', end - 1);
    if (!target.startsWith(START) || slash <= ID_END || target.charAt(ID_END) != '/') {
      return null;
    }
    return new SessionPath(
        id(target),
        target.substring(ID_END + 1, slash),
        target.substring(slash + 1, end),
        mark < 0 ? null : target.substring(mark + 1));
  }

  /** The identifier in a target of which {@link #read} makes something. */
  public static String id(String target) {
    return target.substring(ID_FROM, ID_END);
  }

  /** Whether such a target has that identifier. */
  public static boolean isOf(String target, String id) {
    return target.startsWith(id, ID_FROM);
  }

  /**
   * Whether two targets ask for the same, whoever asks.
   *
   * @param target any
   * @param known one of which {@link #read} makes something
   */
  public static boolean isSame(String target, String known) {
    return target.length() == known.length()
        && target.startsWith(START)
        && target.regionMatches(ID_END, known, ID_END, known.length() - ID_END);
  }
}
