package dev.sluice.net;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;

/**
 * How much a connection may be read before it is the next one's turn: at most {@link #READS} reads
 * of 64 kB. A megabyte, as is usual, can be a hundred thousand small things to do, and all viewers
 * on the loop would wait for them.
 */
final class FairReads {
  static final int READS = 4;

  private static final RecvByteBufAllocator ALLOCATOR =
      new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS);

  /** The option of a channel that says so. */
  static final ChannelOption<RecvByteBufAllocator> OPTION = ChannelOption.RECVBUF_ALLOCATOR;

  private FairReads() {}

  /** What {@link #OPTION} is to be; for any number of channels. */
  static RecvByteBufAllocator allocator() {
    return ALLOCATOR;
  }
}
