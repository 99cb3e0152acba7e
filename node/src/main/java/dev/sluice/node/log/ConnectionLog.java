package dev.sluice.node.log;

import dev.sluice.hub.Client;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines about one connection: {@code id=R-1a2b event=publish stream=live/x peer=1.2.3.4:5 …}.
 * The id stands in the API too. One line per event, never one per packet. Immutable; any thread.
 */
public final class ConnectionLog {
  private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.connection");

  private final String id;
  private final String peer;
  private final @Nullable String stream;

  private ConnectionLog(String id, String peer, @Nullable String stream) {
    this.id = id;
    this.peer = peer;
    this.stream = stream;
  }

  /**
   * The log of a connection that has asked for no stream yet.
   *
   * @param id from {@link ConnectionIds}
   * @param peer address and port of the other end, as {@link #peer} writes them
   */
  public ConnectionLog(String id, String peer) {
    this(id, peer, null);
  }

  /** The log of {@code client}. */
  public static ConnectionLog of(Client client) {
    return new ConnectionLog(client.connectionId(), peer(client.address(), client.port()));
  }

  /** Address and port as they stand in a log: {@code 1.2.3.4:5}, {@code [::1]:5}. */
  public static String peer(String address, int port) {
    return address.contains(":") ? "[" + address + "]:" + port : address + ":" + port;
  }

  /** The same connection, now about a stream. */
  public ConnectionLog on(Object stream) {
    return new ConnectionLog(id, peer, stream.toString());
  }

  /**
   * Something happened: connected, publish, play, refused, closed.
   *
   * @param fields names and values in turn; a field whose value is null is left out
   */
  public void event(String event, @Nullable Object... fields) {
    if (LOG.isInfoEnabled()) {
      EventLog.log(LOG.atInfo(), id, event, placed(fields));
    }
  }

  /** Detail for those who look for a fault; as {@link #event}. */
  public void debug(String event, @Nullable Object... fields) {
    if (LOG.isDebugEnabled()) {
      EventLog.log(LOG.atDebug(), id, event, placed(fields));
    }
  }

  /** A fault of ours met this connection; as {@link #event}, with the stack trace. */
  public void fault(Throwable fault, @Nullable Object... fields) {
    EventLog.log(LOG.atError().setCause(fault), id, "fault", placed(fields));
  }

  private @Nullable Object[] placed(@Nullable Object[] fields) {
    var all = new @Nullable Object[fields.length + 4];
    all[0] = "stream";
    all[1] = stream;
    all[2] = "peer";
    all[3] = peer;
    System.arraycopy(fields, 0, all, 4, fields.length);
    return all;
  }
}
