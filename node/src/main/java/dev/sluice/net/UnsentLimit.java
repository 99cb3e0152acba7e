package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringSocketChannel;

/**
 * Keeps a viewer's backlog out of the kernel, where it would hide: past some unsent bytes the
 * socket is not writable, and what comes then is counted in the channel ({@code
 * TCP_NOTSENT_LOWAT}). A transport that does not know the option goes without.
 */
public final class UnsentLimit {
  /** Unsent bytes in the kernel past which the socket is not writable. */
  public static final long BYTES = 64 * 1024;

  private UnsentLimit() {}

  /** Limits {@code channel}, which is a viewer's from now on. */
  public static void set(Channel channel) {
    if (channel instanceof EpollSocketChannel) {
      channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, BYTES);
    } else if (channel instanceof IoUringSocketChannel) {
      channel.config().setOption(IoUringChannelOption.TCP_NOTSENT_LOWAT, BYTES);
    }
  }
}
