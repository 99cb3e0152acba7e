package dev.sluice.testkit.hls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A segment, a part or an init segment that a client asked for, and what was in it.
 *
 * @param uri relative to the same root as the playlists'
 * @param range {@code LENGTH@OFFSET} where only that was asked for; null for all of it
 * @param atNs when it was answered, on the clock of the {@link Load}s
 * @param status of the answer, 200 or 206 where it was there
 * @param bytes its length
 * @param digest of its bytes, of any kind
 * @param media what was in it; null when nobody looked
 */
public record Fetch(
    String uri,
    @Nullable String range,
    long atNs,
    int status,
    long bytes,
    String digest,
    @Nullable Media media) {

  /**
   * What a client found in a segment, a part or an init segment.
   *
   * @param startNs of its first sample on the media's own clock; −1 for an init segment
   * @param durationNs of its samples; 0 for an init segment
   * @param independent whether it begins with a random access point, or is sound alone
   * @param codecs of its tracks as RFC 6381 writes them; none where there was no init segment in it
   */
  public record Media(long startNs, long durationNs, boolean independent, List<String> codecs) {
    public Media {
      codecs = List.copyOf(codecs);
    }
  }

  String key() {
    return range == null ? uri : uri + "#" + range;
  }

  boolean found() {
    return status == 200 || status == 206;
  }
}
