package dev.sluice.node.config;

import org.jspecify.annotations.Nullable;

/**
 * Where a server takes RTMP: {@code rtmp://host[:port]} or {@code rtmps://…}.
 *
 * @param host name or IP address, IPv6 without brackets
 */
public record RtmpServerUrl(boolean tls, String host, int port) {
  private static final String RTMP = "rtmp://";
  private static final String RTMPS = "rtmps://";
  private static final int RTMP_PORT = 1935;
  private static final int RTMPS_PORT = 443;

  /** Reads a URL without app, query and user; null when it is none. */
  public static @Nullable RtmpServerUrl parse(String text) {
    boolean tls = text.startsWith(RTMPS);
    if (!tls && !text.startsWith(RTMP)) {
      return null;
    }
    String rest = text.substring(tls ? RTMPS.length() : RTMP.length());
    if (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    boolean hasPort = rest.lastIndexOf(':') > rest.lastIndexOf(']');
    ListenAddress address =
        ListenAddress.parse(hasPort ? rest : rest + ":" + (tls ? RTMPS_PORT : RTMP_PORT));
    return address == null || address.host().isEmpty() || address.port() == 0
        ? null
        : new RtmpServerUrl(tls, address.host(), address.port());
  }

  /** The URL, with its port where it is not the usual one. */
  @Override
  public String toString() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    boolean usual = port == (tls ? RTMPS_PORT : RTMP_PORT);
    return (tls ? RTMPS : RTMP) + shown + (usual ? "" : ":" + port);
  }
}
