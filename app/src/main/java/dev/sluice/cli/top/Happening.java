package dev.sluice.cli.top;

import dev.sluice.cli.remote.EventFeed.ServerEvent;
import dev.sluice.cli.remote.Fields;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Something that has happened in a server, as its events tell it. Texts are as the server says
 * them.
 *
 * @param atMs when, UTC in milliseconds by the server's clock; 0 when it does not say
 * @param stream empty when it is about none
 * @param protocol of the client that it is about; empty for none
 * @param address as that
 */
record Happening(Kind kind, long atMs, String stream, String protocol, String address) {
  /** What {@code top} wants to know of. */
  enum Kind {
    STREAM_BEGAN,
    STREAM_ENDED,
    PUBLISH,
    UNPUBLISH,
    SOURCE_SWITCHED,
    CONFIGURED,
    PLAY,
    STOP,
    /** Something is missing. */
    GAP,
    /** Of a server that is newer. */
    OTHER;

    private static Kind of(String label) {
      return switch (label) {
        case "stream-began" -> STREAM_BEGAN;
        case "stream-ended" -> STREAM_ENDED;
        case "publish" -> PUBLISH;
        case "unpublish" -> UNPUBLISH;
        case "source-switched" -> SOURCE_SWITCHED;
        case "configured" -> CONFIGURED;
        case "play" -> PLAY;
        case "stop" -> STOP;
        case "gap", "events-lost" -> GAP;
        default -> OTHER;
      };
    }
  }

  /** The labels of those that are asked for, with commas between them. */
  static final String KINDS =
      "stream-began,stream-ended,publish,unpublish,source-switched,configured,play,stop";

  static Happening of(ServerEvent event) {
    JsonObject data = event.data();
    JsonObject client = Fields.object(data, "client");
    return new Happening(
        Kind.of(Fields.text(data, "kind")),
        millis(Fields.text(data, "time")),
        Fields.text(data, "stream"),
        Fields.text(client, "protocol"),
        Fields.text(client, "address"));
  }

  private static long millis(String time) {
    try {
      return time.isEmpty() ? 0 : Instant.parse(time).toEpochMilli();
    } catch (DateTimeException none) {
      return 0;
    }
  }
}
