package dev.sluice.net;

import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.ViewerSink;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A media stream as the body of an HTTP answer. The head is held back until the first byte is
 * there, so that a refusal can still be one.
 *
 * <p>HTTP/1.x: the body ends with the connection, without chunk framing, and goes through a {@link
 * ChannelSeam}, head included; the response object is only read, for the headers that routes have
 * put there. HTTP/2 frames its bodies anyhow and takes {@link Http2Response}.
 */
public sealed interface ProgressiveResponse extends ViewerSink
    permits ProgressiveResponse.Http1, Http2Response, WebSocketResponse {

  /** Sets what to do, once, when the peer has gone of its own accord. */
  void onLeft(Runnable action);

  @Override
  default void admitted(boolean live) {}

  @Override
  default void ended(Reason reason) {
    ended(reason, "");
  }

  @Override
  void ended(Reason reason, String detail);

  /**
   * Prepares an answer; nothing is sent before {@link #begin} or {@link #ended}.
   *
   * @param loop the request's loop, which the caller is on
   */
  static ProgressiveResponse open(HttpServerRequest request, Loop loop, String contentType) {
    HttpServerResponse response = request.response();
    response.putHeader("Content-Type", contentType).putHeader("Cache-Control", "no-store");
    return request.version() == HttpVersion.HTTP_2
        ? new Http2Response(request, loop)
        : new Http1(request, loop);
  }

  /** HTTP/1.0 and 1.1. */
  final class Http1 implements ProgressiveResponse {
    private final HttpServerRequest request;
    private final ChannelSeam seam;
    private boolean begun;

    private Http1(HttpServerRequest request, Loop loop) {
      this.request = request;
      this.seam = ChannelSeam.attach(request, loop);
    }

    @Override
    public void onLeft(Runnable action) {
      seam.onLeft(action);
    }

    ChannelSeam seam() {
      return seam;
    }

    @Override
    public void begin() {
      begun = true;
      seam.open(head(), null);
    }

    private ByteBuf head() {
      var text = new StringBuilder("HTTP/1.1 200 OK\r\n");
      for (Map.Entry<String, String> header : request.response().headers()) {
        text.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
      }
      text.append("Connection: close\r\n\r\n");
      ByteBuf head = seam.channel().alloc().directBuffer(text.length());
      head.writeCharSequence(text, StandardCharsets.ISO_8859_1);
      return head;
    }

    @Override
    public void unsentLimit(long bytes) {
      seam.limitUnsent(bytes);
    }

    @Override
    public void write(ByteBuf bytes) {
      seam.write(bytes);
    }

    @Override
    public void flush() {
      seam.flush();
    }

    @Override
    public void share(ByteBuf bytes) {
      seam.share(bytes);
    }

    @Override
    public long backlogBytes() {
      return seam.backlogBytes();
    }

    @Override
    public void ended(Reason reason, String detail) {
      if (!begun) {
        refuse(request, seam, reason, detail);
      } else if (reason == Reason.TOO_SLOW || reason == Reason.FAILED) {
        seam.abort(); // a reset, since a close would look like the end of the stream
      } else {
        seam.finish();
      }
    }
  }

  /** Answers as an ordinary response, and closes when the connection is of no further use. */
  static void refuse(HttpServerRequest request, ChannelSeam seam, Reason reason, String detail) {
    boolean reusable = seam.detach();
    HttpServerResponse response = request.response();
    if (!reusable) {
      response.putHeader("Connection", "close");
      response.endHandler(_ -> request.connection().close());
    }
    response.headers().remove("Content-Type");
    HttpAnswers.refuse(request, reason, detail);
  }
}
