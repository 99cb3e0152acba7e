package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/**
 * Has Vert.x close an HTTP/2 connection on which nothing has moved for a while, unless somebody
 * waits there for a stream, which may take as long as the hub lets it.
 */
final class Http2Idle extends IdleStateHandler {
  private int waiting;

  Http2Idle(int keepAliveMs) {
    super(0, 0, keepAliveMs, TimeUnit.MILLISECONDS);
  }

  /**
   * Excuses the connection of {@code channel}.
   *
   * @return what ends that; to be called once
   */
  static Runnable excuse(Channel channel) {
    Http2Idle idle = channel.pipeline().get(Http2Idle.class);
    if (idle == null) {
      return () -> {};
    }
    idle.waiting++;
    return () -> idle.waiting--;
  }

  @Override
  protected void channelIdle(ChannelHandlerContext ctx, IdleStateEvent event) throws Exception {
    if (waiting == 0) {
      super.channelIdle(ctx, event);
    }
  }
}
