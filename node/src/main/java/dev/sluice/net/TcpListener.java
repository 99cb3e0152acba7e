package dev.sluice.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;

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
   * @param prefaced whose connections begin with the PROXY protocol's header
   * @param failed is told of each such connection that has none, and why, when it is closed
   * @param connected is given each new connection and who is at its other end, on its loop, to fill
   *     its pipeline
   * @throws IOException when the address cannot be bound; the message names it
   */
  public static TcpListener open(
      Transport transport,
      NettyLoops loops,
      InetSocketAddress address,
      TrustedProxies prefaced,
      BiConsumer<Peer, String> failed,
      BiConsumer<SocketChannel, Peer> connected)
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
                    if (fresh.remoteAddress() == null) {
                      fresh.close(); // gone before it was ours
                      return;
                    }
                    Peer proxy = Peer.of(fresh);
                    if (prefaced.trusts(proxy.endpoint().address())) {
                      ProxyPreface.expect(fresh, why -> failed.accept(proxy, why));
                    }
                    ProxyPreface.whenRead(fresh, () -> connected.accept(fresh, Peer.of(fresh)));
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
