package dev.sluice.access;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** IP addresses as text; never asks a name server. */
public final class IpLiteral {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  private IpLiteral() {}

  /** Reads four decimal numbers or an IPv6 address without brackets and zone; null for the rest. */
  public static @Nullable InetAddress parse(String text) {
    boolean ipv6 = text.contains(":") && IPV6.matcher(text).matches();
    if (!ipv6 && !IPV4.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      return null; // a number over 255, two "::"
    }
  }
}
