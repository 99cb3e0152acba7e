package dev.sluice.node.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The address of something that is fetched, as a {@link WebAddress}, with words in square brackets
 * that are replaced each time.
 *
 * @param uri the address with the brackets escaped
 */
public record WebTemplate(URI uri) {
  /** Reads an address; null when it is none. */
  public static @Nullable WebTemplate parse(String text) {
    int path = text.indexOf('/', text.indexOf("://") + 3);
    if (path < 0) {
      path = text.length(); // brackets of a host are those of an IPv6 address
    }
    String escaped = text.substring(path).replace("[", "%5B").replace("]", "%5D");
    WebAddress address = WebAddress.parse(text.substring(0, path) + escaped);
    return address == null ? null : new WebTemplate(address.uri());
  }

  @Override
  public String toString() {
    return uri.toString().replace("%5B", "[").replace("%5D", "]");
  }
}
