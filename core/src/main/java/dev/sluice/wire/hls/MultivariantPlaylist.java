package dev.sluice.wire.hls;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A playlist of playlists (RFC 8216bis, section 4.4.6).
 *
 * @param version {@code EXT-X-VERSION}; 1 when it is not said
 * @param independentSegments whether each segment of all playlists can be decoded by itself
 * @param renditions in their order
 * @param variants the best guess first
 */
public record MultivariantPlaylist(
    int version, boolean independentSegments, List<Rendition> renditions, List<Variant> variants) {
  /** Characters of one playlist. */
  public static final int MAX_CHARACTERS = 1 << 20;

  /** Variants, and renditions, of one playlist. */
  public static final int MAX_ENTRIES = 1_000;

  public MultivariantPlaylist {
    checkRange("version", version, 1, 100);
    renditions = List.copyOf(renditions);
    variants = List.copyOf(variants);
  }

  /**
   * Reads a whole playlist.
   *
   * @throws MalformedException when it is none, names the line where it can
   */
  public static MultivariantPlaylist read(String text) {
    return new Reader().read(text);
  }

  /** Its text. */
  public String write() {
    StringBuilder out = new StringBuilder(512);
    out.append("#EXTM3U\n");
    if (version > 1) {
      out.append("#EXT-X-VERSION:").append(version).append('\n');
    }
    if (independentSegments) {
      out.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    }
    for (Rendition rendition : renditions) {
      rendition.write(out);
    }
    for (Variant variant : variants) {
      variant.write(out);
    }
    return out.toString();
  }

  private static final class Reader {
    private int version = 1;
    private boolean independentSegments;
    private final List<Rendition> renditions = new ArrayList<>();
    private final List<Variant> variants = new ArrayList<>();
    private @Nullable AttributeList open;

    MultivariantPlaylist read(String text) {
      PlaylistLines.forEach(text, MAX_CHARACTERS, this::tag, this::uri);
      if (open != null) {
        throw new MalformedException("a multivariant playlist whose last variant has no URI");
      }
      if (variants.isEmpty()) {
        throw new MalformedException("a multivariant playlist without a variant");
      }
      return new MultivariantPlaylist(version, independentSegments, renditions, variants);
    }

    private void tag(String name, String value) {
      switch (name) {
        case "EXT-X-VERSION" -> {
          long number = Decimals.integer(name, value);
          if (number < 1 || number > 100) {
            throw new MalformedException("EXT-X-VERSION is " + number);
          }
          version = (int) number;
        }
        case "EXT-X-INDEPENDENT-SEGMENTS" -> independentSegments = true;
        case "EXT-X-MEDIA" -> {
          renditions.add(Rendition.read(AttributeList.read(value)));
          limit("renditions", renditions.size());
        }
        case "EXT-X-STREAM-INF" -> open = AttributeList.read(value);
        case "EXTINF", "EXT-X-TARGETDURATION" ->
            throw new MalformedException("a media playlist, not a multivariant playlist");
        default -> {} // I-frame playlists, session data, steering, others' own
      }
    }

    private static void limit(String what, int count) {
      if (count > MAX_ENTRIES) {
        throw new MalformedException("more than %d %s".formatted(MAX_ENTRIES, what));
      }
    }

    private void uri(String uri) {
      if (open == null) {
        throw new MalformedException("a URI without EXT-X-STREAM-INF: " + uri);
      }
      variants.add(Variant.read(open, uri));
      limit("variants", variants.size());
      open = null;
    }
  }
}
