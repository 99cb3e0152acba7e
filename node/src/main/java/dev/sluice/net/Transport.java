package dev.sluice.net;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** How sockets are driven. */
public enum Transport {
  /** Linux epoll: the default where it is there. */
  EPOLL("epoll", EpollServerSocketChannel.class, EpollSocketChannel.class),
  /** Linux io_uring: only when asked for. */
  IO_URING("io_uring", IoUringServerSocketChannel.class, IoUringSocketChannel.class),
  /** The JDK's own selector: everywhere. */
  NIO("nio", NioServerSocketChannel.class, NioSocketChannel.class);

  private final String label;
  private final Class<? extends ServerSocketChannel> serverChannel;
  private final Class<? extends SocketChannel> clientChannel;

  Transport(
      String label,
      Class<? extends ServerSocketChannel> serverChannel,
      Class<? extends SocketChannel> clientChannel) {
    this.label = label;
    this.serverChannel = serverChannel;
    this.clientChannel = clientChannel;
  }

  /** Name in configuration and log. */
  public String label() {
    return label;
  }

  /** Netty's class for listening sockets. */
  public Class<? extends ServerSocketChannel> serverChannel() {
    return serverChannel;
  }

  /** Netty's class for sockets that connect. */
  public Class<? extends SocketChannel> clientChannel() {
    return clientChannel;
  }

  /** Whether this machine has it. */
  public boolean available() {
    return switch (this) {
      case EPOLL -> Epoll.isAvailable();
      case IO_URING -> IoUring.isAvailable();
      case NIO -> true;
    };
  }

  /** The one to take when none is configured. */
  public static Transport automatic() {
    return EPOLL.available() ? EPOLL : NIO;
  }
}
