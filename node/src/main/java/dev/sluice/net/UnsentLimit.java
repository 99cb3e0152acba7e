package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringSocketChannel;

/**
 * Keeps a viewer's backlog out of the kernel, where it would hide: past so many unsent bytes the
 * socket is not writable, and what comes then is counted in the channel ({@code
 * TCP_NOTSENT_LOWAT}). A transport that does not know the option goes without.
 */
public final class UnsentLimit {
  private UnsentLimit() {}

  /** Lets {@code channel} be writable while the kernel holds less than {@code bytes} unsent. */
  public static void set(Channel channel, long bytes) {
    if (!channel.isOpen()) {
      return; // a socket that has gone knows no options
    }
    if (channel instanceof EpollSocketChannel) {
      channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, bytes);
    } else if (channel instanceof IoUringSocketChannel) {
      channel.config().setOption(IoUringChannelOption.TCP_NOTSENT_LOWAT, bytes);
    }
  }
}
