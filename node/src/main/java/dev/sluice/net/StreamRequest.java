package dev.sluice.net;

import dev.sluice.hub.Client;
import dev.sluice.hub.Form;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Viewer;
import dev.sluice.hub.ViewerSink;
import dev.sluice.media.StreamName;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request for {@code /{stream}.{suffix}}: the way from there to a viewer, which is the same for
 * all forms that are one body without an end.
 */
public final class StreamRequest {
  private final HttpServerRequest request;
  private final Loop loop;
  private final StreamName name;

  private StreamRequest(HttpServerRequest request, Loop loop, StreamName name) {
    this.request = request;
    this.loop = loop;
    this.name = name;
  }

  /**
   * Reads the stream's name.
   *
   * @param hub knows which virtual hosts there are
   * @param loop the request's loop, which the caller is on
   * @param suffix what follows the name, the dot included
   * @return null, with the request refused, when it is no name that could ever be published
   */
  public static @Nullable StreamRequest of(
      HttpServerRequest request, Hub hub, Loop loop, String suffix) {
    StreamName name;
    try {
      name = hub.virtualHosts().named(name(request.path(), suffix), RequestHost.of(request));
    } catch (MalformedException malformed) {
      refuse(request, Reason.NAME_INVALID, String.valueOf(malformed.getMessage()));
      return null;
    }
    if (!name.isPublishable()) { // nobody would ever come: no reason to let the viewer wait
      HttpAnswers.refuse(request, Reason.NAME_RESERVED);
      return null;
    }
    return new StreamRequest(request, loop, name);
  }

  private static StreamName name(@Nullable String path, String suffix) {
    if (path == null) {
      throw new MalformedException("the request has no path");
    }
    int end = path.endsWith(suffix) ? path.length() - suffix.length() : path.length();
    return StreamName.parse(path.substring(1, end));
  }

  private static void refuse(HttpServerRequest request, Reason reason, String message) {
    HttpAnswers.refuse(request, reason.httpStatus(), reason.label(), message);
  }

  /** Refuses with a message of the caller's. */
  public void refuse(Reason reason, String message) {
    refuse(request, reason, message);
  }

  /**
   * Answers {@code GET} with the stream, and {@code HEAD} with whether it is there.
   *
   * @param id names the viewer's connection
   * @param protocol label of the protocol
   */
  public void answer(Hub hub, String id, String protocol, Form form, String contentType) {
    if (request.method().equals(HttpMethod.HEAD)) {
      new Look(contentType).at(hub, RequestClient.of(request, id, protocol), form);
    } else {
      watch(hub, id, protocol, form, ProgressiveResponse.open(request, loop, contentType));
    }
  }

  /** Lets {@code sink} watch the stream. */
  public void watch(Hub hub, String id, String protocol, Form form, ProgressiveResponse sink) {
    Viewer viewer = hub.watch(name, RequestClient.of(request, id, protocol), form, loop, sink);
    sink.onLeft(viewer::leave);
  }

  /** A viewer that only looks whether there is something to see. */
  private final class Look implements ViewerSink {
    private final String contentType;
    private @Nullable Viewer viewer;

    Look(String contentType) {
      this.contentType = contentType;
    }

    void at(Hub hub, Client client, Form form) {
      viewer = hub.watch(name, client, form, loop, this);
    }

    @Override
    public void admitted(boolean live) {
      if (live) {
        request
            .response()
            .putHeader("Content-Type", contentType)
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
      ended(reason, "");
    }

    @Override
    public void ended(Reason reason, String detail) {
      HttpAnswers.refuse(request, reason, detail);
    }
  }
}
