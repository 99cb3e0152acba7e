package dev.sluice.node.face;

import java.net.URI;

/** The address of the page that a viewer watches on, as it may be shown. */
public final class ShownPage {
  private ShownPage() {}

  /** Without what may be secret in it; empty when it is no address. */
  public static String of(String given) {
    if (given.isEmpty()) {
      return "";
    }
    try {
      URI page = URI.create(given);
      String host = page.getHost();
      if (page.getScheme() == null || host == null) {
        return "";
      }
      String port = page.getPort() < 0 ? "" : ":" + page.getPort();
      String path = page.getRawPath() == null ? "" : page.getRawPath();
      return page.getScheme() + "://" + host + port + path;
    } catch (IllegalArgumentException noAddress) {
      return "";
    }
  }
}
