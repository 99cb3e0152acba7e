package dev.sluice.net;

import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/**
 * A media stream over one HTTP/2 stream, by Vert.x's own writing, which shares the connection
 * fairly; what it has not yet reported as written is the backlog.
 */
final class Http2Response implements ProgressiveResponse {
  /** {@code CANCEL}, RFC 9113 section 7. */
  private static final long CANCEL = 8;

  /** {@code INTERNAL_ERROR}, RFC 9113 section 7. */
  private static final long INTERNAL_ERROR = 2;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Loop loop;
  private final Runnable excused;
  private Runnable left = () -> {};
  private long backlogBytes;
  private boolean begun;
  private boolean ended;
  private Loop.@Nullable Timer lastBytes;

  Http2Response(HttpServerRequest request, Loop loop) {
    this.request = request;
    this.response = request.response();
    this.loop = loop;
    this.excused = Http2Idle.excuse(((ConnectionBase) request.connection()).channel());
    response.exceptionHandler(_ -> leave());
    response.closeHandler(_ -> leave());
  }

  @Override
  public void onLeft(Runnable action) {
    left = action;
  }

  private void leave() {
    Runnable action = left;
    left = () -> {};
    if (lastBytes != null) {
      lastBytes.cancel();
      lastBytes = null;
    }
    if (!ended) {
      ended = true;
      excused.run();
      action.run();
    }
  }

  @Override
  public void begin() {
    begun = true;
  }

  @Override
  public void write(ByteBuf bytes) {
    if (ended) {
      bytes.release();
      return;
    }
    int size = bytes.readableBytes();
    backlogBytes += size;
    // Vert.x releases nothing that it was given in a buffer of its own
    response
        .write(BufferInternal.buffer(bytes))
        .onComplete(_ -> {
          backlogBytes -= size;
          bytes.release();
        });
  }

  @Override
  public void flush() {}

  @Override
  public long backlogBytes() {
    return backlogBytes;
  }

  @Override
  public void ended(Reason reason, String detail) {
    if (ended) {
      return;
    }
    ended = true;
    excused.run();
    if (!begun) {
      response.headers().remove("Content-Type");
      HttpAnswers.refuse(request, reason, detail);
    } else if (reason == Reason.TOO_SLOW) {
      response.reset(CANCEL);
    } else if (reason == Reason.FAILED) {
      response.reset(INTERNAL_ERROR);
    } else {
      lastBytes = loop.schedule(() -> response.reset(CANCEL), ChannelSeam.LAST_BYTES_NS);
      response.end();
    }
  }
}
