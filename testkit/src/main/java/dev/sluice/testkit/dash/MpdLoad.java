package dev.sluice.testkit.dash;

/**
 * A description that a client loaded.
 *
 * @param uri of it, without a host
 * @param utcNs the wall clock when the answer was there, nanoseconds since the Unix epoch
 * @param text all of it
 */
public record MpdLoad(String uri, long utcNs, String text) {
  String where() {
    return "%s at %.3f s".formatted(uri, utcNs / 1e9);
  }
}
