package dev.sluice.net;

import static dev.sluice.wire.Checks.checkRange;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the HTTP front listens and what it bears.
 *
 * @param listeners where to listen
 * @param corsOrigins origins whose pages may read answers; {@code *} stands for all
 * @param maxHeaderBytes size of a request's head
 * @param maxBodyBytes size of a request's body
 * @param requestTimeoutMs a new connection must have sent its first request whole by then
 * @param keepAliveMs a connection must have sent a further request whole by then, counted from the
 *     end of the last answer
 * @param answerTimeoutMs an answer that is not media must have been taken by the peer by then
 */
public record HttpOptions(
    List<Listener> listeners,
    List<String> corsOrigins,
    int maxHeaderBytes,
    int maxBodyBytes,
    int requestTimeoutMs,
    int keepAliveMs,
    int answerTimeoutMs) {

  public HttpOptions {
    listeners = List.copyOf(listeners);
    corsOrigins = List.copyOf(corsOrigins);
    checkRange("maxHeaderBytes", maxHeaderBytes, 1_024, 1 << 20);
    checkRange("maxBodyBytes", maxBodyBytes, 0, 1 << 30);
    checkRange("requestTimeoutMs", requestTimeoutMs, 1, 3_600_000);
    checkRange("keepAliveMs", keepAliveMs, 1, 3_600_000);
    checkRange("answerTimeoutMs", answerTimeoutMs, 1, 3_600_000);
  }

  /** Header fields of answers that pages of other origins may read. */
  public static final List<String> EXPOSED_FIELDS =
      List.of("Content-Length", "Content-Range", "ETag", "Location");

  /** Whether pages of all origins may read answers. */
  public boolean anyOrigin() {
    return corsOrigins.contains("*");
  }

  /** The usual limits, with any origin allowed. */
  public static HttpOptions of(Listener... listeners) {
    return new HttpOptions(
        List.of(listeners), List.of("*"), 16_384, 1 << 20, 10_000, 75_000, 120_000);
  }

  /**
   * One address to listen on.
   *
   * @param host name or address of an interface; empty for all, IPv6 and IPv4
   * @param port TCP port; 0 takes a free one
   * @param tls certificate and key; null for plain HTTP
   * @param proxyProtocol whether connections of trusted proxies begin with the PROXY protocol's
   *     header
   */
  public record Listener(String host, int port, @Nullable Tls tls, boolean proxyProtocol) {
    public Listener {
      checkRange("port", port, 0, 65_535);
    }

    /** Without the PROXY protocol. */
    public Listener(String host, int port, @Nullable Tls tls) {
      this(host, port, tls, false);
    }

    /** Address and port for people. */
    @Override
    public String toString() {
      return (tls == null ? "http://" : "https://")
          + (host.isEmpty() ? "*" : host.contains(":") ? "[" + host + "]" : host)
          + ":"
          + port;
    }
  }

  /**
   * PEM files.
   *
   * @param certificate the chain, the server's own certificate first
   * @param key its private key, PKCS #8 or PKCS #1, not encrypted
   */
  public record Tls(Path certificate, Path key) {}
}
