package dev.sluice.net;

import dev.sluice.hub.Loop;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Connects to other servers: looks names up on a virtual thread, refuses what the {@link
 * AddressGuard} refuses, and tries one address after the other, all within one time-out.
 */
public final class Dialer {
  /** Addresses of a name that are tried. */
  static final int MAX_ADDRESSES = 8;

  private static final long NS_PER_MS = 1_000_000;

  private final Transport transport;
  private final NettyLoops loops;
  private final AddressGuard guard;
  private final long timeoutNs;
  private final Resolver resolver;

  /** Tells the addresses of a name. */
  @FunctionalInterface
  interface Resolver {
    /** All of them; blocks. */
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  /**
   * A dialer.
   *
   * @param timeoutNs from looking the name up to the connection
   */
  public Dialer(Transport transport, NettyLoops loops, AddressGuard guard, long timeoutNs) {
    this(transport, loops, guard, timeoutNs, InetAddress::getAllByName);
  }

  /** As that, with names that {@code resolver} knows. */
  Dialer(
      Transport transport,
      NettyLoops loops,
      AddressGuard guard,
      long timeoutNs,
      Resolver resolver) {
    this.transport = transport;
    this.loops = loops;
    this.guard = guard;
    this.timeoutNs = timeoutNs;
    this.resolver = resolver;
  }

  /** A connection that is wanted. All calls come on its loop. */
  public final class Call {
    private final int port;
    private final @Nullable SslContext tls;
    private final String host;
    private final Loop loop;
    private final Supplier<ChannelHandler> handler;
    private final Consumer<String> failed;
    private final long deadlineNs;
    private final Deque<InetAddress> left = new ArrayDeque<>();
    private final Loop.Timer timer;
    private @Nullable ChannelFuture connecting;
    private String why = "no address";
    private boolean done;

    private Call(
        String host,
        int port,
        @Nullable SslContext tls,
        Loop loop,
        Supplier<ChannelHandler> handler,
        Consumer<String> failed) {
      this.host = host;
      this.port = port;
      this.tls = tls;
      this.loop = loop;
      this.handler = handler;
      this.failed = failed;
      this.deadlineNs = loop.nowNs() + timeoutNs;
      this.timer = loop.schedule(() -> fail("no connection in time; " + why), timeoutNs);
    }

    /** It is not wanted any more; nothing is told. */
    public void cancel() {
      if (!done) {
        done = true;
        timer.cancel();
        if (connecting != null) {
          connecting.channel().close();
        }
      }
    }

    private void fail(String reason) {
      if (!done) {
        cancel();
        failed.accept(reason);
      }
    }

    private void lookUp() {
      Thread.ofVirtual()
          .name("look-up-" + host)
          .start(() -> {
            try {
              InetAddress[] all = resolver.addresses(host);
              loop.execute(() -> found(all));
            } catch (UnknownHostException unknown) {
              loop.execute(() -> fail("the name " + host + " is not known"));
            }
          });
    }

    private void found(InetAddress[] all) {
      for (InetAddress address : all) {
        String refusal = guard.refusal(address);
        if (refusal != null) {
          why = refusal + ", which pull.allow does not allow";
        } else if (left.size() < MAX_ADDRESSES) {
          left.add(address);
        }
      }
      tryNext();
    }

    private void tryNext() {
      if (done) {
        return;
      }
      InetAddress address = left.poll();
      if (address == null) {
        fail(why);
        return;
      }
      long leftMs = Math.max(1, (deadlineNs - loop.nowNs()) / NS_PER_MS / (left.size() + 1));
      var channel =
          new Bootstrap()
              .group(loops.eventLoop(loop))
              .channel(transport.clientChannel())
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(leftMs))
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.SO_KEEPALIVE, true)
              .handler(
                  new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel fresh) {
                      if (tls != null) {
                        fresh.pipeline().addLast(verified(tls, fresh));
                      }
                    }
                  })
              .connect(new InetSocketAddress(address, port));
      connecting = channel;
      channel.addListener(result -> connected(channel, result.isSuccess()));
    }

    private ChannelHandler verified(SslContext context, SocketChannel channel) {
      var secure = context.newHandler(channel.alloc(), host, port);
      SSLParameters parameters = secure.engine().getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate is of this host
      secure.engine().setSSLParameters(parameters);
      return secure;
    }

    private void connected(ChannelFuture future, boolean success) {
      if (done) {
        future.channel().close();
      } else if (success) {
        done = true;
        timer.cancel();
        future.channel().pipeline().addLast(handler.get());
      } else {
        why = String.valueOf(future.cause().getMessage());
        tryNext();
      }
    }
  }

  /**
   * Connects to {@code host}.
   *
   * @param tls null for none
   * @param loop where the connection lives, which is the caller's
   * @param handler is added to the connection's pipeline once it stands
   * @param failed is told why there is none; nothing else is called then
   */
  public Call connect(
      String host,
      int port,
      @Nullable SslContext tls,
      Loop loop,
      Supplier<ChannelHandler> handler,
      Consumer<String> failed) {
    var call = new Call(host, port, tls, loop, handler, failed);
    call.lookUp();
    return call;
  }
}
