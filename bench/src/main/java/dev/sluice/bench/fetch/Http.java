package dev.sluice.bench.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Single requests, one after the other, blocking: what a scenario needs before its clients come.
 */
public final class Http {
  private static final int TIMEOUT_MS = 15_000;

  private final InetSocketAddress address;

  /** Requests to a server on this machine. */
  public Http(InetSocketAddress address) {
    this.address = address;
  }

  private HttpURLConnection open(String path) throws IOException {
    var connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + address.getPort() + path).toURL().openConnection();
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    return connection;
  }

  /**
   * The body at a path.
   *
   * @throws IOException when the answer is not 200
   */
  public byte[] get(String path) throws IOException {
    HttpURLConnection connection = open(path);
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      connection.disconnect();
      throw new IOException("status %d of %s".formatted(status, path));
    }
    try (InputStream in = connection.getInputStream()) {
      return in.readAllBytes();
    }
  }

  /** The same as text. */
  public String text(String path) throws IOException {
    return new String(get(path), StandardCharsets.UTF_8);
  }

  /**
   * Where a path redirects to, relative to the same server.
   *
   * @throws IOException when it does not
   */
  public String redirect(String path) throws IOException {
    HttpURLConnection connection = open(path);
    int status = connection.getResponseCode();
    String location = connection.getHeaderField("Location");
    try (InputStream in = connection.getInputStream()) {
      in.readAllBytes();
    }
    if (status != HttpURLConnection.HTTP_MOVED_TEMP || location == null) {
      throw new IOException("status %d of %s, which has to redirect".formatted(status, path));
    }
    return location;
  }
}
