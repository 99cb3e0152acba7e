package dev.sluice.wire.hls;

import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one media playlist, line by line. */
final class MediaPlaylistReader {
  private int version = 1;
  private boolean independentSegments;
  private MediaPlaylist.@Nullable Type type;
  private long targetSeconds = -1;
  private long partTargetNs;
  private ServerControl control = ServerControl.NONE;
  private long mediaSequence;
  private long discontinuitySequence;
  private long skipped;
  private final List<Segment> segments = new ArrayList<>();
  private @Nullable PreloadHint hint;
  private final List<RenditionReport> reports = new ArrayList<>();
  private boolean ended;

  // of the segment whose URI has not come yet
  private long durationNs = -1;
  private String title = "";
  private boolean discontinuity;
  private boolean gap;
  private @Nullable Key key;
  private @Nullable InitSection init;
  private long programDateNs = Segment.UNDATED;
  private @Nullable ByteRange range;
  private final List<Part> parts = new ArrayList<>();
  private final List<DateRange> dateRanges = new ArrayList<>();
  private int allParts;

  MediaPlaylist read(String text) {
    PlaylistLines.forEach(text, MediaPlaylist.MAX_CHARACTERS, this::tag, this::uri);
    if (targetSeconds < 0) {
      throw new MalformedException("a media playlist without EXT-X-TARGETDURATION");
    }
    if (durationNs >= 0) {
      throw new MalformedException("a media playlist whose last EXTINF has no URI");
    }
    boolean tagged =
        discontinuity || key != null || init != null || programDateNs != Segment.UNDATED;
    return new MediaPlaylist(
        version,
        independentSegments,
        type,
        targetSeconds,
        partTargetNs,
        control,
        mediaSequence,
        discontinuitySequence,
        skipped,
        segments,
        parts,
        tagged ? new MediaPlaylist.OpenTags(discontinuity, key, init, programDateNs) : null,
        hint,
        reports,
        ended);
  }

  private void tag(String name, String value) {
    switch (name) {
      case "EXT-X-VERSION" -> version = number(name, value, 1, 100);
      case "EXT-X-INDEPENDENT-SEGMENTS" -> independentSegments = true;
      case "EXT-X-PLAYLIST-TYPE" -> type = type(value);
      case "EXT-X-TARGETDURATION" -> targetSeconds = number(name, value, 0, Integer.MAX_VALUE);
      case "EXT-X-PART-INF" -> {
        AttributeList attributes = AttributeList.read(value);
        attributes.requiredText("PART-TARGET");
        partTargetNs = attributes.seconds("PART-TARGET", 0);
      }
      case "EXT-X-SERVER-CONTROL" -> control = ServerControl.read(AttributeList.read(value));
      case "EXT-X-MEDIA-SEQUENCE" -> mediaSequence = Decimals.integer(name, value);
      case "EXT-X-DISCONTINUITY-SEQUENCE" -> discontinuitySequence = Decimals.integer(name, value);
      case "EXT-X-SKIP" -> {
        AttributeList attributes = AttributeList.read(value);
        attributes.requiredText("SKIPPED-SEGMENTS");
        skipped = attributes.integer("SKIPPED-SEGMENTS", 0);
      }
      case "EXTINF" -> extinf(value);
      case "EXT-X-DISCONTINUITY" -> discontinuity = true;
      case "EXT-X-GAP" -> gap = true;
      case "EXT-X-KEY" -> key = Key.read(AttributeList.read(value));
      case "EXT-X-MAP" -> init = InitSection.read(AttributeList.read(value));
      case "EXT-X-PROGRAM-DATE-TIME" -> programDateNs = Dates.read(name, value);
      case "EXT-X-BYTERANGE" -> range = ByteRange.read(value);
      case "EXT-X-PART" -> part(Part.read(AttributeList.read(value)));
      case "EXT-X-DATERANGE" -> {
        dateRanges.add(DateRange.read(AttributeList.read(value)));
        limit("dates of one segment", dateRanges.size(), MediaPlaylist.MAX_PARTS);
      }
      case "EXT-X-PRELOAD-HINT" -> hint = PreloadHint.read(AttributeList.read(value));
      case "EXT-X-RENDITION-REPORT" -> {
        reports.add(RenditionReport.read(AttributeList.read(value)));
        limit("rendition reports", reports.size(), MediaPlaylist.MAX_PARTS);
      }
      case "EXT-X-ENDLIST" -> ended = true;
      case "EXT-X-STREAM-INF" ->
          throw new MalformedException("a multivariant playlist, not a media playlist");
      default -> {} // of later versions, or others' own
    }
  }

  private static int number(String name, String value, int least, int most) {
    long number = Decimals.integer(name, value);
    if (number < least || number > most) {
      throw new MalformedException(
          "%s is %d, allowed is %d to %d".formatted(name, number, least, most));
    }
    return (int) number;
  }

  private static MediaPlaylist.Type type(String value) {
    return switch (value) {
      case "EVENT" -> MediaPlaylist.Type.EVENT;
      case "VOD" -> MediaPlaylist.Type.VOD;
      default -> throw new MalformedException("EXT-X-PLAYLIST-TYPE is " + value);
    };
  }

  private void extinf(String value) {
    int comma = value.indexOf(',');
    durationNs =
        Decimals.seconds("EXTINF", (comma < 0 ? value : value.substring(0, comma)).strip());
    title = comma < 0 ? "" : value.substring(comma + 1);
  }

  private void part(Part part) {
    parts.add(part);
    limit("parts", ++allParts, MediaPlaylist.MAX_PARTS);
  }

  private static void limit(String what, int count, int most) {
    if (count > most) {
      throw new MalformedException("more than %d %s".formatted(most, what));
    }
  }

  private void uri(String uri) {
    if (durationNs < 0) {
      throw new MalformedException("a URI without EXTINF: " + uri);
    }
    segments.add(
        new Segment(
            uri,
            durationNs,
            title,
            discontinuity,
            gap,
            key,
            init,
            programDateNs,
            range,
            parts,
            dateRanges));
    limit("segments", segments.size(), MediaPlaylist.MAX_SEGMENTS);
    durationNs = -1;
    title = "";
    discontinuity = false;
    gap = false;
    key = null;
    init = null;
    programDateNs = Segment.UNDATED;
    range = null;
    parts.clear();
    dateRanges.clear();
  }
}
