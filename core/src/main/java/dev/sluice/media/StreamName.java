package dev.sluice.media;

import dev.sluice.wire.MalformedException;
import java.util.regex.Pattern;

/**
 * The name of a stream: {@code [vhost!]element[/element…]}, 1 to 8 elements of {@code
 * [A-Za-z0-9._-]}, at most 200 bytes, case kept.
 *
 * @param vhost the virtual host, empty for the default one
 * @param path the elements, joined by slashes
 */
public record StreamName(String vhost, String path) {
  private static final int MAX_BYTES = 200;
  private static final Pattern FORM =
      Pattern.compile("(?:([A-Za-z0-9._-]+)!)?([A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+){0,7})");

  /**
   * Reads a name that is percent-decoded already.
   *
   * @throws MalformedException when it is not of the form above
   */
  public static StreamName parse(String text) {
    var matcher = FORM.matcher(text);
    if (text.length() > MAX_BYTES || !matcher.matches()) {
      throw new MalformedException(
          "stream name is not [vhost!]element[/element…] with 1 to 8 elements of A-Z a-z 0-9 . _ -"
              + " and at most 200 bytes");
    }
    String vhost = matcher.group(1);
    return new StreamName(vhost == null ? "" : vhost, matcher.group(2));
  }

  @Override
  public String toString() {
    return vhost.isEmpty() ? path : vhost + "!" + path;
  }
}
