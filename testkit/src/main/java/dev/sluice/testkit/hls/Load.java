package dev.sluice.testkit.hls;

import org.jspecify.annotations.Nullable;

/**
 * A playlist that a client loaded.
 *
 * @param uri without the delivery directives; media playlists relative to the same root as the
 *     multivariant playlist
 * @param query {@code _HLS_msn=…&_HLS_part=…&_HLS_skip=YES}; empty when nothing was asked for
 * @param askedNs when it was asked for, on any clock that never goes back
 * @param answeredNs when it was there
 * @param text all of it
 */
public record Load(String uri, String query, long askedNs, long answeredNs, String text) {

  /** The value of a delivery directive; null when it was not asked for. */
  @Nullable String directive(String name) {
    for (String pair : query.split("&")) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    return null;
  }

  /** A number of a delivery directive; −1 when it was not asked for. */
  long number(String name) {
    String value = directive(name);
    return value == null ? -1 : Long.parseLong(value);
  }

  String where() {
    return "%s%s at %.3f s".formatted(uri, query.isEmpty() ? "" : "?" + query, answeredNs / 1e9);
  }
}
