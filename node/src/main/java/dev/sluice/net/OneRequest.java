package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Gives Vert.x one request of an HTTP/1.x connection at a time: what a client has sent after it
 * waits here, unread as far as it goes, until the answer has been written.
 *
 * <p>Vert.x 5.1 would take the next request in and fail when that one turns out to be broken, or
 * its connection breaks, before the first one is answered: it asks a response that is not there yet
 * ({@code Http1ServerRequest.handleException}).
 */
final class OneRequest extends ChannelDuplexHandler {
  private static final String NAME = "sluice-one-request";

  /** Parts of requests that may wait: what one read of the socket can hold of sensible requests. */
  static final int MAX_WAITING = 256;

  private static final AttributeKey<Boolean> BROKEN = AttributeKey.valueOf("sluice-broken");

  private @Nullable ArrayDeque<Object> waiting; // null as long as nothing ever has
  private boolean requestComplete = true;
  private boolean answered = true;
  private boolean readHeld;
  private boolean plain;

  /** Watches over an HTTP/1.x channel from now on. */
  static void install(Channel channel) {
    channel.pipeline().addBefore("handler", NAME, new OneRequest());
  }

  /** Whether no request is under way: all that have begun are whole, and answered. */
  boolean isIdle() {
    return requestComplete && answered && nothingWaits();
  }

  private boolean nothingWaits() {
    return waiting == null || waiting.isEmpty();
  }

  /** Whether the last request of an HTTP/1.x channel could not be decoded. */
  static boolean isBroken(Channel channel) {
    return Boolean.TRUE.equals(channel.attr(BROKEN).get());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    plain = ctx.pipeline().get(SslHandler.class) == null;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (nothingWaits() && mayPass(message)) {
      pass(ctx, message);
      return;
    }
    if (waiting == null) {
      waiting = new ArrayDeque<>();
    }
    if (waiting.size() < MAX_WAITING) {
      waiting.add(message);
    } else {
      ReferenceCountUtil.release(message);
      drop();
      ctx.close();
    }
  }

  private boolean mayPass(Object message) {
    return !(message instanceof HttpRequest) || (requestComplete && answered);
  }

  private void pass(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest) {
      requestComplete = false;
      answered = false;
    }
    if (message instanceof LastHttpContent) {
      requestComplete = true;
    }
    if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
      ctx.channel().attr(BROKEN).set(true);
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!nothingWaits()) {
      readHeld = true;
    } else if (plain) {
      ctx.channel().unsafe().beginRead(); // nobody below minds, and each would be a cache miss
    } else {
      ctx.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.write(message, promise);
    if (endsAnswer(message)) {
      answered = true;
      SpokenFor.end(ctx.channel());
      if (!nothingWaits()) {
        ctx.executor().execute(() -> goOn(ctx)); // not within the write of the answer before
      }
    }
  }

  /** Whether an answer is whole with {@code message}, which is on its way out. */
  static boolean endsAnswer(Object message) {
    boolean provisional =
        message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    return message instanceof LastHttpContent && !provisional;
  }

  private void goOn(ChannelHandlerContext ctx) {
    ArrayDeque<Object> all = waiting;
    while (all != null && !all.isEmpty() && mayPass(all.getFirst())) {
      pass(ctx, all.removeFirst());
    }
    ctx.fireChannelReadComplete(); // Vert.x holds its answers back until then
    if (nothingWaits() && readHeld) {
      readHeld = false;
      ctx.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    drop();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
  }

  private void drop() {
    if (waiting != null) {
      waiting.forEach(ReferenceCountUtil::release);
      waiting.clear();
    }
  }
}
