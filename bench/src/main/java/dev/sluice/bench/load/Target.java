package dev.sluice.bench.load;

import dev.sluice.bench.wire.RtmpUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Address of one stream on this machine.
 *
 * @param form what the viewer speaks
 * @param host as in the URL
 * @param address always loopback
 * @param path without its leading slash, with the query
 */
public record Target(Form form, String host, InetSocketAddress address, String path) {
  /** What a viewer speaks. */
  public enum Form {
    RTMP("rtmp", 1935),
    RTMPS("rtmps", 443),
    HTTP_FLV("http", 80),
    HTTPS_FLV("https", 443),
    /** Bytes without any protocol, from the moment of connecting: the floor. */
    RAW("raw", 0);

    private final String scheme;
    private final int port;

    Form(String scheme, int port) {
      this.scheme = scheme;
      this.port = port;
    }

    /** True when bytes are encrypted. */
    public boolean isTls() {
      return this == RTMPS || this == HTTPS_FLV;
    }

    /** The beginning of such a URL. */
    public String scheme() {
      return scheme;
    }
  }

  /**
   * Reads {@code rtmp[s]://}, {@code http[s]://} and {@code raw://} URLs.
   *
   * @throws IllegalArgumentException when the URL cannot be used
   * @throws IOException when its host is not this machine, or has no address
   */
  public static Target parse(String url) throws IOException {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException bad) {
      throw new IllegalArgumentException("not a URL: " + url, bad);
    }
    Form form = form(String.valueOf(uri.getScheme()));
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("no host in " + url);
    }
    String host = uri.getHost();
    int port = uri.getPort() < 0 ? form.port : uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String path = uri.getRawPath().replaceFirst("^/", "") + query;
    if (form == Form.RTMP || form == Form.RTMPS) {
      RtmpUrl unused = RtmpUrl.of(form.scheme, host, port, path); // says what is wrong with it
      assert unused.app().length() > 0;
    }
    return new Target(form, host, new InetSocketAddress(loopback(host), port), path);
  }

  private static Form form(String scheme) {
    for (Form form : Form.values()) {
      if (form.scheme.equals(scheme.toLowerCase(Locale.ROOT))) {
        return form;
      }
    }
    throw new IllegalArgumentException(
        "scheme is \"%s\", allowed are rtmp, rtmps, http, https and raw".formatted(scheme));
  }

  private static InetAddress loopback(String host) throws IOException {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      throw new IOException("no address for " + host, unknown);
    }
    if (!address.isLoopbackAddress()) {
      throw new IOException(
          "%s is not this machine: the load client only talks to loopback addresses"
              .formatted(host));
    }
    return address;
  }

  /** The RTMP names of this address. */
  public RtmpUrl rtmp() {
    return RtmpUrl.of(form.scheme, host, address.getPort(), path);
  }
}
