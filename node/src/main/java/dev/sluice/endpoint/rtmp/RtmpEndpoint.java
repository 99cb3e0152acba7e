package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Hub;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.net.ConnectionGate;
import dev.sluice.net.NettyLoops;
import dev.sluice.net.TcpListener;
import dev.sluice.net.Transport;
import dev.sluice.session.rtmp.RtmpServerSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** RTMP and RTMPS listeners in front of a hub. */
public final class RtmpEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RtmpEndpoint.class);

  private final Hub hub;
  private final NettyLoops loops;
  private final Transport transport;
  private final RtmpServerSettings settings;
  private final String serverName;
  private final ConnectionGate gate;
  private final Supplier<String> ids;
  private final RandomGenerator random;
  private final List<TcpListener> listeners = new ArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  private final RtmpForm both;
  private final RtmpForm audioOnly;
  private final RtmpForm videoOnly;

  /**
   * An endpoint that listens nowhere yet.
   *
   * @param serverName what metadata names as the server
   * @param ids gives each connection its ID; any thread
   * @param random for handshakes; must bear use by several threads
   */
  public RtmpEndpoint(
      Hub hub,
      NettyLoops loops,
      Transport transport,
      RtmpServerSettings settings,
      String serverName,
      ConnectionGate gate,
      Supplier<String> ids,
      RandomGenerator random) {
    this.hub = hub;
    this.loops = loops;
    this.transport = transport;
    this.settings = settings;
    this.serverName = serverName;
    this.gate = gate;
    this.ids = ids;
    this.random = random;
    this.both = new RtmpForm(settings.chunkSize(), true, true);
    this.audioOnly = new RtmpForm(settings.chunkSize(), true, false);
    this.videoOnly = new RtmpForm(settings.chunkSize(), false, true);
  }

  /**
   * Listens on {@code address}, with TLS when {@code tls} is given. Blocks; not for a loop.
   *
   * @return where it listens, with the true port
   * @throws IOException when the address cannot be bound
   */
  public InetSocketAddress listen(InetSocketAddress address, @Nullable SslContext tls)
      throws IOException {
    TcpListener listener =
        TcpListener.open(transport, loops, address, channel -> connected(channel, tls));
    listeners.add(listener);
    return listener.address();
  }

  private void connected(SocketChannel channel, @Nullable SslContext tls) {
    InetSocketAddress peer = channel.remoteAddress();
    String address = peer.getAddress().getHostAddress();
    Reason refusal = gate.opened(address);
    if (refusal != null) {
      LOG.info("refused {}:{} reason={}", address, peer.getPort(), refusal.label());
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
      return;
    }
    connections.incrementAndGet();
    channel.closeFuture().addListener(_ -> gate.closed(address));
    if (tls != null) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
    }
    Loop loop = loops.of(channel.eventLoop());
    channel
        .pipeline()
        .addLast(
            new RtmpConnectionHandler(this, loop, ids.get(), address, peer.getPort(), tls != null));
  }

  void disconnected(RtmpConnectionHandler connection) {
    connections.decrementAndGet();
    LOG.debug("id={} disconnected", connection.id());
  }

  /** The peer broke the protocol, passed a limit or fell silent: one line. */
  void peerFault(RtmpConnectionHandler connection, String why) {
    LOG.info(
        "id={} event=closed protocol={} peer={}:{} why=\"{}\"",
        connection.id(),
        connection.protocol(),
        connection.address(),
        connection.port(),
        why);
  }

  /** Code of ours failed. */
  void failed(RtmpConnectionHandler connection, Throwable fault) {
    LOG.error("id={} failed", connection.id(), fault);
  }

  /** Connections there are. */
  public int connections() {
    return connections.get();
  }

  /** Accepts no more connections; those that are there stay. Blocks; not for a loop. */
  @Override
  public void close() {
    listeners.forEach(TcpListener::close);
    listeners.clear();
  }

  RtmpForm form(boolean audio, boolean video) {
    if (audio && video) {
      return both;
    }
    return audio ? audioOnly : videoOnly;
  }

  Hub hub() {
    return hub;
  }

  RtmpServerSettings settings() {
    return settings;
  }

  String serverName() {
    return serverName;
  }

  RandomGenerator random() {
    return random;
  }

  ByteBufAllocator allocator() {
    return ByteBufAllocator.DEFAULT;
  }
}
