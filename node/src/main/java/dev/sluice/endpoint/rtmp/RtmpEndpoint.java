package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Hub;
import dev.sluice.hub.Reason;
import dev.sluice.net.NettyLoops;
import dev.sluice.net.Peer;
import dev.sluice.net.TcpListener;
import dev.sluice.net.Transport;
import dev.sluice.net.TrustedProxies;
import dev.sluice.session.rtmp.RtmpServerSettings;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** RTMP and RTMPS listeners in front of a hub. */
public final class RtmpEndpoint implements AutoCloseable {
  /** In which loops that are busy must have told their clients to connect anew. */
  private static final long ASK_MS = 1_000;

  private final RtmpService service;
  private final NettyLoops loops;
  private final Transport transport;
  private final ConnectionGate gate;
  private final Supplier<String> ids;
  private final RandomGenerator random;
  private final List<TcpListener> listeners = new ArrayList<>();

  /**
   * An endpoint that listens nowhere yet.
   *
   * @param serverName what metadata names as the server
   * @param bandCheck how bandwidth is checked; null for not at all
   * @param gate turns away connections that are too many
   * @param ids gives each connection its ID; any thread
   * @param random for handshakes; must bear use by several threads
   */
  public RtmpEndpoint(
      Hub hub,
      NettyLoops loops,
      Transport transport,
      RtmpServerSettings settings,
      String serverName,
      @Nullable BandCheckPolicy bandCheck,
      ConnectionGate gate,
      Supplier<String> ids,
      RandomGenerator random) {
    this.service = new RtmpService(hub, settings, serverName, bandCheck);
    this.loops = loops;
    this.transport = transport;
    this.gate = gate;
    this.ids = ids;
    this.random = random;
  }

  /**
   * Listens on {@code address}, with TLS when {@code tls} is given. Blocks; not for a loop.
   *
   * @return where it listens, with the true port
   * @throws IOException when the address cannot be bound
   */
  public InetSocketAddress listen(InetSocketAddress address, @Nullable SslContext tls)
      throws IOException {
    return listen(address, tls == null ? null : () -> tls, TrustedProxies.NONE);
  }

  /**
   * As {@link #listen(InetSocketAddress, SslContext)}.
   *
   * @param tls gives what a new connection is secured by; null for no TLS
   * @param prefaced whose connections begin with the PROXY protocol's header
   */
  public InetSocketAddress listen(
      InetSocketAddress address, @Nullable Supplier<SslContext> tls, TrustedProxies prefaced)
      throws IOException {
    TcpListener listener =
        TcpListener.open(
            transport,
            loops,
            address,
            prefaced,
            (peer, _) -> refused(tls != null, peer, Reason.MALFORMED),
            (channel, peer) -> connected(channel, peer, tls == null ? null : tls.get()));
    listeners.add(listener);
    return listener.address();
  }

  private void refused(boolean tls, Peer peer, Reason reason) {
    service
        .hub()
        .listener()
        .connectionRefused(tls ? "rtmps" : "rtmp", peer.address(), peer.port(), reason);
  }

  private void connected(SocketChannel channel, Peer peer, @Nullable SslContext tls) {
    String address = peer.address();
    Reason refusal = gate.opened(address);
    if (refusal != null) {
      refused(tls != null, peer, refusal);
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
      return;
    }
    channel.closeFuture().addListener(_ -> gate.closed(address));
    if (tls != null) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
    }
    channel
        .pipeline()
        .addLast(
            new RtmpConnectionHandler(
                service,
                loops.of(channel.eventLoop()),
                ids.get(),
                address,
                peer.port(),
                tls != null,
                random));
  }

  /** Connections there are. */
  public int connections() {
    return service.connections().size();
  }

  /**
   * Asks those clients that understand it to connect anew (Enhanced RTMP), as before a restart;
   * they go on here until they do. Blocks until all have been told; not for a loop.
   *
   * @param why a sentence for people
   */
  public void askToReconnect(String why) {
    CompletableFuture.allOf(
            service.connections().stream()
                .map(
                    each -> CompletableFuture.runAsync(() -> each.askToReconnect(why), each.loop()))
                .toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, ASK_MS, TimeUnit.MILLISECONDS)
        .join();
  }

  /** Connections of clients that were asked to connect anew and have not gone yet. */
  public int reconnecting() {
    return (int)
        service.connections().stream().filter(RtmpConnectionHandler::askedToReconnect).count();
  }

  /** Accepts no more connections; those that are there stay. Blocks; not for a loop. */
  @Override
  public void close() {
    listeners.forEach(TcpListener::close);
    listeners.clear();
  }
}
