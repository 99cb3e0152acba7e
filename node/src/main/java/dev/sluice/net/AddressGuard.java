package dev.sluice.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses this server connects to. A configuration, or a server that redirects, could name
 * an address that only this host reaches: its own services, the link it is on, the metadata service
 * of a cloud. These are refused unless they are allowed.
 *
 * @param allowed what an operator allows
 */
public record AddressGuard(Predicate<InetAddress> allowed) {
  /** Metadata services whose address is not link-local: Alibaba, Oracle, Azure, AWS on IPv6. */
  private static final Set<String> METADATA =
      Set.of("646464c8", "c00000c0", "a83f8110", "fd000ec2000000000000000000000254");

  private static final byte[] NAT64 = HexFormat.of().parseHex("0064ff9b0000000000000000");
  private static final byte[] SIX_TO_FOUR = {0x20, 0x02};

  /** Why {@code address} is not connected to, a phrase; null when it is. */
  public @Nullable String refusal(InetAddress address) {
    if (allowed.test(address)) {
      return null;
    }
    InetAddress embedded = embedded(address);
    String what = kind(embedded == null ? address : embedded);
    return what == null ? null : address.getHostAddress() + " is " + what;
  }

  private static @Nullable String kind(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return "a loopback address";
    } else if (address.isAnyLocalAddress() || address.getAddress()[0] == 0 && isV4(address)) {
      return "this host itself";
    } else if (address.isLinkLocalAddress()) {
      return "a link-local address";
    } else if (address.isMulticastAddress()) {
      return "a multicast address";
    }
    return METADATA.contains(HexFormat.of().formatHex(address.getAddress()))
        ? "a metadata service"
        : null;
  }

  private static boolean isV4(InetAddress address) {
    return !(address instanceof Inet6Address);
  }

  /** The IPv4 address that an IPv6 address stands for; null when it stands for itself. */
  private static @Nullable InetAddress embedded(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (!(address instanceof Inet6Address six)) {
      return null;
    }
    if (six.isIPv4CompatibleAddress() && !six.isLoopbackAddress() && !six.isAnyLocalAddress()) {
      return of(bytes, 12);
    }
    if (Arrays.equals(bytes, 0, NAT64.length, NAT64, 0, NAT64.length)) {
      return of(bytes, NAT64.length);
    }
    return Arrays.equals(bytes, 0, 2, SIX_TO_FOUR, 0, 2) ? of(bytes, 2) : null;
  }

  private static InetAddress of(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
