package dev.sluice.endpoint.audio;

import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.StreamRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/**
 * {@code GET /{stream}.aac} and {@code GET /{stream}.mp3}, with {@code ?token=}. {@code HEAD} tells
 * whether the stream is live and has such sound.
 *
 * <p>A listener of a stream that is not there yet waits without an answer, as long as the stream's
 * policy lets it.
 */
public final class AudioEndpoint implements HttpRoutes {
  private final Hub hub;
  private final Supplier<String> connectionIds;

  /**
   * An endpoint for the streams of {@code hub}.
   *
   * @param connectionIds a new identifier for each listener; called on any loop
   */
  public AudioEndpoint(Hub hub, Supplier<String> connectionIds) {
    this.hub = hub;
    this.connectionIds = connectionIds;
  }

  @Override
  public void mount(Router router, Loop loop) {
    for (AudioForm form : AudioForm.values()) {
      router
          .routeWithRegex(".+\\" + form.suffix())
          .method(HttpMethod.GET)
          .method(HttpMethod.HEAD)
          .handler(context -> serve(context, loop, form));
    }
  }

  private void serve(RoutingContext context, Loop loop, AudioForm form) {
    StreamRequest stream = StreamRequest.of(context.request(), hub, loop, form.suffix());
    if (stream != null) {
      stream.answer(hub, connectionIds.get(), form.key(), form, form.contentType());
    }
  }
}
