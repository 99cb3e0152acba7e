package dev.sluice.access;

import dev.sluice.access.Outcome.Decision;
import dev.sluice.hub.Client;
import dev.sluice.hub.Reason;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists that nobody gets past, whatever he proves. They are looked at in this order, and in each
 * pair what is denied before what is allowed.
 *
 * @param notProtocols protocols that are denied
 * @param protocols protocols that are allowed; empty for all
 * @param notAddresses addresses that are denied
 * @param addresses addresses that are allowed; empty for all
 * @param pages hosts of pages that are allowed; empty for all
 */
public record Restrictions(
    Set<String> notProtocols,
    Set<String> protocols,
    List<AddressBlock> notAddresses,
    List<AddressBlock> addresses,
    List<PageHost> pages) {

  /** What a segment that is fetched by itself is of. */
  static final Set<String> OF_SEGMENTS = Set.of("hls", "dash");

  /** No lists. */
  public static final Restrictions NONE =
      new Restrictions(Set.of(), Set.of(), List.of(), List.of(), List.of());

  public Restrictions {
    notProtocols = Set.copyOf(notProtocols);
    protocols = Set.copyOf(protocols);
    notAddresses = List.copyOf(notAddresses);
    addresses = List.copyOf(addresses);
    pages = List.copyOf(pages);
  }

  /** Why {@code client} is refused by a list; null when it is by none. */
  @Nullable Decision refusal(String rule, Client client) {
    String protocol = client.protocol();
    if (!isProtocol(protocol)) {
      return Decision.no(Reason.PROTOCOL_DENIED, rule, "protocol " + protocol);
    }
    String address = addresses(client.address());
    if (address != null) {
      return Decision.no(Reason.ADDRESS_DENIED, rule, address);
    }
    String page = client.told().page();
    if (!pages.isEmpty() && pages.stream().noneMatch(host -> host.matches(page))) {
      String host = PageHost.hostOf(page);
      return Decision.no(
          Reason.PAGE_DENIED, rule, host.isEmpty() ? "no page is named" : "page of " + host);
    }
    return null;
  }

  private boolean isProtocol(String protocol) {
    if (protocol.equals(Client.SEGMENTS)) { // it has been told what to fetch by one of these
      return OF_SEGMENTS.stream().anyMatch(this::isProtocol);
    }
    return !notProtocols.contains(protocol)
        && (protocols.isEmpty() || protocols.contains(protocol));
  }

  /** What is wrong with an address, a phrase; null when nothing is. */
  private @Nullable String addresses(String text) {
    if (notAddresses.isEmpty() && addresses.isEmpty()) {
      return null;
    }
    int zone = text.indexOf('%');
    InetAddress address = IpLiteral.parse(zone < 0 ? text : text.substring(0, zone));
    if (address == null) {
      return "an address that cannot be read";
    }
    for (AddressBlock block : notAddresses) {
      if (block.contains(address)) {
        return "denied by " + block;
      }
    }
    boolean in = addresses.isEmpty() || addresses.stream().anyMatch(b -> b.contains(address));
    return in ? null : "in none of the allowed blocks";
  }
}
