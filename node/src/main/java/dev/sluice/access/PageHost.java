package dev.sluice.access;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * On whose pages a stream may be shown: {@code example.com}, {@code *.example.com} for the hosts
 * below it, or {@code none} for players that name no page.
 *
 * @param text as it is written, lower case
 */
public record PageHost(String text) {
  /** Players that name no page. */
  public static final PageHost NONE = new PageHost("none");

  private static final Pattern FORM =
      Pattern.compile("(?:\\*\\.)?[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63}){0,8}|\\[[0-9a-f:.]{2,45}]");

  /** Reads one; null when it is none. */
  public static @Nullable PageHost parse(String text) {
    return FORM.matcher(text).matches() ? new PageHost(text) : null;
  }

  /** Whether {@code page}, the address of a page, empty for none, is of this host. */
  boolean matches(String page) {
    if (page.isEmpty() || this.equals(NONE)) {
      return page.isEmpty() && this.equals(NONE);
    }
    String host = hostOf(page);
    return text.startsWith("*.") ? host.endsWith(text.substring(1)) : host.equals(text);
  }

  /**
   * The host of an address as a browser would read it, lower case; empty when it has none, as it
   * has not where control characters stand in it. What follows the first of {@code / \ ? #} is none
   * of it, nor what stands before an at sign.
   */
  static String hostOf(String page) {
    int begin = page.indexOf("://");
    if (begin < 0) {
      return "";
    }
    int end = begin + 3;
    while (end < page.length() && "/\\?#".indexOf(page.charAt(end)) < 0) {
      end++;
    }
    String authority = page.substring(begin + 3, end);
    String hostPort = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = hostPort.indexOf(':', hostPort.startsWith("[") ? hostPort.indexOf(']') + 1 : 0);
    String host = colon < 0 ? hostPort : hostPort.substring(0, colon);
    if (host.chars().anyMatch(Character::isISOControl)) {
      return "";
    }
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  @Override
  public String toString() {
    return text;
  }
}
