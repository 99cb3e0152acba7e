package dev.sluice.mux.mkv;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.matroska.CuePoint;
import dev.sluice.wire.matroska.EbmlHeader;
import dev.sluice.wire.matroska.ElementHeader;
import dev.sluice.wire.matroska.ElementId;
import dev.sluice.wire.matroska.SeekHead;
import dev.sluice.wire.matroska.SegmentInfo;
import dev.sluice.wire.matroska.TrackEntries;
import dev.sluice.wire.matroska.TrackEntry;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the clusters of a file, and its cues wherever they are.
 *
 * @param bodyAt where the segment's body begins; positions in it count from here
 * @param end where it ends
 * @param firstCluster where the first cluster begins
 * @param cues empty when there are none
 */
record Segment(
    SegmentInfo info,
    List<TrackEntry> tracks,
    long bodyAt,
    long end,
    long firstCluster,
    List<CuePoint> cues) {

  /** Bytes of tracks, of information, of a seek head. */
  static final int MAX_HEADER_BYTES = 4 << 20;

  /** Bytes of cues. */
  static final int MAX_CUES_BYTES = 16 << 20;

  /**
   * Reads the beginning of {@code file}.
   *
   * @throws MalformedException when it cannot be read, or has no tracks or no cluster
   * @throws dev.sluice.wire.UnsupportedException as the parts say
   */
  static Segment read(FileReader file) {
    ElementHeader ebml = file.header(0);
    if (ebml == null || ebml.id() != ElementId.EBML) {
      throw new MalformedException("no Matroska: the file does not begin with an EBML header");
    }
    long position = file.headerBytes();
    EbmlHeader.read(required("EBML header", file.body("EBML header", position, ebml, 4_096)));
    position += ebml.bodyBytes();
    ElementHeader header = file.header(position);
    while (header != null && header.id() == ElementId.VOID && header.bodyBytes() >= 0) {
      position += file.headerBytes() + header.bodyBytes();
      header = file.header(position);
    }
    if (header == null || header.id() != ElementId.SEGMENT) {
      throw new MalformedException("Matroska without a segment");
    }
    long bodyAt = position + file.headerBytes();
    boolean unknown = header.bodyBytes() == ElementHeader.UNKNOWN;
    long end = unknown ? file.sizeBytes() : Math.min(file.sizeBytes(), bodyAt + header.bodyBytes());
    return new Reading(file, bodyAt, end).segment();
  }

  private static ByteBuf required(String what, @Nullable ByteBuf body) {
    if (body == null) {
      throw new MalformedException("Matroska ends in its " + what);
    }
    return body;
  }

  /** A segment in the making. */
  private static final class Reading {
    private final FileReader file;
    private final long bodyAt;
    private final long end;
    private SegmentInfo info = SegmentInfo.DEFAULT;
    private List<TrackEntry> tracks = List.of();
    private List<CuePoint> cues = List.of();
    private @Nullable SeekHead seekHead;

    Reading(FileReader file, long bodyAt, long end) {
      this.file = file;
      this.bodyAt = bodyAt;
      this.end = end;
    }

    Segment segment() {
      long position = bodyAt;
      while (position < end) {
        ElementHeader header = file.header(position);
        if (header == null) {
          break;
        }
        if (header.id() == ElementId.CLUSTER) {
          if (tracks.isEmpty()) {
            throw new MalformedException("Matroska without tracks before its first cluster");
          }
          cuesBySeekHead();
          return new Segment(info, tracks, bodyAt, end, position, cues);
        }
        if (header.bodyBytes() == ElementHeader.UNKNOWN) {
          throw new MalformedException("Matroska element %X has no size".formatted(header.id()));
        }
        long at = position + file.headerBytes();
        position = at + header.bodyBytes();
        take(header, at);
      }
      throw new MalformedException("Matroska without a cluster");
    }

    private void take(ElementHeader header, long at) {
      switch (header.id()) {
        case ElementId.INFO ->
            info = SegmentInfo.read(required("Info", body("Info", at, header, MAX_HEADER_BYTES)));
        case ElementId.TRACKS ->
            tracks =
                TrackEntries.read(required("Tracks", body("Tracks", at, header, MAX_HEADER_BYTES)));
        case ElementId.SEEK_HEAD -> {
          if (seekHead == null) {
            seekHead =
                SeekHead.read(required("SeekHead", body("SeekHead", at, header, MAX_HEADER_BYTES)));
          }
        }
        case ElementId.CUES ->
            cues = CuePoint.readAll(required("Cues", body("Cues", at, header, MAX_CUES_BYTES)));
        default -> {} // tags, chapters, attachments
      }
    }

    /** Cues mostly come last. What is not there, or something else, is no reason not to play. */
    private void cuesBySeekHead() {
      Long position = seekHead == null ? null : seekHead.positions().get(ElementId.CUES);
      if (!cues.isEmpty() || position == null || position > end - bodyAt) {
        return;
      }
      long at = bodyAt + position;
      ElementHeader header = file.header(at);
      if (header != null && header.id() == ElementId.CUES && header.bodyBytes() >= 0) {
        ByteBuf body = body("Cues", at + file.headerBytes(), header, MAX_CUES_BYTES);
        cues = body == null ? List.of() : CuePoint.readAll(body);
      }
    }

    private @Nullable ByteBuf body(String what, long at, ElementHeader header, int max) {
      return file.body(what, at, header, max);
    }
  }
}
