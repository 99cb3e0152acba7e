package dev.sluice.testkit.hls;

import java.util.ArrayList;
import java.util.List;

/** The variants of a multivariant playlist. */
final class Variants {
  private Variants() {}

  /**
   * One.
   *
   * @param uri resolved; empty when the line is missing
   * @param attributes of it
   */
  record Variant(String uri, Attributes attributes) {}

  static List<Variant> of(PlaylistText multivariant) {
    List<Variant> variants = new ArrayList<>();
    String open = null;
    for (String line : multivariant.load.text().split("\r?\n", -1)) {
      if (line.startsWith("#EXT-X-STREAM-INF:")) {
        open = line.substring("#EXT-X-STREAM-INF:".length());
      } else if (open != null && !line.isBlank() && line.charAt(0) != '#') {
        variants.add(
            new Variant(multivariant.resolve(line), Attributes.of("EXT-X-STREAM-INF", open)));
        open = null;
      }
    }
    if (open != null) {
      variants.add(new Variant("", Attributes.of("EXT-X-STREAM-INF", open)));
    }
    return variants;
  }
}
