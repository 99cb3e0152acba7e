package dev.sluice.endpoint.ts;

import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.media.MediaChoice;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.StreamRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.function.Supplier;

/**
 * {@code GET /{stream}.ts}, with {@code ?only=audio} or {@code ?only=video} for one kind of tracks
 * and {@code ?token=}. {@code HEAD} tells whether the stream is live.
 *
 * <p>A viewer of a stream that is not there yet waits without an answer, as long as the stream's
 * policy lets it.
 */
public final class TsEndpoint implements HttpRoutes {
  private static final String SUFFIX = ".ts";
  private static final String CONTENT_TYPE = "video/mp2t";

  private final Hub hub;
  private final Supplier<String> connectionIds;

  /**
   * An endpoint for the streams of {@code hub}.
   *
   * @param connectionIds a new identifier for each viewer; called on any loop
   */
  public TsEndpoint(Hub hub, Supplier<String> connectionIds) {
    this.hub = hub;
    this.connectionIds = connectionIds;
  }

  @Override
  public void mount(Router router, Loop loop) {
    router
        .routeWithRegex(".+\\.ts")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> serve(context.request(), loop));
  }

  private void serve(HttpServerRequest request, Loop loop) {
    StreamRequest stream = StreamRequest.of(request, hub, loop, SUFFIX);
    if (stream == null) {
      return;
    }
    MediaChoice choice = MediaChoice.of(request.getParam("only"));
    if (choice == null) {
      stream.refuse(Reason.MALFORMED, "'only' is neither audio nor video");
      return;
    }
    stream.answer(hub, connectionIds.get(), "ts", new TsForm(choice), CONTENT_TYPE);
  }
}
