package dev.sluice.net.segments;

import dev.sluice.hub.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/**
 * A body whose length nobody knows yet: chunks over HTTP/1.1, frames over HTTP/2. Methods of the
 * segments' loop hand over to the request's.
 *
 * <p>What a peer that does not read makes wait is what is left of one segment, in memory that it
 * shares with all others; and it has to read something every {@link #STALLED_NS}. An answer that
 * cannot be finished is broken off, so that nobody takes it for whole.
 */
final class GrowingAnswer {
  /** A peer that has taken nothing for so long, while something was there, has gone: 10 s. */
  static final long STALLED_NS = 10_000_000_000L;

  /** {@code CANCEL}, RFC 9113 section 7; over HTTP/1.1 the connection is closed. */
  private static final long CANCEL = 8;

  private final SegmentAnswer answer;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Loop loop;

  private volatile boolean over;

  // on the request's loop
  private long unsentBytes;
  private long progressNs;
  private Loop.@Nullable Timer check;

  GrowingAnswer(SegmentAnswer answer, HttpServerRequest request, Loop loop) {
    this.answer = answer;
    this.request = request;
    this.response = request.response();
    this.loop = loop;
  }

  /** Sends the head, which is complete. The request's loop. */
  void begin() {
    if (request.method().equals(HttpMethod.HEAD)) {
      over = true;
      response.end();
      return;
    }
    response.setChunked(true);
    response.exceptionHandler(_ -> leave());
    response.closeHandler(_ -> leave());
  }

  /** Whether nothing more is wanted: it is sent, broken off, or the peer has gone. Any thread. */
  boolean over() {
    return over;
  }

  /** Sends the next bytes, which are owned by this. Segments' loop. */
  void add(ByteBuf bytes) {
    loop.run(() -> write(bytes));
  }

  private void write(ByteBuf bytes) {
    int size = bytes.readableBytes();
    if (over || response.closed() || response.ended()) {
      bytes.release();
      leave();
      return;
    }
    answer.count(size);
    if (unsentBytes == 0) {
      progressNs = loop.nowNs();
    }
    unsentBytes += size;
    // Vert.x releases nothing that it was given in a buffer of its own
    response
        .write(BufferInternal.buffer(bytes))
        .onComplete(_ -> {
          bytes.release();
          unsentBytes -= size;
          progressNs = loop.nowNs();
        });
    watch();
  }

  private void watch() {
    if (check == null && unsentBytes > 0) {
      check = loop.schedule(this::look, STALLED_NS - (loop.nowNs() - progressNs));
    }
  }

  private void look() {
    check = null;
    if (unsentBytes > 0 && loop.nowNs() - progressNs >= STALLED_NS) {
      breakOff();
    } else {
      watch();
    }
  }

  /** All is there. Segments' loop. */
  void end() {
    loop.run(() -> {
      if (!over && !response.closed() && !response.ended()) {
        response.end();
      }
      over = true; // but for what is on its way, over which the check still watches
    });
  }

  /** It will never be whole. Segments' loop. */
  void fail() {
    loop.run(this::breakOff);
  }

  private void breakOff() {
    if (request.version() == HttpVersion.HTTP_2) {
      response.reset(CANCEL);
    } else {
      // from the handler next to the socket: neither TLS nor Vert.x, which wait for the queue
      Channel channel = ((ConnectionBase) request.connection()).channel();
      ChannelHandlerContext first = channel.pipeline().firstContext();
      if (first != null) {
        first.close();
      }
    }
    leave();
  }

  void leave() {
    over = true;
    if (check != null) {
      check.cancel();
      check = null;
    }
  }
}
