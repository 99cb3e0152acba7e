package dev.sluice.mux.flv;

import static dev.sluice.wire.flv.VideoTagHeader.CODED_FRAMES;
import static dev.sluice.wire.flv.VideoTagHeader.CODED_FRAMES_X;
import static dev.sluice.wire.flv.VideoTagHeader.KEY;
import static dev.sluice.wire.flv.VideoTagHeader.METADATA;
import static dev.sluice.wire.flv.VideoTagHeader.MPEG2TS_SEQUENCE_START;
import static dev.sluice.wire.flv.VideoTagHeader.SEQUENCE_END;
import static dev.sluice.wire.flv.VideoTagHeader.SEQUENCE_START;

import dev.sluice.media.Track;
import dev.sluice.mux.flv.TrackTags.TagCodec;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.flv.ExHeader;
import dev.sluice.wire.flv.ExTrack;
import dev.sluice.wire.flv.FourCc;
import dev.sluice.wire.flv.VideoMetadata;
import dev.sluice.wire.flv.VideoTagHeader;
import io.netty.buffer.ByteBuf;

/** Video tags: finds out track and codec and hands on. */
final class VideoTags {
  /** Bytes before the four of AV1CodecConfigurationRecord in the descriptor of MPEG-TS. */
  private static final int DESCRIPTOR_HEAD_BYTES = 2;

  private static final int AV1_DESCRIPTOR_BYTES = DESCRIPTOR_HEAD_BYTES + 4;

  private final FlvDemuxer demuxer;

  VideoTags(FlvDemuxer demuxer) {
    this.demuxer = demuxer;
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
      case VideoTagHeader.Legacy(int frameType, int codecId) -> {
        TrackTags track = demuxer.tags(Track.Kind.VIDEO);
        track.at(timestampMs, 0, 0);
        var codec = new TagCodec(FlvCodecs.videoLabel(codecId), null);
        track.frame(codec, frameType == KEY, in, new WholeBody.AsItCame(body));
      }
      case VideoTagHeader.Packet packet -> {
        TrackTags track = demuxer.tags(Track.Kind.VIDEO);
        track.at(timestampMs, packet.compositionTimeMs(), 0);
        int id = packet.codecId();
        packet(
            track,
            new TagCodec(FlvCodecs.videoLabel(id), FlvCodecs.video(id)),
            packet.packetType(),
            packet.frameType() == KEY,
            in,
            new WholeBody.AsItCame(body));
      }
      case VideoTagHeader.Enhanced(int frameType, ExHeader ex) ->
          enhanced(ex, frameType, timestampMs, in, body);
    }
  }

  /** Takes one track after the other. */
  private void enhanced(ExHeader ex, int frameType, long timestampMs, ByteBuf in, ByteBuf body) {
    do {
      ExTrack head = ExTrack.read(ex, in);
      if (head == null) {
        demuxer.drop(FlvDrop.TRUNCATED);
        return;
      }
      ByteBuf content = in.readSlice(head.bodySize());
      WholeBody whole =
          ex.isPlain()
              ? new WholeBody.AsItCame(body)
              : new WholeBody.OfOneTrack(
                  0x80 | frameType << 4 | ex.packetType(), head.fourCc(), content.duplicate());
      enhanced(ex, head, frameType == KEY, timestampMs, content, whole);
    } while (in.isReadable());
  }

  private void enhanced(
      ExHeader ex, ExTrack head, boolean key, long timestampMs, ByteBuf in, WholeBody whole) {
    if (ex.packetType() == METADATA) {
      metadata(head.id(), in);
      return;
    }
    TrackTags track = demuxer.tags(Track.Kind.VIDEO, head.id());
    if (track == null) {
      demuxer.drop(FlvDrop.MULTITRACK);
      return;
    }
    int compositionMs = 0;
    if (VideoTagHeader.hasCompositionTime(ex.packetType(), head.fourCc())) {
      if (in.readableBytes() < 3) {
        demuxer.drop(FlvDrop.TRUNCATED);
        return;
      }
      compositionMs = in.readMedium();
    }
    track.at(timestampMs, compositionMs, ex.offsetNs());
    FourCc fourCc = head.fourCc();
    TagCodec codec = new TagCodec(fourCc.toString(), FlvCodecs.codec(Track.Kind.VIDEO, fourCc));
    packet(track, codec, ex.packetType(), key, in, whole);
  }

  private void packet(
      TrackTags track, TagCodec codec, int packetType, boolean key, ByteBuf in, WholeBody whole) {
    switch (packetType) {
      case SEQUENCE_START -> track.sequenceHeader(codec, in, whole);
      case CODED_FRAMES, CODED_FRAMES_X -> track.frame(codec, key, in, whole);
      case SEQUENCE_END -> demuxer.drop(FlvDrop.SEQUENCE_END);
      case MPEG2TS_SEQUENCE_START -> {
        // the descriptor of AV1 in MPEG-TS: tag, length, and the record without its OBUs
        if (in.readableBytes() >= AV1_DESCRIPTOR_BYTES) {
          in.skipBytes(DESCRIPTOR_HEAD_BYTES);
          track.sequenceHeader(codec, in, whole);
        } else {
          demuxer.drop(FlvDrop.TRUNCATED);
        }
      }
      default -> demuxer.drop(FlvDrop.UNKNOWN_TYPE);
    }
  }

  private void metadata(int number, ByteBuf in) {
    try {
      demuxer.colours(number, VideoMetadata.read(in));
    } catch (MalformedException | UnsupportedException _) {
      demuxer.drop(FlvDrop.MALFORMED);
    }
  }
}
