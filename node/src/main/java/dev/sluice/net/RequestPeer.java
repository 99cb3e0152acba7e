package dev.sluice.net;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.proxy.Endpoint;
import dev.sluice.wire.proxy.Forwarded;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who has sent a request, and to where, as far as trusted proxies tell it. Each proxy adds whom it
 * had the request from, on the right; so the list is read from the right, as long as the one who
 * added an entry is trusted, and the first address that is not a trusted proxy's is the client's.
 * What stands to the left of it is that client's own invention and is not looked at.
 *
 * @param client who has sent it
 * @param relayed whether a proxy stands between: then the client is not on this host, whatever its
 *     address says
 * @param scheme by which the client asked, {@code http} or {@code https}; null when no proxy says
 *     it
 * @param host which {@code Host} the client named; null when no proxy says it
 */
public record RequestPeer(
    Endpoint client, boolean relayed, @Nullable String scheme, @Nullable String host) {
  /** Proxies that a request may have come through; what is further to the left is not looked at. */
  static final int MAX_HOPS = 32;

  private static final int MAX_HOST_CHARS = 262;
  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");

  private static final AttributeKey<TrustedProxies> PROXIES =
      AttributeKey.valueOf("sluice-proxies");

  /** Whom to believe about the requests of {@code channel}. */
  static void believe(Channel channel, TrustedProxies proxies) {
    channel.attr(PROXIES).set(proxies);
  }

  /**
   * The sender of {@code request}, which {@link HttpFront} has found to be readable.
   *
   * @throws MalformedException when a trusted proxy's {@code Forwarded} cannot be read; nobody gets
   *     that far with such a request
   */
  public static RequestPeer of(HttpServerRequest request) {
    Channel channel = ((ConnectionBase) request.connection()).channel();
    TrustedProxies proxies = channel.attr(PROXIES).get();
    Peer peer = Peer.of(channel);
    return proxies == null
        ? new RequestPeer(peer.endpoint(), peer.named(), null, null)
        : of(peer, request.headers(), proxies);
  }

  /**
   * The sender of a request with {@code headers} on a connection of {@code peer}.
   *
   * @throws MalformedException when {@code Forwarded} is to be believed and cannot be read: part of
   *     it may be the client's, written so that it swallows what the proxy added
   */
  static RequestPeer of(Peer peer, MultiMap headers, TrustedProxies proxies) {
    if (!proxies.trusts(peer.endpoint().address())) {
      return new RequestPeer(peer.endpoint(), peer.named(), null, null);
    }
    return switch (proxies.fields().get()) {
      case X_FORWARDED -> ofXForwarded(peer, headers, proxies);
      case FORWARDED -> ofForwarded(peer, headers, proxies);
    };
  }

  private static RequestPeer ofXForwarded(Peer peer, MultiMap headers, TrustedProxies proxies) {
    String hops = joined(headers, "X-Forwarded-For");
    Endpoint client = peer.endpoint();
    boolean relayed = peer.named() || !hops.isEmpty();
    int end = hops.length();
    for (int hop = 0; hop < MAX_HOPS && end > 0 && proxies.trusts(client.address()); hop++) {
      int comma = hops.lastIndexOf(',', end - 1);
      Endpoint next = Endpoint.parse(hops.substring(comma + 1, end).strip());
      if (next == null) {
        break; // "unknown", or nothing that could be an address: the last known one counts
      }
      client = next;
      end = comma;
    }
    return new RequestPeer(
        client,
        relayed,
        scheme(last(joined(headers, "X-Forwarded-Proto"))),
        host(last(joined(headers, "X-Forwarded-Host"))));
  }

  private static RequestPeer ofForwarded(Peer peer, MultiMap headers, TrustedProxies proxies) {
    List<Forwarded> hops = Forwarded.parse(joined(headers, "Forwarded"));
    Endpoint client = peer.endpoint();
    Forwarded told = null;
    for (int i = hops.size() - 1; i >= 0 && proxies.trusts(client.address()); i--) {
      told = hops.get(i); // by somebody who is trusted
      Endpoint next = told.from() == null ? null : Endpoint.parse(told.from());
      if (next == null) {
        break;
      }
      client = next;
    }
    boolean relayed = peer.named() || !hops.isEmpty();
    return told == null
        ? new RequestPeer(client, relayed, null, null)
        : new RequestPeer(client, relayed, scheme(told.proto()), host(told.host()));
  }

  /** The values of all fields of that name, which are one list. */
  private static String joined(MultiMap headers, String name) {
    List<String> values = headers.getAll(name);
    return values.size() == 1 ? values.getFirst() : String.join(",", values);
  }

  private static String last(String list) {
    return list.substring(list.lastIndexOf(',') + 1).strip();
  }

  private static @Nullable String scheme(@Nullable String text) {
    String lower = text == null ? "" : text.toLowerCase(Locale.ROOT);
    return lower.equals("http") || lower.equals("https") ? lower : null;
  }

  private static @Nullable String host(@Nullable String text) {
    return text != null && text.length() <= MAX_HOST_CHARS && HOST.matcher(text).matches()
        ? text
        : null;
  }

  /** The client's IP address, in its canonical text. */
  public String address() {
    return client.address().toString();
  }

  /** The client's port; 0 when it is not known. */
  public int port() {
    return client.port();
  }
}
