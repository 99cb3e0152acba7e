package dev.sluice.net;

import dev.sluice.wire.proxy.IpAddress;
import java.net.InetAddress;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Proxies whose word is taken for whom they speak for. Any thread; both are asked anew each time,
 * so that they may change.
 *
 * @param trusted whether an address is one of theirs
 * @param fields which header fields they set; others come from whoever asks, through them
 */
public record TrustedProxies(Predicate<InetAddress> trusted, Supplier<Fields> fields) {
  /** There are none. */
  public static final TrustedProxies NONE =
      new TrustedProxies(_ -> false, () -> Fields.X_FORWARDED);

  /** Header fields by which a proxy tells whom it speaks for. */
  public enum Fields {
    /** {@code X-Forwarded-For}, {@code X-Forwarded-Proto}, {@code X-Forwarded-Host}. */
    X_FORWARDED,
    /** {@code Forwarded} (RFC 7239). */
    FORWARDED
  }

  /** Whether {@code address} is one of theirs. */
  boolean trusts(IpAddress address) {
    return trusted.test(Peer.inet(address));
  }
}
