package dev.sluice.access;

import static dev.sluice.wire.Checks.checkRange;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A block of IP addresses: {@code 10.0.0.0/8}, {@code fd00::/8}, or a single address.
 *
 * @param base the first address; bits after the prefix are not looked at
 * @param prefix leading bits that count: 0 to 32, or to 128 for IPv6
 */
public record AddressBlock(InetAddress base, int prefix) {
  public AddressBlock {
    checkRange("prefix", prefix, 0, base.getAddress().length * 8);
  }

  /** Reads {@code address} or {@code address/prefix}; null when it is neither. */
  public static @Nullable AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    InetAddress base = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
    if (base == null) {
      return null;
    }
    int bits = base.getAddress().length * 8;
    if (slash < 0) {
      return new AddressBlock(base, bits);
    }
    String prefix = text.substring(slash + 1);
    if (!prefix.matches("\\d{1,3}") || Integer.parseInt(prefix) > bits) {
      return null;
    }
    return new AddressBlock(base, Integer.parseInt(prefix));
  }

  /** Whether {@code address} is of this block; IPv4 and IPv6 never are of one block. */
  public boolean contains(InetAddress address) {
    byte[] mine = base.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit & 7);
      if (((mine[bit >> 3] ^ other[bit >> 3]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    String address = base.getHostAddress();
    return prefix == base.getAddress().length * 8 ? address : address + "/" + prefix;
  }
}
