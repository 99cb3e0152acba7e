package dev.sluice.net.segments;

import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.segments.Sessions;
import dev.sluice.net.HttpAnswers;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request, given from any loop and sent on the request's. What may be cached is
 * said so: media for ever, since they never change, texts for as long as they are true, and
 * refusals never.
 */
public final class SegmentAnswer {
  /** {@code Cache-Control} of media. */
  static final String FOR_EVER = "public, max-age=31536000, immutable";

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,15})-(\\d{0,15})");

  private final HttpServerRequest request;
  private final Loop loop;
  private final Sessions.@Nullable Session session;

  /** {@code session} is told what it is served; null when nobody is counted. */
  SegmentAnswer(HttpServerRequest request, Loop loop, Sessions.@Nullable Session session) {
    this.request = request;
    this.loop = loop;
    this.session = session;
  }

  void count(long bytes) {
    if (session != null) {
      session.served(bytes);
    }
  }

  boolean gone() {
    HttpServerResponse response = request.response();
    return response.ended() || response.closed() || response.headWritten();
  }

  /** Refuses. */
  public void refuse(Reason reason, String detail) {
    loop.run(() -> HttpAnswers.refuse(request, reason, detail));
  }

  /** Refuses with a status of the caller's. */
  public void refuse(int status, String label, String message) {
    loop.run(() -> HttpAnswers.refuse(request, status, label, message));
  }

  /** Refuses what is not among the segments that can be had. */
  public void refuseAsGone() {
    refuse(Reason.NOT_FOUND, "there is no such segment, or no longer");
  }

  /** Refuses a segment that was waited for. */
  public void refuseAsLate() {
    refuse(503, "not-in-time", "the segment has not come in time");
  }

  /**
   * Sends a text. Segments' loop.
   *
   * @param caching the value of {@code Cache-Control}
   */
  public void text(Texts.Text text, String contentType, String caching) {
    String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
    boolean wantsGzip = accepted != null && accepted.contains("gzip");
    Buffer gzip = wantsGzip ? text.gzip() : null;
    Buffer body = gzip == null ? text.plain() : gzip;
    loop.run(() -> {
      if (gone()) {
        return;
      }
      HttpServerResponse response =
          request
              .response()
              .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
              .putHeader(HttpHeaders.CACHE_CONTROL, caching)
              .putHeader(HttpHeaders.VARY, "Accept-Encoding");
      if (gzip != null) {
        response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
      }
      count(body.length());
      HttpAnswers.end(request, body);
    });
  }

  /** Whether a viewer asks who has a session. */
  public boolean isOfViewer() {
    return session != null;
  }

  /** Sends a key: to this viewer alone, whoever stands in between. */
  public void key(Bytes key) {
    loop.run(() -> {
      if (gone()) {
        return;
      }
      request
          .response()
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
          .putHeader(HttpHeaders.CACHE_CONTROL, "private, no-store");
      count(key.size());
      HttpAnswers.end(request, Buffer.buffer(key.toArray()));
    });
  }

  /**
   * Sends media, or the range of them that was asked for.
   *
   * @param bytes owned by this
   */
  public void media(ByteBuf bytes, String contentType) {
    loop.run(() -> {
      if (gone()) {
        bytes.release();
        return;
      }
      send(mediaHead(contentType).putHeader("Accept-Ranges", "bytes"), bytes);
    });
  }

  private HttpServerResponse mediaHead(String contentType) {
    return request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
        .putHeader(HttpHeaders.CACHE_CONTROL, FOR_EVER);
  }

  /** Whether media can be sent while they are made: HTTP/1.0 wants to know their length. */
  boolean canGrow() {
    return request.version() != HttpVersion.HTTP_1_0;
  }

  /** Begins to send media that are being made. Segments' loop. */
  GrowingAnswer grow(String contentType) {
    var growing = new GrowingAnswer(this, request, loop);
    loop.run(() -> {
      if (gone()) {
        growing.leave();
      } else {
        mediaHead(contentType);
        growing.begin();
      }
    });
    return growing;
  }

  private void send(HttpServerResponse response, ByteBuf bytes) {
    int size = bytes.readableBytes();
    int[] range = range(request.getHeader("Range"), size);
    ByteBuf sent = bytes;
    if (range != null && range.length == 0) {
      bytes.release();
      response.putHeader("Content-Range", "bytes */" + size);
      response.setStatusCode(416).end();
      return;
    }
    if (range != null) {
      sent = bytes.slice(bytes.readerIndex() + range[0], range[1] - range[0] + 1);
      response
          .setStatusCode(206)
          .putHeader("Content-Range", "bytes " + range[0] + "-" + range[1] + "/" + size);
    }
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(sent.readableBytes()));
    if (request.method().equals(HttpMethod.HEAD)) {
      bytes.release();
      response.end();
      return;
    }
    count(sent.readableBytes());
    // Vert.x releases nothing that it was given in a buffer of its own
    response.end(BufferInternal.buffer(sent)).onComplete(_ -> bytes.release());
  }

  /**
   * First and last byte of the one range that a header asks for (RFC 9110, section 14.1.2).
   *
   * @return null when the whole is to be sent, nothing in it when the range is not there
   */
  static int @Nullable [] range(@Nullable String header, int size) {
    Matcher matcher = header == null ? null : RANGE.matcher(header);
    if (matcher == null || !matcher.matches()) {
      return null; // several ranges, or another unit: not understood, so passed over
    }
    String from = matcher.group(1);
    String to = matcher.group(2);
    if (from.isEmpty() && to.isEmpty()) {
      return null;
    }
    long first = from.isEmpty() ? Math.max(0, size - Long.parseLong(to)) : Long.parseLong(from);
    long last = from.isEmpty() || to.isEmpty() ? size - 1 : Long.parseLong(to);
    last = Math.min(last, size - 1);
    return first > last ? new int[0] : new int[] {(int) first, (int) last};
  }
}
