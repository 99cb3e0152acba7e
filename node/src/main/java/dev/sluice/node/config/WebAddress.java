package dev.sluice.node.config;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The address of something that is fetched: {@code http[s]://host[:port][/path][?query]}.
 *
 * @param uri without user and fragment
 */
public record WebAddress(URI uri) {
  private static final int MAX_CHARS = 1_000;

  /** Reads an address; null when it is none. */
  public static @Nullable WebAddress parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException _) {
      return null;
    }
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    return web
            && text.length() <= MAX_CHARS
            && uri.getHost() != null
            && uri.getRawUserInfo() == null
            && uri.getRawFragment() == null
        ? new WebAddress(uri)
        : null;
  }

  /** Without the query, in which there may be a secret. */
  String shown() {
    String text = toString();
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query + 1) + Secret.HIDDEN;
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
