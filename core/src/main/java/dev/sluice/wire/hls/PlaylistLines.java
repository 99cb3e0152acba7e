package dev.sluice.wire.hls;

import dev.sluice.wire.MalformedException;

/** The lines of a playlist (RFC 8216bis, section 4.1). */
final class PlaylistLines {
  private static final String FIRST = "#EXTM3U";
  private static final String TAG = "#EXT";
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private PlaylistLines() {}

  /** Takes a tag. */
  @FunctionalInterface
  interface Tags {
    /**
     * Takes one.
     *
     * @param name with EXT and without #
     * @param value behind the colon; empty when there is none
     */
    void tag(String name, String value);
  }

  /** Takes a URI. */
  @FunctionalInterface
  interface Uris {
    /** Takes one. */
    void uri(String uri);
  }

  /**
   * Goes through all of {@code text}; comments and empty lines are left out.
   *
   * @throws MalformedException when it is no playlist, or with the number of a line that {@code
   *     tags} or {@code uris} refuse
   */
  static void forEach(String text, int mostCharacters, Tags tags, Uris uris) {
    if (text.length() > mostCharacters) {
      throw new MalformedException(
          "a playlist of %d characters, allowed are %d".formatted(text.length(), mostCharacters));
    }
    String[] lines = text.split("\r?\n", -1);
    if (!lines[0].strip().equals(FIRST)) {
      throw new MalformedException(
          lines[0].startsWith(BYTE_ORDER_MARK)
              ? "a playlist that begins with a byte order mark"
              : "no playlist: it does not begin with " + FIRST);
    }
    for (int i = 1; i < lines.length; i++) {
      String line = lines[i].strip();
      try {
        if (line.startsWith(TAG)) {
          int colon = line.indexOf(':');
          tags.tag(
              line.substring(1, colon < 0 ? line.length() : colon),
              colon < 0 ? "" : line.substring(colon + 1));
        } else if (!line.isEmpty() && line.charAt(0) != '#') {
          uris.uri(line);
        }
      } catch (MalformedException broken) {
        throw new MalformedException("line %d: %s".formatted(i + 1, broken.getMessage()));
      }
    }
  }
}
