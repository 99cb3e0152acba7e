package dev.sluice.net;

import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Reason;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * For whom a proxy's HTTP/1.x connection speaks at the moment: a proxy has one for each request
 * that is under way and lends it to another client afterwards. So a client's requests through
 * proxies count as its connections do elsewhere. On the connection's loop.
 */
final class SpokenFor {
  private static final AttributeKey<SpokenFor> KEY = AttributeKey.valueOf("sluice-spoken-for");

  private final ConnectionGate gate;
  private @Nullable String address;

  private SpokenFor(ConnectionGate gate) {
    this.gate = gate;
  }

  /**
   * A request of {@code address} begins; it ends with {@link #end} or the connection.
   *
   * @return why it is one too many; null when it is not
   */
  static @Nullable Reason begin(Channel channel, ConnectionGate gate, String address) {
    SpokenFor known = channel.attr(KEY).get();
    if (known == null) {
      var fresh = new SpokenFor(gate);
      channel.attr(KEY).set(fresh);
      channel.closeFuture().addListener(_ -> fresh.leave());
      known = fresh;
    }
    known.leave();
    Reason reason = gate.joined(address);
    if (reason == null) {
      known.address = address;
    }
    return reason;
  }

  /** The request that is under way has been answered. */
  static void end(Channel channel) {
    SpokenFor known = channel.attr(KEY).get();
    if (known != null) {
      known.leave();
    }
  }

  private void leave() {
    String before = address;
    address = null;
    if (before != null) {
      gate.left(before);
    }
  }
}
