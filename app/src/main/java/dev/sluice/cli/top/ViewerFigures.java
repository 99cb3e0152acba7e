package dev.sluice.cli.top;

import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.Fields;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A viewer as {@code GET /sluice/v1/sessions} tells him. Texts are as the server says them.
 *
 * @param ageMs how long he has been there
 * @param delayMs how long what he has not taken would take; not a number where that is not known
 */
public record ViewerFigures(
    String id,
    String stream,
    String protocol,
    String address,
    String user,
    String agent,
    String state,
    long ageMs,
    long bytesOut,
    long backlogBytes,
    long skips,
    double delayMs) {

  /**
   * The path that asks for them.
   *
   * @param stream null for all streams
   * @param limit how many at most
   */
  public static String query(@Nullable String stream, int limit) {
    String path = "/sluice/v1/sessions?action=play&limit=" + limit;
    return stream == null ? path : path + "&stream=" + Api.encoded(stream);
  }

  /**
   * The viewers of an answer.
   *
   * @param nowMs UTC in milliseconds by the server's clock, which their ages go by
   */
  public static List<ViewerFigures> list(JsonObject answer, long nowMs) {
    return Fields.objects(answer, "sessions").stream().map(each -> of(each, nowMs)).toList();
  }

  private static ViewerFigures of(JsonObject session, long nowMs) {
    return new ViewerFigures(
        Fields.text(session, "id"),
        Fields.text(session, "stream"),
        Fields.text(session, "protocol"),
        Fields.text(session, "address"),
        Fields.text(session, "user"),
        Fields.text(session, "agent"),
        Fields.text(session, "state"),
        Math.max(0, nowMs - Fields.whole(session, "startMs")),
        Fields.whole(session, "bytesOut"),
        Fields.whole(session, "backlogBytes"),
        Fields.whole(session, "skips"),
        Fields.number(session, "delayMs"));
  }
}
