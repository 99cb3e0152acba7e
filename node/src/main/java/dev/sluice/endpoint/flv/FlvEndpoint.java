package dev.sluice.endpoint.flv;

import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.media.MediaChoice;
import dev.sluice.mux.flv.FlvDialect;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.ProgressiveResponse;
import dev.sluice.net.StreamRequest;
import dev.sluice.net.WebSocketResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /{stream}.flv}, with {@code ?only=audio} or {@code ?only=video} for one kind of
 * tracks, {@code ?dialect=legacy}, {@code fourcc} or {@code multitrack} for what the player
 * understands, and {@code ?token=}. With an upgrade to WebSocket the same bytes come as binary
 * messages. {@code HEAD} tells whether the stream is live.
 *
 * <p>A viewer of a stream that is not there yet waits without an answer, as long as the stream's
 * policy lets it.
 */
public final class FlvEndpoint implements HttpRoutes {
  private static final String SUFFIX = ".flv";
  private static final String CONTENT_TYPE = "video/x-flv";

  private final Hub hub;
  private final Supplier<String> connectionIds;

  /**
   * An endpoint for the streams of {@code hub}.
   *
   * @param connectionIds a new identifier for each viewer; called on any loop
   */
  public FlvEndpoint(Hub hub, Supplier<String> connectionIds) {
    this.hub = hub;
    this.connectionIds = connectionIds;
  }

  @Override
  public void mount(Router router, Loop loop) {
    router
        .routeWithRegex(".+\\.flv")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> serve(context, loop));
  }

  private void serve(RoutingContext context, Loop loop) {
    HttpServerRequest request = context.request();
    StreamRequest stream = StreamRequest.of(request, hub, loop, SUFFIX);
    if (stream == null) {
      return;
    }
    MediaChoice media = MediaChoice.of(request.getParam("only"));
    if (media == null) {
      stream.refuse(Reason.MALFORMED, "'only' is neither audio nor video");
      return;
    }
    FlvDialect dialect = dialect(request.getParam("dialect"));
    if (dialect == null) {
      stream.refuse(Reason.MALFORMED, "'dialect' is none of legacy, fourcc, multitrack");
      return;
    }
    var form = new FlvForm(dialect, media);
    if (!request.method().equals(HttpMethod.HEAD) && WebSocketResponse.wanted(request)) {
      ProgressiveResponse sink = WebSocketResponse.open(request, loop);
      if (sink != null) {
        stream.watch(hub, connectionIds.get(), "ws-flv", form, sink);
      }
    } else {
      stream.answer(hub, connectionIds.get(), "flv", form, CONTENT_TYPE);
    }
  }

  /**
   * Nobody asks a player over HTTP what it understands. By default the codecs of old come in the
   * old form, which all play, and the others by FourCC, since who cannot play that cannot play
   * them.
   */
  private static @Nullable FlvDialect dialect(@Nullable String name) {
    return name == null ? FlvDialect.FOURCC : FlvDialect.named(name);
  }
}
