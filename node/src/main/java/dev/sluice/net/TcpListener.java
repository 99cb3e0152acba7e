package dev.sluice.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** A listening TCP socket whose connections are spread over the loops of a group. */
public final class TcpListener implements AutoCloseable {
  /** Connections that the kernel may hold for us between two accepts. */
  private static final int BACKLOG = 4_096;

  private final Channel channel;

  private TcpListener(Channel channel) {
    this.channel = channel;
  }

  /**
   * Listens. Blocks until the socket is bound; not for a loop.
   *
   * @param connected is given each new connection, on its loop, to fill its pipeline
   * @throws IOException when the address cannot be bound; the message names it
   */
  public static TcpListener open(
      Transport transport,
      NettyLoops loops,
      InetSocketAddress address,
      Consumer<SocketChannel> connected)
      throws IOException {
    var bind =
        new ServerBootstrap()
            .group(loops.group())
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(FairReads.OPTION, FairReads.allocator())
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel fresh) {
                    connected.accept(fresh);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bind.isSuccess()) {
      throw new IOException(
          "cannot listen on " + address + ": " + bind.cause().getMessage(), bind.cause());
    }
    return new TcpListener(bind.channel());
  }

  /** Where it listens; the port is the real one when 0 was asked for. */
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  /** Accepts no more; connections that are there stay. Blocks; not for a loop. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }
}
