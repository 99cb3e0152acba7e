package dev.sluice.wire.hls;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.MalformedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A playlist of segments (RFC 8216bis, section 4.4).
 *
 * @param version {@code EXT-X-VERSION}; 1 when it is not said
 * @param independentSegments whether each segment can be decoded without those before it
 * @param type null for a playlist that may forget segments
 * @param targetSeconds no segment's duration, rounded, is longer
 * @param partTargetNs no part's duration is longer; 0 means there are no parts
 * @param control what the server offers
 * @param mediaSequence number of the first segment, skipped ones included
 * @param discontinuitySequence number of the first segment's discontinuity
 * @param skipped segments that a delta update leaves out before the first
 * @param segments whole ones
 * @param openParts of the segment that is not whole yet
 * @param openTags what stands in front of those parts: as those of a segment; null when there is
 *     nothing
 * @param hint what comes next; null when it is not said
 * @param reports of the other playlists
 * @param ended whether nothing more comes
 */
public record MediaPlaylist(
    int version,
    boolean independentSegments,
    @Nullable Type type,
    long targetSeconds,
    long partTargetNs,
    ServerControl control,
    long mediaSequence,
    long discontinuitySequence,
    long skipped,
    List<Segment> segments,
    List<Part> openParts,
    @Nullable OpenTags openTags,
    @Nullable PreloadHint hint,
    List<RenditionReport> reports,
    boolean ended) {

  /** Segments of one playlist: more than a day of two seconds each. */
  public static final int MAX_SEGMENTS = 50_000;

  /** Parts of one playlist. */
  public static final int MAX_PARTS = 20_000;

  /** Characters of one playlist. */
  public static final int MAX_CHARACTERS = 16 << 20;

  /** What may still change ({@code EXT-X-PLAYLIST-TYPE}). */
  public enum Type {
    /** Segments are appended and none is forgotten. */
    EVENT,
    /** Nothing changes. */
    VOD
  }

  /**
   * Tags of the segment that is not whole yet, for whoever plays its parts.
   *
   * @param discontinuity as of {@link Segment}
   * @param key as of {@link Segment}
   * @param init as of {@link Segment}
   * @param programDateNs as of {@link Segment}
   */
  public record OpenTags(
      boolean discontinuity, @Nullable Key key, @Nullable InitSection init, long programDateNs) {

    void write(StringBuilder out) {
      if (discontinuity) {
        out.append("#EXT-X-DISCONTINUITY\n");
      }
      if (key != null) {
        key.write(out);
      }
      if (init != null) {
        init.write(out);
      }
      if (programDateNs != Segment.UNDATED) {
        out.append("#EXT-X-PROGRAM-DATE-TIME:").append(Dates.text(programDateNs)).append('\n');
      }
    }
  }

  public MediaPlaylist {
    checkRange("version", version, 1, 100);
    checkRange("mediaSequence", mediaSequence, 0, Long.MAX_VALUE);
    segments = List.copyOf(segments);
    openParts = List.copyOf(openParts);
    reports = List.copyOf(reports);
  }

  /**
   * Reads a whole playlist.
   *
   * @throws MalformedException when it is none, names the line where it can
   */
  public static MediaPlaylist read(String text) {
    return new MediaPlaylistReader().read(text);
  }

  /** Its text. */
  public String write() {
    StringBuilder out = new StringBuilder(256 + 64 * (segments.size() + openParts.size()));
    out.append("#EXTM3U\n");
    if (version > 1) {
      out.append("#EXT-X-VERSION:").append(version).append('\n');
    }
    out.append("#EXT-X-TARGETDURATION:").append(targetSeconds).append('\n');
    if (!control.equals(ServerControl.NONE)) {
      control.write(out);
    }
    if (partTargetNs > 0) {
      new AttributeList.Writer(out.append("#EXT-X-PART-INF:")).seconds("PART-TARGET", partTargetNs);
      out.append('\n');
    }
    out.append("#EXT-X-MEDIA-SEQUENCE:").append(mediaSequence).append('\n');
    // what may lose a discontinuity has to say it, 0 too (section 6.2.2)
    if (discontinuitySequence > 0
        || skipped > 0
        || openTags != null && openTags.discontinuity()
        || segments.stream().anyMatch(Segment::discontinuity)) {
      out.append("#EXT-X-DISCONTINUITY-SEQUENCE:").append(discontinuitySequence).append('\n');
    }
    if (type != null) {
      out.append("#EXT-X-PLAYLIST-TYPE:").append(type).append('\n');
    }
    if (independentSegments) {
      out.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    }
    if (skipped > 0) {
      new AttributeList.Writer(out.append("#EXT-X-SKIP:")).integer("SKIPPED-SEGMENTS", skipped);
      out.append('\n');
    }
    for (Segment segment : segments) {
      segment.write(version < 3, out);
    }
    if (openTags != null) {
      openTags.write(out);
    }
    for (Part part : openParts) {
      part.write(out);
    }
    if (hint != null) {
      hint.write(out);
    }
    for (RenditionReport report : reports) {
      report.write(out);
    }
    if (ended) {
      out.append("#EXT-X-ENDLIST\n");
    }
    return out.toString();
  }
}
