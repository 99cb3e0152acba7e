package dev.sluice.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** What an IP address tells, for access: without any look-up. */
final class Addresses {
  private static final int SITE_BYTES = 8;

  private Addresses() {}

  /** Whether {@code literal} is this host's own, 127.0.0.0/8 or ::1. */
  static boolean isLoopback(String literal) {
    try {
      return InetAddress.ofLiteral(literal).isLoopbackAddress();
    } catch (IllegalArgumentException noAddress) {
      return false;
    }
  }

  /**
   * What stands for one customer: an IPv4 address, or the first 64 bits of an IPv6 address, of
   * which everybody has as many as he likes.
   */
  static String site(String literal) {
    try {
      return InetAddress.ofLiteral(literal) instanceof Inet6Address six
          ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), SITE_BYTES))
          : literal;
    } catch (IllegalArgumentException noAddress) {
      return literal;
    }
  }
}
