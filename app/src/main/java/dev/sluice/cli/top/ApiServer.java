package dev.sluice.cli.top;

import dev.sluice.cli.remote.Api;
import dev.sluice.cli.remote.EventFeed;
import dev.sluice.cli.remote.Fields;
import dev.sluice.cli.remote.ToolFailure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A server that is asked over its API: two requests for a snapshot, three with viewers; for a look
 * one and one more each for streams, for viewers and for an audience.
 */
final class ApiServer implements Server {
  /** Viewers that are fetched: as many as one page of the API has. */
  static final int VIEWERS = 1_000;

  private final Api api;

  ApiServer(Api api) {
    this.api = api;
  }

  @Override
  public String name() {
    return api.server().toString();
  }

  @Override
  public Snapshot snapshot(@Nullable String audience) throws ToolFailure {
    NodeFigures node = NodeFigures.of(api.get("/sluice/v1/node"));
    JsonObject streams = api.get("/sluice/v1/streams");
    long atNs = System.nanoTime();
    return new Snapshot(
        atNs,
        node,
        StreamFigures.list(streams),
        audience == null ? null : audience(audience, node.nowMs()));
  }

  @Override
  public Look look(List<String> streams, @Nullable String audience, List<String> viewers)
      throws ToolFailure {
    NodeFigures node = NodeFigures.of(api.get("/sluice/v1/node"));
    List<StreamFigures> figures =
        streams.isEmpty()
            ? List.of()
            : StreamFigures.list(api.get("/sluice/v1/streams?" + query("name", streams)));
    Look look = Look.of(System.nanoTime(), node, streams, figures);
    if (audience != null) {
      return look.with(audience(audience, node.nowMs()));
    }
    if (viewers.isEmpty()) {
      return look;
    }
    JsonObject told = api.get("/sluice/v1/sessions?" + query("id", viewers));
    return look.with(viewers, ViewerFigures.list(told, node.nowMs()));
  }

  private static String query(String name, List<String> values) {
    return values.stream()
        .map(value -> name + "=" + Api.encoded(value))
        .collect(Collectors.joining("&"));
  }

  @Override
  public EventFeed listen(@Nullable String after) throws ToolFailure {
    return api.listen(Happening.KINDS, after);
  }

  private Snapshot.Audience audience(String stream, long nowMs) throws ToolFailure {
    JsonObject answer = api.get(ViewerFigures.query(stream, VIEWERS));
    return new Snapshot.Audience(
        stream, ViewerFigures.list(answer, nowMs), Fields.whole(answer, "total"));
  }

  @Override
  public String kick(String id) throws ToolFailure {
    Api.Answer answer = api.send("DELETE", "/sluice/v1/sessions/" + Api.encoded(id));
    return switch (answer.status()) {
      case 204 -> "session " + id + " has been told to end";
      case 404 -> "there is no session " + id + " any more";
      default -> "the server does not end session " + id + ": " + answer.message();
    };
  }
}
