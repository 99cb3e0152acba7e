package dev.sluice.event;

import dev.sluice.hub.Client;

/**
 * Whom an event is about. Nothing secret.
 *
 * @param id of the connection or session, as log and API name it
 * @param protocol as {@link Client#protocol}
 * @param address IP address
 * @param port of the peer
 * @param agent what it says it is; empty when it says nothing
 * @param user whom access knows it as; empty when it does not
 */
public record Party(
    String id, String protocol, String address, int port, String agent, String user) {
  /** Characters of an agent, or a user, that are kept. */
  static final int MAX_AGENT = 256;

  /** Of a client, as {@code user}. */
  static Party of(Client client, String user) {
    return new Party(
        client.connectionId(),
        client.protocol(),
        client.address(),
        client.port(),
        Event.cut(client.software(), MAX_AGENT),
        Event.cut(user, MAX_AGENT));
  }
}
