package dev.sluice.wire.hls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A media segment with the tags that apply to it (RFC 8216bis, section 4.4.4).
 *
 * @param uri where it is
 * @param durationNs of its media
 * @param title free text behind the duration; empty when there is none
 * @param discontinuity whether what comes is not the continuation of what was
 * @param gap whether it is not to be had
 * @param key from here on; null when it is as before
 * @param init from here on; null when it is as before
 * @param programDateNs UTC of its first media; {@link #UNDATED} when it is not said
 * @param range of the resource; null means all
 * @param parts it can be had in as well
 * @param dateRanges that are told in front of it
 */
public record Segment(
    String uri,
    long durationNs,
    String title,
    boolean discontinuity,
    boolean gap,
    @Nullable Key key,
    @Nullable InitSection init,
    long programDateNs,
    @Nullable ByteRange range,
    List<Part> parts,
    List<DateRange> dateRanges) {
  /** No date is said. */
  public static final long UNDATED = Long.MIN_VALUE;

  public Segment {
    parts = List.copyOf(parts);
    dateRanges = List.copyOf(dateRanges);
  }

  /** A whole resource that continues what was before it. */
  public static Segment of(String uri, long durationNs) {
    return new Segment(
        uri, durationNs, "", false, false, null, null, UNDATED, null, List.of(), List.of());
  }

  /** The same with these in front of it. */
  public Segment with(List<DateRange> ranges) {
    return new Segment(
        uri, durationNs, title, discontinuity, gap, key, init, programDateNs, range, parts, ranges);
  }

  /**
   * Writes it.
   *
   * @param wholeSeconds whether durations are rounded to seconds, as version 2 and before want
   */
  void write(boolean wholeSeconds, StringBuilder out) {
    for (DateRange range : dateRanges) {
      range.write(out);
    }
    if (discontinuity) {
      out.append("#EXT-X-DISCONTINUITY\n");
    }
    if (key != null) {
      key.write(out);
    }
    if (init != null) {
      init.write(out);
    }
    if (programDateNs != UNDATED) {
      out.append("#EXT-X-PROGRAM-DATE-TIME:").append(Dates.text(programDateNs)).append('\n');
    }
    if (gap) {
      out.append("#EXT-X-GAP\n");
    }
    for (Part part : parts) {
      part.write(out);
    }
    out.append("#EXTINF:");
    if (wholeSeconds) {
      out.append((durationNs + 500_000_000L) / 1_000_000_000L);
    } else {
      Decimals.writeSeconds(durationNs, out);
    }
    out.append(',').append(title).append('\n');
    if (range != null) {
      out.append("#EXT-X-BYTERANGE:").append(range).append('\n');
    }
    out.append(uri).append('\n');
  }
}
