package dev.sluice.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A transport of Vert.x that shows each connection that its servers accept, before Vert.x puts
 * anything into its pipeline: what has to be read below TLS has no other place. In all else it is
 * the transport that it was made of.
 */
final class AcceptingTransport implements Transport {
  private final Transport real;
  private final List<Predicate<Channel>> watchers = new CopyOnWriteArrayList<>();

  AcceptingTransport(Transport real) {
    this.real = real;
  }

  /** Under the name that {@code wrapped} has. */
  static io.vertx.core.transport.Transport of(io.vertx.core.transport.Transport wrapped) {
    return new Named(wrapped, new AcceptingTransport(wrapped.implementation()));
  }

  private record Named(io.vertx.core.transport.Transport real, AcceptingTransport implementation)
      implements io.vertx.core.transport.Transport {
    @Override
    public String name() {
      return real.name();
    }

    @Override
    public boolean available() {
      return real.available();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
      return real.unavailabilityCause();
    }
  }

  /**
   * Shows {@code watcher} each connection that is accepted from now on, and closes those of which
   * it says no; on an acceptor's thread.
   */
  void watch(Predicate<Channel> watcher) {
    watchers.add(watcher);
  }

  /** Shows it no more. */
  void unwatch(Predicate<Channel> watcher) {
    watchers.remove(watcher);
  }

  /** Stands before the handler that hands connections to their loops. */
  private final class Door extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof Channel accepted
          && !watchers.stream().allMatch(each -> each.test(accepted))) {
        accepted.unsafe().closeForcibly(); // no loop has it yet
      } else {
        ctx.fireChannelRead(message);
      }
    }
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    ChannelFactory<? extends ServerChannel> factory = real.serverChannelFactory(domainSocket);
    return () -> {
      ServerChannel server = factory.newChannel();
      server.pipeline().addLast("sluice-door", new Door());
      return server;
    };
  }

  // ---- as it was

  @Override
  public boolean supportsDomainSockets() {
    return real.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return real.supportFileRegion();
  }

  @Override
  public boolean isAvailable() {
    return real.isAvailable();
  }

  @Override
  public @Nullable Throwable unavailabilityCause() {
    return real.unavailabilityCause();
  }

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return real.convert(address);
  }

  @Override
  public SocketAddress convert(java.net.SocketAddress address) {
    return real.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return real.ioHandlerFactory();
  }

  @Override
  public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
    return real.eventLoopGroup(type, threads, factory, ioRatio);
  }

  @Override
  @SuppressWarnings("deprecation") // the interface has it
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return real.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
    return real.datagramChannelFactory();
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return real.channelFactory(domainSocket);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    real.configure(channel, options);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
    real.configure(config, domainSocket, bootstrap);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
    real.configure(config, domainSocket, bootstrap);
  }
}
