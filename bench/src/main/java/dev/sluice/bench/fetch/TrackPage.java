package dev.sluice.bench.fetch;

import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * A low-latency media playlist, read far enough to know what can be fetched. Shares no code with
 * the server.
 *
 * @param first media sequence number of the first segment
 * @param segments addresses of whole ones; "" for a gap
 * @param parts addresses of the parts of the segment that is not whole
 * @param partsOfLast addresses of the parts of the last whole segment; empty when none are listed
 */
public record TrackPage(
    long first, List<String> segments, List<String> parts, List<String> partsOfLast) {
  public TrackPage {
    segments = List.copyOf(segments);
    parts = List.copyOf(parts);
    partsOfLast = List.copyOf(partsOfLast);
  }

  /**
   * Reads one.
   *
   * @throws MalformedException when it is none, or not whole
   */
  public static TrackPage read(String text) {
    if (!text.startsWith("#EXTM3U\n") || !text.endsWith("\n")) {
      throw new MalformedException("no playlist, or not all of it");
    }
    long first = -1;
    boolean gap = false;
    List<String> segments = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    List<String> partsOfLast = List.of();
    for (String line : text.split("\n")) {
      if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:")) {
        first = Long.parseLong(line.substring(line.indexOf(':') + 1));
      } else if (line.startsWith("#EXT-X-GAP")) {
        gap = true;
      } else if (line.startsWith("#EXT-X-PART:")) {
        parts.add(uri(line));
      } else if (!line.startsWith("#") && !line.isEmpty()) {
        segments.add(gap ? "" : line);
        gap = false;
        partsOfLast = parts;
        parts = new ArrayList<>();
      }
    }
    if (first < 0) {
      throw new MalformedException("a playlist without EXT-X-MEDIA-SEQUENCE");
    }
    return new TrackPage(first, segments, parts, partsOfLast);
  }

  private static String uri(String line) {
    int from = line.indexOf("URI=\"");
    int to = from < 0 ? -1 : line.indexOf('"', from + 5);
    if (to < 0) {
      throw new MalformedException("a part without an address");
    }
    return line.substring(from + 5, to);
  }

  /** Number of the segment that is not whole, or comes next. */
  public long open() {
    return first + segments.size();
  }

  /** Whether a part is in it, or something behind it (section 6.2.5.2). */
  public boolean has(long number, int part) {
    return number < open() || number == open() && part < parts.size();
  }
}
