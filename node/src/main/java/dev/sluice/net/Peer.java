package dev.sluice.net;

import dev.sluice.wire.proxy.Endpoint;
import dev.sluice.wire.proxy.IpAddress;
import dev.sluice.wire.proxy.ProxyHeader;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/**
 * Who is at the other end of a connection. Where a trusted proxy has named somebody by the PROXY
 * protocol, it is that one.
 *
 * @param endpoint address and port
 * @param named whether a proxy has named it, so that it is nobody on this host, whatever the
 *     address says
 */
public record Peer(Endpoint endpoint, boolean named) {
  private static final AttributeKey<Endpoint> NAMED = AttributeKey.valueOf("sluice-named");

  /** Somebody who has gone already. */
  private static final Endpoint NOWHERE = new Endpoint(IpAddress.of(new byte[4]), 0);

  /** The other end of {@code channel}. */
  public static Peer of(Channel channel) {
    Endpoint named = channel.attr(NAMED).get();
    return named == null
        ? new Peer(endpoint(channel.remoteAddress()), false)
        : new Peer(named, true);
  }

  /** Takes a proxy's word, which may name nobody. */
  static void name(Channel channel, ProxyHeader header) {
    if (header.source() != null) {
      channel.attr(NAMED).set(header.source());
    }
  }

  private static Endpoint endpoint(SocketAddress address) {
    return address instanceof InetSocketAddress inet && !inet.isUnresolved()
        ? new Endpoint(IpAddress.of(inet.getAddress().getAddress()), inet.getPort())
        : NOWHERE;
  }

  /** As the JDK has it. */
  static InetAddress inet(IpAddress address) {
    try {
      return InetAddress.getByAddress(address.bytes().toArray());
    } catch (UnknownHostException impossible) { // it has 4 or 16 bytes
      throw new IllegalStateException(impossible);
    }
  }

  /** The IP address, in its canonical text. */
  public String address() {
    return endpoint.address().toString();
  }

  /** The port; 0 when it is not known. */
  public int port() {
    return endpoint.port();
  }
}
