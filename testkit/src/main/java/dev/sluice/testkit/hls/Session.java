package dev.sluice.testkit.hls;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that one client was told. */
final class Session {
  @Nullable PlaylistText multivariant;

  /** By URI. */
  final Map<String, History> playlists = new LinkedHashMap<>();

  /** By {@link Fetch#key}; only what was there. */
  final Map<String, Fetch> fetches = new LinkedHashMap<>();

  History history(String uri) {
    return playlists.computeIfAbsent(uri, History::new);
  }

  /** URIs of all media playlists that the multivariant playlist names. */
  List<String> named() {
    List<String> named = new ArrayList<>();
    if (multivariant != null) {
      for (Attributes rendition : multivariant.all("EXT-X-MEDIA")) {
        if (rendition.has("URI")) {
          named.add(multivariant.resolve(rendition.text("URI")));
        }
      }
      Variants.of(multivariant).forEach(variant -> named.add(variant.uri()));
    }
    return named.stream().distinct().toList();
  }

  /** What was in a segment, a part or an init segment; null when nobody looked. */
  Fetch.@Nullable Media media(String key) {
    Fetch fetch = fetches.get(key);
    return fetch == null ? null : fetch.media();
  }

  /**
   * A load in its place.
   *
   * @param text as it was sent
   * @param view what is known with it
   * @param before what was known; null at the first load of the playlist
   * @param history of the playlist, without this load
   * @param session all that was told before
   */
  record Step(
      PlaylistText text, View view, @Nullable View before, History history, Session session) {}
}
