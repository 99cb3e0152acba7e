package dev.sluice.wire.proxy;

import static dev.sluice.wire.Checks.checkRange;

import org.jspecify.annotations.Nullable;

/**
 * One end of a connection.
 *
 * @param port 0 to 65535; 0 where it is not told
 */
public record Endpoint(IpAddress address, int port) {
  static final int MAX_PORT = 65_535;

  public Endpoint {
    checkRange("port", port, 0, MAX_PORT);
  }

  /**
   * Reads what header fields name as a node (RFC 7239, section 6, and what is usual in {@code
   * X-Forwarded-For}): {@code 192.0.2.7}, {@code 192.0.2.7:4711}, {@code [2001:db8::1]}, {@code
   * [2001:db8::1]:4711}, {@code 2001:db8::1}. A port that is hidden ({@code :_x}) is 0. Null for
   * all else, {@code unknown} and hidden names ({@code _x}) included.
   */
  public static @Nullable Endpoint parse(String node) {
    int end;
    String host;
    if (node.startsWith("[")) {
      int bracket = node.indexOf(']');
      if (bracket < 0) {
        return null;
      }
      host = node.substring(1, bracket);
      end = bracket + 1;
      if (host.indexOf(':') < 0) {
        return null; // brackets are for IPv6
      }
    } else {
      int colon = node.indexOf(':');
      end = colon < 0 || node.indexOf(':', colon + 1) >= 0 ? node.length() : colon;
      host = node.substring(0, end);
    }
    IpAddress address = IpAddress.parse(host);
    if (address == null) {
      return null;
    }
    if (end == node.length()) {
      return new Endpoint(address, 0);
    }
    if (node.charAt(end) != ':') {
      return null;
    }
    String port = node.substring(end + 1);
    if (port.length() > 1 && port.charAt(0) == '_') {
      return new Endpoint(address, 0);
    }
    int number = IpAddress.decimal(port, MAX_PORT);
    return number < 0 ? null : new Endpoint(address, number);
  }

  /** As URLs have it: IPv6 in brackets. */
  @Override
  public String toString() {
    return (address.isV4() ? address.toString() : "[" + address + "]") + ":" + port;
  }
}
