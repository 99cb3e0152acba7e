package dev.sluice.node.config;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.access.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a listener listens.
 *
 * @param host IP address (IPv6 without brackets), host name, or empty for all addresses of this
 *     host, IPv4 and IPv6
 * @param port 0 to 65535; 0 is any free port
 */
public record ListenAddress(String host, int port) {
  private static final Pattern NAME =
      Pattern.compile("(?:[A-Za-z0-9-]{1,63}\\.){0,8}[A-Za-z][A-Za-z0-9-]{0,62}");
  private static final Pattern PORT = Pattern.compile("\\d{1,5}");

  public ListenAddress {
    checkRange("port", port, 0, 65_535);
  }

  /** All addresses of this host at {@code port}. */
  public static ListenAddress any(int port) {
    return new ListenAddress("", port);
  }

  /** Reads {@code host:port}, {@code [IPv6]:port} or {@code :port}; null when it is none. */
  public static @Nullable ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || !PORT.matcher(text.substring(colon + 1)).matches()) {
      return null;
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (!host.contains(":") || IpLiteral.parse(host) == null) {
        return null;
      }
    } else if (!isAnyNameOrIpv4(host)) {
      return null;
    }
    return port > 65_535 ? null : new ListenAddress(host, port);
  }

  private static boolean isAnyNameOrIpv4(String host) {
    // a name's last label does not begin with a digit: 300.1.1.1 is no name to ask a server for
    return host.isEmpty()
        || NAME.matcher(host).matches()
        || (!host.contains(":") && IpLiteral.parse(host) != null);
  }

  /** The address to bind; asks the host's resolver when {@link #host} is a name. */
  public InetSocketAddress socketAddress() {
    if (host.isEmpty()) {
      return new InetSocketAddress(port);
    }
    InetAddress literal = IpLiteral.parse(host);
    return literal == null
        ? new InetSocketAddress(host, port)
        : new InetSocketAddress(literal, port);
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
