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
    if (text.contains("://[")) {
      return null; // the host cannot be replaced; and as an IPv6 address its brackets are none
    }
    WebAddress address = WebAddress.parse(text.replace("[", "%5B").replace("]", "%5D"));
    return address == null ? null : new WebTemplate(address.uri());
  }

  @Override
  public String toString() {
    return uri.toString().replace("%5B", "[").replace("%5D", "]");
  }
}
