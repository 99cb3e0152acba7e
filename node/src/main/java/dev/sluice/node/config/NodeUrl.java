package dev.sluice.node.config;

import org.jspecify.annotations.Nullable;

/**
 * Where another node answers: {@code http://host[:port]} or {@code https://…}.
 *
 * @param host name or IP address, IPv6 without brackets
 */
public record NodeUrl(boolean tls, String host, int port) {
  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Reads a URL without path, query and user; null when it is none. */
  public static @Nullable NodeUrl parse(String text) {
    boolean tls = text.startsWith(HTTPS);
    if (!tls && !text.startsWith(HTTP)) {
      return null;
    }
    String rest = text.substring(tls ? HTTPS.length() : HTTP.length());
    if (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    boolean hasPort = rest.lastIndexOf(':') > rest.lastIndexOf(']');
    String full = hasPort ? rest : rest + ":" + (tls ? HTTPS_PORT : HTTP_PORT);
    ListenAddress address = ListenAddress.parse(full);
    return address == null || address.host().isEmpty() || address.port() == 0
        ? null
        : new NodeUrl(tls, address.host(), address.port());
  }

  /** The URL, with its port where it is not the usual one. */
  @Override
  public String toString() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    boolean usual = port == (tls ? HTTPS_PORT : HTTP_PORT);
    return (tls ? HTTPS : HTTP) + shown + (usual ? "" : ":" + port);
  }
}
