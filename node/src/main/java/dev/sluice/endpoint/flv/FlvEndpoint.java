package dev.sluice.endpoint.flv;

import dev.sluice.hub.Client;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.ViewerSink;
import dev.sluice.media.StreamName;
import dev.sluice.net.HttpAnswers;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.ProgressiveResponse;
import dev.sluice.net.RequestToken;
import dev.sluice.net.WebSocketResponse;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /{stream}.flv}, with {@code ?only=audio} or {@code ?only=video} for one kind of tracks
 * and {@code ?token=}. With an upgrade to WebSocket the same bytes come as binary messages. {@code
 * HEAD} tells whether the stream is live.
 *
 * <p>A viewer of a stream that is not there yet waits without an answer, as long as the stream's
 * policy lets it.
 */
public final class FlvEndpoint implements HttpRoutes {
  private static final String SUFFIX = ".flv";
  private static final String CONTENT_TYPE = "video/x-flv";

  /** Of what a player says it is, this much is kept. */
  private static final int MAX_SOFTWARE_CHARS = 200;

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
    StreamName name;
    try {
      name = name(request.path());
    } catch (MalformedException malformed) {
      refuse(request, Reason.NAME_INVALID, String.valueOf(malformed.getMessage()));
      return;
    }
    if (!name.isPublishable()) { // nobody would ever come: no reason to let the viewer wait
      HttpAnswers.refuse(request, Reason.NAME_RESERVED);
      return;
    }
    FlvForm.Media media = media(request.getParam("only"));
    if (media == null) {
      refuse(request, Reason.MALFORMED, "'only' is neither audio nor video");
      return;
    }
    var form = new FlvForm(media);
    if (request.method().equals(HttpMethod.HEAD)) {
      new Look(request, loop).at(hub, name, client(request, "flv"), form);
    } else if (WebSocketResponse.wanted(request)) {
      ProgressiveResponse sink = WebSocketResponse.open(request, loop);
      if (sink != null) {
        watch(name, client(request, "ws-flv"), form, loop, sink);
      }
    } else {
      watch(
          name,
          client(request, "flv"),
          form,
          loop,
          ProgressiveResponse.open(request, loop, CONTENT_TYPE));
    }
  }

  private static void refuse(HttpServerRequest request, Reason reason, String message) {
    HttpAnswers.refuse(request, reason.httpStatus(), reason.label(), message);
  }

  private void watch(
      StreamName name, Client client, FlvForm form, Loop loop, ProgressiveResponse sink) {
    Viewer viewer = hub.watch(name, client, form, loop, sink);
    sink.onLeft(viewer::leave);
  }

  private static StreamName name(@Nullable String path) {
    if (path == null) {
      throw new MalformedException("the request has no path");
    }
    int end = path.endsWith(SUFFIX) ? path.length() - SUFFIX.length() : path.length();
    return StreamName.parse(path.substring(1, end));
  }

  private static FlvForm.@Nullable Media media(@Nullable String only) {
    return switch (only) {
      case null -> FlvForm.Media.ALL;
      case "audio" -> FlvForm.Media.AUDIO;
      case "video" -> FlvForm.Media.VIDEO;
      default -> null;
    };
  }

  private Client client(HttpServerRequest request, String protocol) {
    String software = request.getHeader("User-Agent");
    if (software == null) {
      software = "";
    } else if (software.length() > MAX_SOFTWARE_CHARS) {
      software = software.substring(0, MAX_SOFTWARE_CHARS);
    }
    return new Client(
        connectionIds.get(),
        protocol,
        request.remoteAddress().hostAddress(),
        request.remoteAddress().port(),
        RequestToken.of(request),
        software);
  }

  /** A viewer that only looks whether there is something to see. */
  private static final class Look implements ViewerSink {
    private final HttpServerRequest request;
    private final Loop loop;
    private @Nullable Viewer viewer;

    Look(HttpServerRequest request, Loop loop) {
      this.request = request;
      this.loop = loop;
    }

    void at(Hub hub, StreamName name, Client client, FlvForm form) {
      viewer = hub.watch(name, client, form, loop, this);
    }

    @Override
    public void admitted(boolean live) {
      if (live) {
        request
            .response()
            .putHeader("Content-Type", CONTENT_TYPE)
            .putHeader("Cache-Control", "no-store")
            .end();
      } else {
        HttpAnswers.refuse(request, Reason.NOT_FOUND);
      }
      loop.execute(this::leave); // not from within the hub
    }

    private void leave() {
      if (viewer != null) {
        viewer.leave();
      }
    }

    @Override
    public void begin() {}

    @Override
    public void write(ByteBuf bytes) {
      bytes.release();
    }

    @Override
    public void flush() {}

    @Override
    public long backlogBytes() {
      return 0;
    }

    @Override
    public void ended(Reason reason) {
      HttpAnswers.refuse(request, reason);
    }
  }
}
