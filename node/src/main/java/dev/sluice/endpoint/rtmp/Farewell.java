package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Loop;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.LongSupplier;

/**
 * The last that a peer hears on a connection that is being closed: one that takes what is left is
 * given the time for it, and one that does not is dropped. On the connection's loop.
 */
final class Farewell {
  /** A peer that takes nothing for so long hears no more. */
  static final long PATIENCE_NS = 2_000_000_000L;

  /** A peer that takes something goes on hearing what is left, at most so many times as long. */
  static final int MAX_TIMES = 15;

  private final ChannelHandlerContext context;
  private final Loop loop;
  private final LongSupplier backlogBytes;
  private int times;

  Farewell(ChannelHandlerContext context, Loop loop, LongSupplier backlogBytes) {
    this.context = context;
    this.loop = loop;
    this.backlogBytes = backlogBytes;
  }

  /** Begins to wait; returns at once. */
  void await() {
    await(backlogBytes.getAsLong());
  }

  private void await(long leftBytes) {
    if (!context.channel().isOpen()) {
      return;
    }
    times++;
    loop.schedule(
        () -> {
          long stillLeftBytes = backlogBytes.getAsLong();
          if (stillLeftBytes < leftBytes && times < MAX_TIMES) {
            await(stillLeftBytes);
          } else {
            context.close();
          }
        },
        PATIENCE_NS);
  }
}
