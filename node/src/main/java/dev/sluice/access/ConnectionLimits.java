package dev.sluice.access;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Reason;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Limits on connections, over all protocols that share one instance. Any thread. */
public final class ConnectionLimits implements ConnectionGate {
  private final int max;
  private final int maxPerAddress;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentHashMap<String, Integer> openBySite = new ConcurrentHashMap<>();

  /**
   * Limits that nobody uses yet.
   *
   * @param max connections at a time
   * @param maxPerAddress connections at a time from one IPv4 address or IPv6 network of 64 bits; 0
   *     for no limit of its own
   */
  public ConnectionLimits(int max, int maxPerAddress) {
    this.max = checkRange("max", max, 1, Integer.MAX_VALUE);
    this.maxPerAddress = checkRange("maxPerAddress", maxPerAddress, 0, Integer.MAX_VALUE);
  }

  @Override
  public @Nullable Reason opened(String address) {
    if (open.incrementAndGet() > max) {
      open.decrementAndGet();
      return Reason.CONNECTION_LIMIT;
    }
    Reason reason = address.isEmpty() ? null : joined(address);
    if (reason != null) {
      open.decrementAndGet();
    }
    return reason;
  }

  @Override
  public @Nullable Reason joined(String address) {
    if (maxPerAddress > 0) {
      String site = Addresses.site(address);
      if (openBySite.merge(site, 1, Integer::sum) > maxPerAddress) {
        leave(site);
        return Reason.ADDRESS_LIMIT;
      }
    }
    return null;
  }

  @Override
  public void closed(String address) {
    open.decrementAndGet();
    if (!address.isEmpty()) {
      left(address);
    }
  }

  @Override
  public void left(String address) {
    if (maxPerAddress > 0) {
      leave(Addresses.site(address));
    }
  }

  private void leave(String site) {
    openBySite.computeIfPresent(site, (_, count) -> count == 1 ? null : count - 1);
  }

  /** Connections at the moment. */
  public int open() {
    return open.get();
  }
}
