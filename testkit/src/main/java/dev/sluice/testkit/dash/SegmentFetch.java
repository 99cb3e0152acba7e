package dev.sluice.testkit.dash;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A segment or an init segment that a client asked for, and what was in it.
 *
 * @param uri without a host
 * @param utcNs the wall clock when it was asked for, nanoseconds since the Unix epoch
 * @param status of the answer, 200 where it was there
 * @param bytes its length
 * @param digest of its bytes, of any kind
 * @param media what was in it; null when nobody looked
 */
public record SegmentFetch(
    String uri, long utcNs, int status, long bytes, String digest, @Nullable Media media) {

  /**
   * An event message.
   *
   * @param scheme that it is of
   * @param id in its scheme
   * @param inFront whether it stood in front of the first {@code moof}
   */
  public record Event(String scheme, long id, boolean inFront) {}

  /**
   * What was in it.
   *
   * @param startTicks earliest presentation time; −1 for an init segment
   * @param durationTicks of its samples; 0 for an init segment
   * @param timescale of the track; 0 where it was not known
   * @param codecs as RFC 6381 writes them; empty for a segment
   * @param producedUtcNs of a {@code prft} box, for the earliest presentation time; −1 for none
   * @param events its {@code emsg} boxes, in order
   */
  public record Media(
      long startTicks,
      long durationTicks,
      long timescale,
      String codecs,
      long producedUtcNs,
      List<Event> events) {

    /** Of an init segment. */
    public static Media init(String codecs, long timescale) {
      return new Media(-1, 0, timescale, codecs, -1, List.of());
    }

    /** Of a segment. */
    public static Media segment(long startTicks, long durationTicks, long timescale) {
      return new Media(startTicks, durationTicks, timescale, "", -1, List.of());
    }
  }
}
