package dev.sluice.mux.flv;

import static dev.sluice.wire.flv.AudioTagHeader.CODED_FRAMES;
import static dev.sluice.wire.flv.AudioTagHeader.MULTICHANNEL_CONFIG;
import static dev.sluice.wire.flv.AudioTagHeader.SEQUENCE_END;
import static dev.sluice.wire.flv.AudioTagHeader.SEQUENCE_START;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.mux.flv.TrackTags.TagCodec;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.flv.AudioTagHeader;
import dev.sluice.wire.flv.ChannelConfig;
import dev.sluice.wire.flv.ExHeader;
import dev.sluice.wire.flv.ExTrack;
import dev.sluice.wire.flv.FourCc;
import io.netty.buffer.ByteBuf;

/** Audio tags: finds out track and codec and hands on. */
final class AudioTags {
  private static final int FLAC_BLOCK_HEADER_BYTES = 4;
  private static final int FLAC_BLOCK_BYTES = FLAC_BLOCK_HEADER_BYTES + 34; // STREAMINFO

  private final FlvDemuxer demuxer;

  AudioTags(FlvDemuxer demuxer) {
    this.demuxer = demuxer;
  }

  void tag(long timestampMs, ByteBuf body) {
    ByteBuf in = body.slice();
    AudioTagHeader header;
    try {
      header = AudioTagHeader.read(in);
    } catch (MalformedException _) {
      demuxer.drop(FlvDrop.MALFORMED);
      return;
    }
    switch (header) {
      case null -> demuxer.drop(FlvDrop.TRUNCATED);
      case AudioTagHeader.Legacy legacy -> {
        TrackTags track = demuxer.tags(Track.Kind.AUDIO);
        track.at(timestampMs, 0, 0);
        track.frame(codec(legacy), true, in, new WholeBody.AsItCame(body));
      }
      case AudioTagHeader.Aac aac -> {
        TrackTags track = demuxer.tags(Track.Kind.AUDIO);
        track.at(timestampMs, 0, 0);
        TagCodec codec = new TagCodec(FlvCodecs.audioLabel(AudioTagHeader.AAC), Codec.AAC);
        packet(track, codec, aac.packetType(), in, new WholeBody.AsItCame(body));
      }
      case AudioTagHeader.Enhanced(ExHeader ex) -> enhanced(ex, timestampMs, in, body);
    }
  }

  private static TagCodec codec(AudioTagHeader.Legacy header) {
    Codec codec = FlvCodecs.audio(header.format());
    boolean tellsChannels = codec == Codec.G711A || codec == Codec.G711U;
    return new TagCodec(
        FlvCodecs.audioLabel(header.format()), codec, tellsChannels ? header.channels() + 1 : 0);
  }

  /** Takes one track after the other. */
  private void enhanced(ExHeader ex, long timestampMs, ByteBuf in, ByteBuf body) {
    do {
      ExTrack head = ExTrack.read(ex, in);
      if (head == null) {
        demuxer.drop(FlvDrop.TRUNCATED);
        return;
      }
      ByteBuf content = in.readSlice(head.bodySize());
      if (ex.packetType() == MULTICHANNEL_CONFIG) {
        channels(head.id(), content);
        continue;
      }
      TrackTags track = demuxer.tags(Track.Kind.AUDIO, head.id());
      if (track == null) {
        demuxer.drop(FlvDrop.MULTITRACK);
        continue;
      }
      WholeBody whole =
          ex.isPlain()
              ? new WholeBody.AsItCame(body)
              : new WholeBody.OfOneTrack(
                  AudioTagHeader.ENHANCED << 4 | ex.packetType(),
                  head.fourCc(),
                  content.duplicate());
      FourCc fourCc = head.fourCc();
      TagCodec codec = new TagCodec(fourCc.toString(), FlvCodecs.codec(Track.Kind.AUDIO, fourCc));
      track.at(timestampMs, 0, ex.offsetNs());
      packet(track, codec, ex.packetType(), content, whole);
    } while (in.isReadable());
  }

  private void packet(
      TrackTags track, TagCodec codec, int packetType, ByteBuf in, WholeBody whole) {
    switch (packetType) {
      case SEQUENCE_START -> {
        if (codec.codec() == Codec.FLAC && in.readableBytes() == FLAC_BLOCK_BYTES) {
          in.skipBytes(FLAC_BLOCK_HEADER_BYTES); // as the specification has it, and ffmpeg has not
        }
        track.sequenceHeader(codec, in, whole);
      }
      case CODED_FRAMES -> track.frame(codec, true, in, whole);
      case SEQUENCE_END -> demuxer.drop(FlvDrop.SEQUENCE_END);
      default -> demuxer.drop(FlvDrop.UNKNOWN_TYPE);
    }
  }

  private void channels(int number, ByteBuf in) {
    ChannelConfig config = ChannelConfig.read(in);
    if (config == null) {
      demuxer.drop(FlvDrop.TRUNCATED);
    } else {
      demuxer.channels(number, config);
    }
  }
}
