package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes HTTP/1.x connections that hold their place for nothing: requests that never become whole
 * (a byte now and then keeps no idle timer from running out), answers that are never read.
 *
 * <p>Sits between Vert.x's encoder and its connection, where messages are objects in both
 * directions.
 */
final class RequestDeadline extends ChannelDuplexHandler {
  private static final String NAME = "sluice-deadline";

  private final HttpOptions options;
  private int unanswered;
  private long deadlineNs;
  private @Nullable ScheduledFuture<?> check;
  private long checkNs; // when it comes; the task itself, which is rarely looked at, is not at hand
  private @Nullable ChannelHandlerContext own;
  private Ticker ticker = Ticker.systemTicker();

  private RequestDeadline(HttpOptions options) {
    this.options = options;
  }

  /** Watches over an HTTP/1.x channel from now on. */
  static void watch(Channel channel, HttpOptions options) {
    channel.pipeline().addBefore("handler", NAME, new RequestDeadline(options));
  }

  /** Ends the watch: somebody else does it from now on. */
  static void lift(Channel channel) {
    if (channel.pipeline().get(NAME) != null) {
      channel.pipeline().remove(NAME);
    }
  }

  /** An answer is being waited for as long as it takes; {@link #resume} ends that. */
  static void suspend(Channel channel) {
    RequestDeadline deadline = channel.pipeline().get(RequestDeadline.class);
    if (deadline != null) {
      deadline.cancel();
    }
  }

  /** The answer comes, as any other. */
  static void resume(Channel channel) {
    ChannelHandlerContext ctx = channel.pipeline().context(RequestDeadline.class);
    if (ctx != null && channel.isActive()) {
      RequestDeadline deadline = (RequestDeadline) ctx.handler();
      int ms = deadline.options.answerTimeoutMs();
      deadline.expect(ctx, ms);
      deadline.schedule(ctx, ms);
    }
  }

  /** Whether it watches over a channel. */
  boolean isWatching() {
    return own != null;
  }

  /** Somebody else has taken a request and answers it, or has an answer that is not sent yet. */
  void asked() {
    if (own != null) {
      expect(own, options.answerTimeoutMs());
    }
  }

  /** What somebody else has taken is answered. */
  void answered() {
    if (own != null) {
      expect(own, unanswered > 0 ? options.answerTimeoutMs() : options.keepAliveMs());
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
    ticker = ctx.executor().ticker();
    expect(ctx, options.requestTimeoutMs());
    schedule(ctx, options.requestTimeoutMs());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    own = null;
    cancel();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancel();
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof LastHttpContent) {
      unanswered++;
      expect(ctx, options.answerTimeoutMs());
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (OneRequest.endsAnswer(message)) {
      ctx.write(message, promise.unvoid().addListener(_ -> answered(ctx)));
    } else {
      ctx.write(message, promise);
    }
  }

  private void answered(ChannelHandlerContext ctx) {
    unanswered--;
    expect(ctx, unanswered > 0 ? options.answerTimeoutMs() : options.keepAliveMs());
  }

  private void expect(ChannelHandlerContext ctx, int ms) {
    deadlineNs = ticker.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    if (check != null && checkNs - deadlineNs > 0) {
      schedule(ctx, ms); // the one that is scheduled would come too late
    }
  }

  private void schedule(ChannelHandlerContext ctx, long ms) {
    cancel();
    checkNs = ticker.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    check = ctx.executor().schedule(() -> check(ctx), ms, TimeUnit.MILLISECONDS);
  }

  private void check(ChannelHandlerContext ctx) {
    long leftNs = deadlineNs - ticker.nanoTime();
    if (leftNs <= 0) {
      check = null;
      ctx.close();
    } else {
      schedule(ctx, TimeUnit.NANOSECONDS.toMillis(leftNs) + 1);
    }
  }

  private void cancel() {
    if (check != null) {
      check.cancel(false);
      check = null;
    }
  }
}
