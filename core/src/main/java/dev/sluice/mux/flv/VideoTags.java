package dev.sluice.mux.flv;

import static dev.sluice.wire.flv.VideoTagHeader.CODED_FRAMES;
import static dev.sluice.wire.flv.VideoTagHeader.CODED_FRAMES_X;
import static dev.sluice.wire.flv.VideoTagHeader.KEY;
import static dev.sluice.wire.flv.VideoTagHeader.METADATA;
import static dev.sluice.wire.flv.VideoTagHeader.MPEG2TS_SEQUENCE_START;
import static dev.sluice.wire.flv.VideoTagHeader.SEQUENCE_END;
import static dev.sluice.wire.flv.VideoTagHeader.SEQUENCE_START;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.flv.ExHeader;
import dev.sluice.wire.flv.FourCc;
import dev.sluice.wire.flv.VideoTagHeader;
import io.netty.buffer.ByteBuf;

/** Video tags: finds out the codec and hands on. */
final class VideoTags {
  private final FlvDemuxer demuxer;
  private final AvcTags avc;
  private final OpaqueTags opaque;

  VideoTags(FlvDemuxer demuxer) {
    this.demuxer = demuxer;
    this.avc = new AvcTags(demuxer);
    this.opaque = new OpaqueTags(demuxer, FlvDemuxer.VIDEO_ID, Track.Kind.VIDEO, Timescale.VIDEO);
  }

  void tag(long timestampMs, ByteBuf body) {
    ByteBuf in = body.slice();
    VideoTagHeader header;
    try {
      header = VideoTagHeader.read(in);
    } catch (MalformedException _) {
      demuxer.drop(FlvDrop.MALFORMED);
      return;
    }
    switch (header) {
      case null -> demuxer.drop(FlvDrop.TRUNCATED);
      case VideoTagHeader.Command _ -> demuxer.drop(FlvDrop.COMMAND);
      case VideoTagHeader.Legacy(int frameType, int codecId) ->
          opaque.frame(label(codecId), timestampMs, frameType == KEY, body);
      case VideoTagHeader.Packet(int frameType, int codecId, int packetType, int composition)
          when codecId == VideoTagHeader.AVC ->
          avc(packetType, timestampMs, composition, frameType == KEY, in);
      case VideoTagHeader.Packet(int frameType, int codecId, int packetType, int composition) ->
          packet(label(codecId), packetType, timestampMs, composition, frameType, in, body);
      case VideoTagHeader.Enhanced(int frameType, ExHeader ex) ->
          enhanced(ex, timestampMs, frameType, in, body);
    }
  }

  private void enhanced(ExHeader ex, long timestampMs, int frameType, ByteBuf in, ByteBuf body) {
    FourCc fourCc = ex.fourCc();
    if (fourCc == null || ex.tracks() != ExHeader.Tracks.SINGLE) {
      opaque.multitrack("multitrack", timestampMs, frameType == KEY, body);
      return;
    }
    int composition = 0;
    if (VideoTagHeader.hasCompositionTime(ex.packetType(), fourCc)) {
      if (in.readableBytes() < 3) {
        demuxer.drop(FlvDrop.TRUNCATED);
        return;
      }
      composition = in.readMedium();
    }
    if (fourCc.equals(FourCc.AVC1)) {
      avc(ex.packetType(), timestampMs, composition, frameType == KEY, in);
    } else {
      enhanced(fourCc, ex.packetType(), timestampMs, composition, frameType, in, body);
    }
  }

  private void avc(int packetType, long timestampMs, int composition, boolean key, ByteBuf in) {
    switch (packetType) {
      case SEQUENCE_START -> avc.sequenceHeader(in);
      case CODED_FRAMES, CODED_FRAMES_X -> avc.frame(timestampMs, composition, key, in);
      case SEQUENCE_END -> demuxer.drop(FlvDrop.SEQUENCE_END);
      default -> demuxer.drop(FlvDrop.UNKNOWN_TYPE);
    }
  }

  private void enhanced(
      FourCc fourCc,
      int packetType,
      long timestampMs,
      int composition,
      int frameType,
      ByteBuf in,
      ByteBuf body) {
    String label = fourCc.toString();
    boolean frame = packetType == CODED_FRAMES || packetType == CODED_FRAMES_X;
    if (frame && in.isReadable() && !hasSequenceHeader(fourCc)) {
      opaque.frame(label, timestampMs, frameType == KEY, body);
    } else {
      packet(label, packetType, timestampMs, composition, frameType, in, body);
    }
  }

  /**
   * @param in what follows the header
   * @param body header and all
   */
  private void packet(
      String label,
      int packetType,
      long timestampMs,
      int composition,
      int frameType,
      ByteBuf in,
      ByteBuf body) {
    if (packetType == SEQUENCE_END) {
      demuxer.drop(FlvDrop.SEQUENCE_END);
    } else if (!in.isReadable()) {
      demuxer.drop(FlvDrop.EMPTY);
    } else {
      switch (packetType) {
        case SEQUENCE_START, MPEG2TS_SEQUENCE_START -> opaque.sequenceHeader(label, body);
        case CODED_FRAMES, CODED_FRAMES_X ->
            opaque.frameOfCurrent(label, timestampMs, composition, frameType == KEY, body);
        case METADATA -> opaque.frameOfCurrent(label, timestampMs, 0, false, body);
        default -> demuxer.drop(FlvDrop.UNKNOWN_TYPE);
      }
    }
  }

  /** Codecs that cannot be decoded before their sequence header; unknown ones are let through. */
  private static boolean hasSequenceHeader(FourCc fourCc) {
    return fourCc.equals(FourCc.HVC1)
        || fourCc.equals(FourCc.VVC1)
        || fourCc.equals(FourCc.AV01)
        || fourCc.equals(FourCc.VP08)
        || fourCc.equals(FourCc.VP09);
  }

  private static String label(int codecId) {
    return switch (codecId) {
      case 1 -> "jpeg";
      case 2 -> "h263";
      case 3 -> "screen";
      case 4 -> "vp6";
      case 5 -> "vp6a";
      case 6 -> "screen2";
      case VideoTagHeader.HEVC -> "hevc";
      case VideoTagHeader.AV1 -> "av1";
      default -> "video-" + codecId;
    };
  }
}
